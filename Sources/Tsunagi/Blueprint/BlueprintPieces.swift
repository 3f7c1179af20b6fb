import Foundation

/// A large file of a blueprint, cut where the elements of its lists end, so that no more than a piece of it is ever there
/// as nodes, which take twenty times as much memory as the text.
///
/// JSON is cut in whatever layout. YAML is cut where the dashes of a list stand, each on a line of its own, as in all that
/// `tsunagi export` writes; what is written otherwise stays whole.
struct BlueprintPieces {
    /// Some elements of one list.
    struct Piece {
        let list: BlueprintReader.List
        let octets: Range<Int>
        /// Lines of the file before it.
        let linesBefore: Int
    }

    /// A piece is cut off when it is at least so long.
    private static let length = 262_144

    /// The file without the elements of its lists; empty lines stand for theirs.
    private(set) var head: [UInt8] = []
    private(set) var pieces: [Piece] = []

    /// The one that is gone through.
    private var list: BlueprintReader.List?
    private var start = 0
    private var startLine = 0
    /// How far ``head`` has what is not in a piece.
    private var kept = 0

    /// - Parameter octets: in UTF-8.
    init(_ octets: UnsafeRawBufferPointer) {
        let first = unsafe octets.first { !Self.isBlank($0) }
        if first == UInt8(ascii: "{") { unsafe cutJSON(octets) } else { unsafe cutYAML(octets) }
        unsafe head += octets[kept...]
    }

    private static func isBlank(_ octet: UInt8) -> Bool { octet == 32 || (9...13).contains(octet) }

    /// From `start` on; what stands before it goes into the head.
    private mutating func open(at place: Int, line: Int, _ octets: UnsafeRawBufferPointer) {
        if place > kept { unsafe head += octets[kept..<place] }
        (start, startLine, kept) = (place, line, place)
    }

    private mutating func close(at place: Int, line: Int) {
        guard let list, place > start else { return }
        pieces.append(Piece(list: list, octets: start..<place, linesBefore: startLine))
        head += repeatElement(UInt8(ascii: "\n"), count: line - startLine)
        (start, startLine, kept) = (place, line, place)
    }

    // MARK: YAML

    private mutating func cutYAML(_ octets: UnsafeRawBufferPointer) {
        var (place, line) = (0, 0)
        /// Of the dashes of the list that is gone through; nil: its first is to come.
        var indentation: Int?
        while place < octets.count {
            let end = unsafe octets[place...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? octets.count
            let text = unsafe octets[place..<end].firstIndex { $0 != 32 } ?? end
            let isEmpty = unsafe text == end || Self.isBlank(octets[text]) || octets[text] == UInt8(ascii: "#")
            let isDash =
                unsafe text < end && octets[text] == UInt8(ascii: "-") && text + 1 < end
                && Self.isBlank(octets[text + 1])
            if !isEmpty, text == place, !(isDash && list != nil) {
                if indentation != nil { close(at: place, line: line) }
                list = unsafe Self.list(octets[place..<end])
                indentation = nil
            } else if !isEmpty, list != nil {
                if indentation == nil, isDash {
                    indentation = text - place
                    unsafe open(at: place, line: line, octets)
                } else if indentation == nil {
                    list = nil
                } else if isDash, text - place == indentation, place - start >= Self.length {
                    close(at: place, line: line)
                }
            }
            place = end
            line += 1
        }
        if indentation != nil { close(at: place, line: line) }
    }

    /// The list that begins behind a line such as `numbers:`.
    private static func list(_ line: Slice<UnsafeRawBufferPointer>) -> BlueprintReader.List? {
        let text = unsafe String(decoding: line, as: UTF8.self)
        guard let colon = text.firstIndex(of: ":") else { return nil }
        let rest = text[text.index(after: colon)...].drop { $0.isWhitespace }
        return rest.isEmpty || rest.first == "#" ? BlueprintReader.List(rawValue: String(text[..<colon])) : nil
    }

    // MARK: JSON

    private mutating func cutJSON(_ octets: UnsafeRawBufferPointer) {
        var (depth, line) = (0, 0)
        /// Where the last text began, and where it ended.
        var (textStart, textEnd) = (0, 0)
        var (isInText, isEscaped) = (false, false)
        for place in octets.indices {
            let octet = unsafe octets[place]
            if octet == UInt8(ascii: "\n") { line += 1 }
            if isInText {
                if isEscaped {
                    isEscaped = false
                } else if octet == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if octet == UInt8(ascii: "\"") {
                    (isInText, textEnd) = (false, place)
                }
                continue
            }
            switch octet {
            case UInt8(ascii: "\""): (isInText, textStart) = (true, place + 1)
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                depth += 1
                guard depth == 2, octet == UInt8(ascii: "["), textStart < textEnd else { continue }
                let name = unsafe String(decoding: octets[textStart..<textEnd], as: UTF8.self)
                guard let named = BlueprintReader.List(rawValue: name) else { continue }
                list = named
                unsafe open(at: place + 1, line: line, octets)
            case UInt8(ascii: "]"), UInt8(ascii: "}"):
                depth -= 1
                guard depth == 1, list != nil else { continue }
                close(at: place, line: line)
                list = nil
            case UInt8(ascii: ",") where depth == 2 && list != nil && place - start >= Self.length:
                close(at: place, line: line)
                // The comma itself is in no piece.
                (start, kept) = (place + 1, place + 1)
            default: continue
            }
        }
    }
}
