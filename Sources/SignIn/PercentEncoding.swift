/// RFC 3986 §2.1: every octet but the unreserved ones (§2.3) as %XX.
package enum PercentEncoding {
    package static func text(_ plain: String) -> String {
        var escaped = ""
        for octet in plain.utf8 {
            if isUnreserved(octet) {
                escaped.unicodeScalars.append(Unicode.Scalar(octet))
            } else {
                let digits = String(octet, radix: 16, uppercase: true)
                escaped += digits.utf8.count == 1 ? "%0" + digits : "%" + digits
            }
        }
        return escaped
    }

    /// Nil for anything that ``text(_:)`` does not write.
    package static func plain(_ escaped: some StringProtocol) -> String? {
        var octets: [UInt8] = []
        var rest = Array(escaped.utf8)[...]
        while let octet = rest.popFirst() {
            guard octet == UInt8(ascii: "%") else {
                octets.append(octet)
                continue
            }
            let digits = rest.prefix(2).compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
            guard digits.count == 2 else { return nil }
            octets.append(UInt8(digits[0] * 16 + digits[1]))
            rest = rest.dropFirst(2)
        }
        guard let plain = String(validating: octets, as: UTF8.self), text(plain) == escaped else { return nil }
        return plain
    }

    private static func isUnreserved(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): true
        default: false
        }
    }
}
