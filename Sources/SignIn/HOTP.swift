internal import Crypto

/// RFC 4226 §5.3: the value of a counter, with HMAC-SHA-1.
enum HOTP {
    /// - Parameter digits: 6 to 8.
    static func value(secret: [UInt8], counter: UInt64, digits: Int) -> UInt32 {
        let text = stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: counter >> UInt64($0)) }
        let code = Array(HMAC<Insecure.SHA1>.authenticationCode(for: text, using: SymmetricKey(data: secret)))
        let offset = Int(code[code.count - 1] & 0xF)
        let truncated = code[offset..<offset + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
        return truncated % (0..<digits).reduce(UInt32(1)) { power, _ in power * 10 }
    }
}
