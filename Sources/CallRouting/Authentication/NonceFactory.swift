internal import Crypto
internal import SIPTransaction

/// When a nonce was made, and its number, which no other nonce of the process group has.
struct Nonce: Hashable, Sendable {
    let issued: Instant
    let serial: UInt64
}

/// Writes and reads nonces: 64 hex digits that hold the time in milliseconds, the serial number and half an
/// HMAC-SHA-256 over both and the realm. Nobody can make one or guess the next without the secret.
struct NonceFactory: Sendable {
    private static let codeLength = 16

    /// The code as it begins for each nonce: to begin one from the secret takes longer than all the rest.
    private let keyed: HMAC<SHA256>
    private let realm: [UInt8]
    private let lifetime: Interval

    init(secret: [UInt8], realm: String, lifetime: Interval) {
        keyed = HMAC(key: SymmetricKey(data: secret))
        self.realm = Array(realm.utf8)
        self.lifetime = lifetime
    }

    func make(serial: UInt64, at now: Instant) -> String {
        let plain = Self.octets(UInt64(now.milliseconds)) + Self.octets(serial)
        return Hex.text(plain + code(plain))
    }

    /// Nil: not one of ours.
    func read(_ text: String) -> Nonce? {
        guard text.utf8.count == 2 * (16 + Self.codeLength), let bytes = Hex.bytes(text) else { return nil }
        guard ConstantTime.areEqual(code(Array(bytes[..<16])), bytes[16...]) else { return nil }
        return Nonce(
            issued: Instant(milliseconds: Int64(clamping: Self.number(bytes[0..<8]))),
            serial: Self.number(bytes[8..<16]))
    }

    func isExpired(_ nonce: Nonce, at now: Instant) -> Bool {
        now.milliseconds(since: nonce.issued) > lifetime.milliseconds
    }

    private func code(_ plain: [UInt8]) -> ArraySlice<UInt8> {
        var code = keyed
        code.update(data: plain)
        code.update(data: realm)
        return Array(code.finalize())[..<Self.codeLength]
    }

    private static func octets(_ number: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: number >> UInt64(56 - 8 * $0)) }
    }

    private static func number(_ octets: ArraySlice<UInt8>) -> UInt64 { octets.reduce(0) { $0 << 8 | UInt64($1) } }
}
