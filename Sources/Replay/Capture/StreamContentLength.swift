/// The length of the body as the header fields of a message on a stream give it (RFC 3261 §20.14).
enum StreamContentLength: Equatable {
    case octets(Int)
    /// RFC 3261 §18.3 demands it on a stream. A message without it has no body there that could be found.
    case absent
    /// Not a number, or two that differ.
    case unusable

    /// - Parameter header: the lines after the start-line, up to and including the empty one.
    init(header: ArraySlice<UInt8>) {
        var values: [[UInt8]] = []
        var isInField = false
        for line in header.split(separator: 0x0a) {
            if let first = line.first, first == 0x20 || first == 0x09 {
                // RFC 3261 §7.3.1: a line that begins with white space continues the field before it.
                if isInField, let last = values.popLast() {
                    values.append(last + line)
                }
                continue
            }
            isInField = false
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { continue }
            let name = line[..<colon].filter { $0 != 0x20 && $0 != 0x09 }
            if Self.isContentLength(name) {
                values.append(Array(line[line.index(after: colon)...]))
                isInField = true
            }
        }
        guard let first = values.first else {
            self = .absent
            return
        }
        guard let length = Self.number(first), values.allSatisfy({ Self.number($0) == length }) else {
            self = .unusable
            return
        }
        self = .octets(length)
    }

    private static let longName = Array("content-length".utf8)

    private static func isContentLength(_ name: [UInt8]) -> Bool {
        let lower = name.map { (0x41...0x5a).contains($0) ? $0 | 0x20 : $0 }
        return lower == longName || lower == [UInt8(ascii: "l")]
    }

    private static func number(_ value: [UInt8]) -> Int? {
        let blanks: [UInt8] = [0x20, 0x09, 0x0d]
        let words = value.split { blanks.contains($0) }
        guard let digits = words.first, words.count == 1, digits.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int(String(decoding: digits, as: UTF8.self))
    }
}
