internal import SIPMessage

/// Text from a header that is kept or sent on by itself.
enum HeaderText {
    /// The octets as text, folds replaced by a blank (RFC 3261 §7.3.1); nil if they are not UTF-8.
    static func exact(_ message: SIPMessage, _ range: Range<Int>) -> String? {
        String(validating: unfolded(message.bytes[range]), as: UTF8.self)
    }

    /// Text for people: no control characters, and cut to `longest` characters.
    static func cleaned(_ text: String, longest: Int) -> String {
        let scalars = text.unicodeScalars.lazy.map { scalar -> Unicode.Scalar in
            scalar.properties.generalCategory == .control ? " " : scalar
        }
        var result = String.UnicodeScalarView()
        for scalar in scalars.prefix(longest) where !(scalar == " " && result.last == " ") { result.append(scalar) }
        return String(result)
    }

    private static func unfolded(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        for byte in bytes {
            let isBreak = byte == ASCII.carriageReturn || byte == ASCII.lineFeed
            let isBlank = isBreak || byte == ASCII.tab || byte == ASCII.space
            if isBlank, result.last == ASCII.space { continue }
            result.append(isBreak ? ASCII.space : byte)
        }
        return result
    }
}
