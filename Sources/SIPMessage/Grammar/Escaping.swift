/// %-escapes of URIs (RFC 3986 §2.1).
package enum Escaping {
    /// Decodes once; an escape that is cut short stays as it is.
    package static func decodedBytes(_ text: some StringProtocol) -> [UInt8] {
        decode(text) { byte, _ in byte }
    }

    /// Decodes once; octets that are not UTF-8 are replaced.
    package static func decoded(_ text: some StringProtocol) -> String {
        String(decoding: decodedBytes(text), as: UTF8.self)
    }

    /// The same for what routing asks most; text without escapes is not copied.
    package static func decoded(_ text: String) -> String {
        let octets = text.utf8
        guard octets.span.firstPlace(of: UInt8(ascii: "%"), from: 0, to: octets.count) != nil else { return text }
        return String(decoding: decodedBytes(text), as: UTF8.self)
    }

    /// What a text is compared by: escapes decoded, but those of the reserved characters of RFC 3261 §25.1 kept, which
    /// are not the same escaped and bare (§19.1.4).
    package static func normalizedBytes(_ text: some StringProtocol) -> [UInt8] {
        decode(text) { byte, isEscaped in
            isEscaped && (isReserved(byte) || byte == UInt8(ascii: "%")) ? nil : byte
        }
    }

    /// Escapes everything but the unreserved characters of RFC 3261 §25.1, so that the result can stand in any part
    /// of a URI.
    package static func encoded(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            if ASCII.isLetter(byte) || ASCII.isDigit(byte) || "-_.!~*'()".utf8.contains(byte) {
                result.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                result += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return result
    }

    /// - Parameter meaning: of an octet and whether it was escaped; nil keeps the escape, its digits in capitals.
    private static func decode(_ text: some StringProtocol, _ meaning: (UInt8, Bool) -> UInt8?) -> [UInt8] {
        let bytes = Array(text.utf8)
        guard bytes.contains(UInt8(ascii: "%")) else { return bytes }
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var position = 0
        while position < bytes.count {
            guard bytes[position] == UInt8(ascii: "%"), position + 2 < bytes.count,
                let high = nibble(bytes[position + 1]), let low = nibble(bytes[position + 2])
            else {
                result.append(bytes[position])
                position += 1
                continue
            }
            if let byte = meaning(high << 4 | low, true) {
                result.append(byte)
            } else {
                result.append(contentsOf: bytes[position..<(position + 3)].map(ASCII.uppercased))
            }
            position += 3
        }
        return result
    }

    private static func isReserved(_ byte: UInt8) -> Bool { ";/?:@&=+$,".utf8.contains(byte) }

    private static func nibble(_ byte: UInt8) -> UInt8? {
        guard ASCII.isHexDigit(byte) else { return nil }
        return ASCII.isDigit(byte) ? byte - 0x30 : (byte | 0x20) - 0x61 + 10
    }
}
