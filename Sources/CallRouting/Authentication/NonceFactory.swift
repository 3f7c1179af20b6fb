internal import Crypto
internal import SIPTransaction

/// When a nonce was made, its number, which no other nonce of the process group has, and where it was sent to.
struct Nonce: Hashable, Sendable {
    let issued: Instant
    let serial: UInt64
    let source: SourceKey
}

/// Writes and reads nonces: 80 hex digits that hold the time in milliseconds, the serial number, the source and half an
/// HMAC-SHA-256 over the realm and all three. Nobody can make one or guess the next without the secret.
struct NonceFactory: Sendable {
    /// Three numbers of eight octets.
    private static let plainLength = 24
    private static let codeLength = 16

    /// The code as it begins for each nonce: to begin one from the secret takes longer than all the rest. It has the
    /// realm, whose end needs no mark, because what follows is always as long.
    private let begun: HMAC<SHA256>
    private let lifetime: Interval

    init(secret: [UInt8], realm: String, lifetime: Interval) {
        var code = HMAC<SHA256>(key: SymmetricKey(data: secret))
        code.update(data: Array(realm.utf8))
        begun = code
        self.lifetime = lifetime
    }

    func make(serial: UInt64, for source: SourceKey, at now: Instant) -> String {
        var octets: [UInt8] = []
        octets.reserveCapacity(Self.plainLength + Self.codeLength)
        Self.append(UInt64(now.milliseconds), to: &octets)
        Self.append(serial, to: &octets)
        Self.append(source.word, to: &octets)
        octets.append(contentsOf: code(octets))
        return Hex.text(octets)
    }

    /// Nil: not one of ours.
    func read(_ text: String) -> Nonce? {
        guard text.utf8.count == 2 * (Self.plainLength + Self.codeLength), let octets = Hex.bytes(text) else {
            return nil
        }
        let (plain, theirs) = (octets[..<Self.plainLength], octets[Self.plainLength...])
        let ours = code(Array(plain))
        guard ConstantTime.areEqual(ours.span, theirs.span) else { return nil }
        return Nonce(
            issued: Instant(milliseconds: Int64(clamping: Self.number(octets[0..<8]))),
            serial: Self.number(octets[8..<16]), source: SourceKey(word: Self.number(octets[16..<24])))
    }

    func isExpired(_ nonce: Nonce, at now: Instant) -> Bool {
        now.milliseconds(since: nonce.issued) > lifetime.milliseconds
    }

    private func code(_ plain: [UInt8]) -> ArraySlice<UInt8> {
        var code = begun
        code.update(data: plain)
        return Array(code.finalize())[..<Self.codeLength]
    }

    private static func append(_ number: UInt64, to octets: inout [UInt8]) {
        for place in 0..<8 { octets.append(UInt8(truncatingIfNeeded: number >> UInt64(56 - 8 * place))) }
    }

    private static func number(_ octets: ArraySlice<UInt8>) -> UInt64 { octets.reduce(0) { $0 << 8 | UInt64($1) } }
}
