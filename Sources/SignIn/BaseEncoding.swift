/// The encodings of RFC 4648, without padding: each character stands for 5 or 6 bits.
package struct BaseEncoding: Sendable {
    /// RFC 4648 §6: what authenticator apps take secrets in.
    static let base32 = BaseEncoding("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", bits: 5)
    /// Crockford's alphabet: no I, L and O, which are mistaken for 1 and 0, and no U.
    static let crockford = BaseEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ", bits: 5)
    /// RFC 4648 §4: what PHC strings hold.
    static let base64 = BaseEncoding("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", bits: 6)
    /// RFC 4648 §5: safe in URLs, cookies and file names.
    package static let base64URL = BaseEncoding(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", bits: 6)

    private let alphabet: [UInt8]
    /// By ASCII code; 0xFF: not in the alphabet.
    private let values: [UInt8]
    private let bits: Int

    private init(_ alphabet: StaticString, bits: Int) {
        self.alphabet = Array(alphabet.description.utf8)
        self.bits = bits
        var values = [UInt8](repeating: 0xFF, count: 256)
        for (value, character) in self.alphabet.enumerated() { values[Int(character)] = UInt8(value) }
        self.values = values
    }

    package func text(_ octets: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        var (buffer, held) = (0, 0)
        for octet in octets {
            buffer = (buffer << 8 | Int(octet)) & 0xFFFF
            held += 8
            while held >= bits {
                held -= bits
                text.append(alphabet[buffer >> held & (1 << bits - 1)])
            }
        }
        if held > 0 { text.append(alphabet[buffer << (bits - held) & (1 << bits - 1)]) }
        return String(decoding: text, as: UTF8.self)
    }

    /// Nil for anything that ``text(_:)`` does not write: other characters, padding, an impossible length, or bits
    /// left over that are not zero (RFC 4648 §3.5), so that octets have one text only.
    package func octets(_ text: some StringProtocol) -> [UInt8]? {
        var octets: [UInt8] = []
        var (buffer, held) = (0, 0)
        for character in text.utf8 {
            let value = values[Int(character)]
            guard value != 0xFF else { return nil }
            buffer = (buffer << bits | Int(value)) & 0xFFFF
            held += bits
            if held >= 8 {
                held -= 8
                octets.append(UInt8(truncatingIfNeeded: buffer >> held))
            }
        }
        guard held < bits, buffer & (1 << held - 1) == 0 else { return nil }
        return octets
    }
}
