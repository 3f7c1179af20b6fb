import ArgumentParser
import Glibc

/// How the text of a file is encoded.
enum TextEncoding: String, CaseIterable, ExpressibleByArgument {
    case utf8 = "utf-8"
    /// With a byte order mark, which tells Excel that it is UTF-8. When a file is read, it is the same as `utf-8`.
    case markedUTF8 = "utf-8-bom"
    /// As Microsoft extended it (code page 932), which is what Excel in Japan means.
    case shiftJIS = "shift_jis"

    /// What iconv calls it; nil: nothing is to be converted.
    fileprivate var converterName: String? { self == .shiftJIS ? "CP932" : nil }

    func decoder() throws -> TextConverter? { try converterName.map { try TextConverter(from: $0, to: "UTF-8") } }
    func encoder() throws -> TextConverter? { try converterName.map { try TextConverter(from: "UTF-8", to: $0) } }
}

/// Why text can't be converted.
enum TextConversionError: Error, CustomStringConvertible {
    case unknown(String)
    /// The octets stand for no character, or the character has no octets there.
    case illegal(from: String, to: String)

    var description: String {
        switch self {
        case .unknown(let name):
            "this machine can't convert \(name): its C library's gconv modules are missing; give the file in UTF-8"
        case .illegal("UTF-8", _):
            "there is a character in it that Shift_JIS has not: give --encoding utf-8 or utf-8-bom"
        case .illegal: "it is not Shift_JIS: give --encoding utf-8 if it is that"
        }
    }
}

/// Converts text piece by piece, by the C library's iconv.
@safe final class TextConverter {
    private let descriptor: iconv_t
    private let names: (from: String, to: String)
    /// The beginning of a character whose end comes with the next piece.
    private var rest: [UInt8] = []

    init(from: String, to: String) throws(TextConversionError) {
        guard let opened = unsafe iconv_open(to, from), Int(bitPattern: opened) != -1 else {
            throw .unknown(from == "UTF-8" ? to : from)
        }
        unsafe descriptor = opened
        names = (from, to)
    }

    deinit {
        unsafe iconv_close(descriptor)
    }

    /// - Parameter isLast: nothing follows, so a character that has only begun is an error.
    func convert(_ piece: [UInt8], isLast: Bool) throws(TextConversionError) -> [UInt8] {
        var input = rest + piece
        // No character takes more than twice its octets in the other encoding.
        var output = [UInt8](repeating: 0, count: 2 * input.count + 16)
        var (left, room) = (input.count, output.count)
        let status = unsafe input.withUnsafeMutableBytes { source in
            unsafe output.withUnsafeMutableBytes { target in
                var from = unsafe source.baseAddress?.assumingMemoryBound(to: CChar.self)
                var to = unsafe target.baseAddress?.assumingMemoryBound(to: CChar.self)
                return unsafe iconv(descriptor, &from, &left, &to, &room)
            }
        }
        let failure = status == -1 ? errno : 0
        guard failure == 0 || failure == EINVAL && !isLast else { throw .illegal(from: names.from, to: names.to) }
        rest = Array(input.suffix(left))
        output.removeLast(room)
        return output
    }
}
