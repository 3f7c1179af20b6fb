/// The first line of a SIP message (RFC 3261 §7.1 and §7.2), recognised among everything else a capture may hold.
///
/// Recognising is lenient where judging is not its business: any method that is a token, any URI, any version and any
/// white space pass, so that broken messages reach the engine, which has to answer them.
struct SIPStartLine: Equatable {
    enum Kind: Equatable {
        case request
        case response
    }

    let kind: Kind
    private let text: ArraySlice<UInt8>

    /// `INVITE sip:0501@lab.test`, or `180 Ringing`: the line without the version. Octets that are not UTF-8 are
    /// replaced.
    var label: String { String(decoding: text, as: UTF8.self) }

    /// - Parameter line: without its line end; white space at its end is allowed.
    init?(_ line: ArraySlice<UInt8>) {
        self.init(trimmed: Self.trimmed(line))
    }

    /// Looks at no more than the first two words and the end of the line, for on a stream it may be tried at many
    /// places of a long line.
    private init?(trimmed line: ArraySlice<UInt8>) {
        let first = line.prefix { !Self.isBlank($0) }
        let rest = line[first.endIndex...].drop(while: Self.isBlank)
        if Self.isVersion(first) {
            let code = rest.prefix { !Self.isBlank($0) }
            guard (1...10).contains(code.count), code.allSatisfy(Self.isDigit) else { return nil }
            kind = .response
            text = rest
        } else {
            guard !first.isEmpty, first.allSatisfy(Self.isTokenCharacter),
                let last = rest.suffix(Self.longestVersion + 1).split(whereSeparator: Self.isBlank).last,
                Self.isVersion(last)
            else { return nil }
            let target = Self.trimmed(rest[..<last.startIndex])
            guard !target.isEmpty else { return nil }
            kind = .request
            text = line[..<target.endIndex]
        }
    }

    /// The first line of a message that is a datagram, past the empty lines that RFC 3261 §7.5 ignores.
    init?(ofMessage bytes: ArraySlice<UInt8>) {
        let message = bytes.drop { $0 == 0x0d || $0 == 0x0a }
        self.init(message.prefix { $0 != 0x0a })
    }

    /// Where in a line of a stream a message begins. Behind a body longer than its Content-Length said, and where a
    /// capture begins in the middle of a message, the next message follows on the line of other octets. Those may be
    /// characters of a token, so a method is taken to be what a usual method ends.
    static func start(within line: ArraySlice<UInt8>) -> Int? {
        let line = trimmed(line)
        return line.indices.first { isUsualStart(line[$0...]) }
            ?? (SIPStartLine(trimmed: line) == nil ? nil : line.startIndex)
    }

    private static func isUsualStart(_ line: ArraySlice<UInt8>) -> Bool {
        guard let first = line.first, usualInitials.contains(first) else { return false }
        return usualStarts.contains { line.starts(with: $0) } && SIPStartLine(trimmed: line) != nil
    }

    private static let usualStarts: [[UInt8]] = [
        "INVITE ", "ACK ", "BYE ", "CANCEL ", "OPTIONS ", "REGISTER ", "PRACK ", "UPDATE ", "INFO ", "SUBSCRIBE ",
        "NOTIFY ", "REFER ", "MESSAGE ", "PUBLISH ", "SIP/2.0 ",
    ].map { Array($0.utf8) }

    // An array, for a set would hash every octet of a stream.
    private static let usualInitials = Set(usualStarts.compactMap(\.first)).sorted()

    private static let longestVersion = 16

    private static func trimmed(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        line[..<((line.lastIndex { !isBlank($0) }).map { $0 + 1 } ?? line.startIndex)]
    }

    /// `SIP/` in any case, digits, a dot, digits: RFC 3261 §25.1, SIP-Version.
    private static func isVersion(_ word: ArraySlice<UInt8>) -> Bool {
        guard (7...longestVersion).contains(word.count), word.prefix(4).map({ $0 | 0x20 }) == [0x73, 0x69, 0x70, 0x2f]
        else { return false }
        let parts = word.dropFirst(4).split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy(isDigit) }
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0d
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte)
    }

    /// RFC 3261 §25.1, token.
    static func isTokenCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
        case 0x21, 0x25, 0x27, 0x2a, 0x2b, 0x2d, 0x2e, 0x5f, 0x60, 0x7e: true
        default: false
        }
    }
}
