internal import SIPMessage
internal import SIPTransaction

/// When a nonce was made, its number, which no other nonce of the process group has, and where it was sent to.
struct Nonce: Hashable, Sendable {
    let issued: Instant
    let serial: UInt64
    let source: SourceKey
}

/// Writes and reads nonces: 80 hex digits that hold the time in milliseconds, the serial number, the source and a code of
/// 128 bits over the realm and all three. Nobody can make one or guess the next without the secret.
struct NonceFactory: Sendable {
    /// Hex digits of a number; the code is the last two.
    private static let digits = 16
    private static let length = 5 * digits

    /// The code as it begins for each nonce. It has the realm, whose end needs no mark, because what follows is always as
    /// long.
    private let begun: SipHash.State
    private let lifetime: Interval

    init(secret: [UInt8], realm: String, lifetime: Interval) {
        var code = SipHash(secret: secret, purpose: "nonce").longState()
        code.add(Array(realm.utf8).span)
        begun = code
        self.lifetime = lifetime
    }

    func make(serial: UInt64, for source: SourceKey, at now: Instant) -> String {
        let issued = UInt64(clamping: now.milliseconds)
        let code = code(issued, serial, source.word)
        let numbers: InlineArray<5, UInt64> = [issued, serial, source.word, code.0, code.1]
        var text: [UInt8] = []
        text.reserveCapacity(Self.length)
        for place in numbers.indices { HexDigits.append(numbers[place], to: &text) }
        return String(decoding: text, as: UTF8.self)
    }

    /// Nil: not one of ours.
    func read(_ text: String) -> Nonce? {
        let octets = text.utf8
        guard octets.count == Self.length, let issued = Self.number(octets.span, 0),
            let serial = Self.number(octets.span, 1), let source = Self.number(octets.span, 2),
            let first = Self.number(octets.span, 3), let second = Self.number(octets.span, 4)
        else { return nil }
        let code = code(issued, serial, source)
        // One comparison of both words takes the same time wherever they differ.
        guard (first ^ code.0) | (second ^ code.1) == 0 else { return nil }
        return Nonce(
            issued: Instant(milliseconds: Int64(clamping: issued)), serial: serial, source: SourceKey(word: source))
    }

    func isExpired(_ nonce: Nonce, at now: Instant) -> Bool {
        now.milliseconds(since: nonce.issued) > lifetime.milliseconds
    }

    private func code(_ issued: UInt64, _ serial: UInt64, _ source: UInt64) -> (UInt64, UInt64) {
        var code = begun
        code.add(word: issued)
        code.add(word: serial)
        code.add(word: source)
        return code.finishLong()
    }

    private static func number(_ text: Span<UInt8>, _ place: Int) -> UInt64? {
        HexDigits.number(text.octets(at: digits * place), text.octets(at: digits * place + 8))
    }
}
