import Directory

/// A number's record in a row of octets, a tenth of what it takes as a ``NumberRecord``: for the memory of very many.
struct PackedRecord: Sendable {
    /// With the number that it is about, which stands first.
    let octets: [UInt8]

    init(octets: [UInt8]) { self.octets = octets }

    /// Nil for what changes by itself as time goes by, which is looked up where it stands, and for what nobody has set in
    /// full.
    init?(_ record: NumberRecord) {
        guard !record.isTimed else { return nil }
        var writer = Writer()
        writer.text(record.number.canonical)
        writer.octet(record.forwarding.ringSeconds)
        guard record.credentials?.username != Self.ownName else { return nil }
        writer.text(
            record.credentials.map {
                $0.username.utf8.elementsEqual(record.number.national.utf8) ? Self.ownName : $0.username
            })
        if let credentials = record.credentials {
            writer.hex(credentials.sha256)
            writer.hex(credentials.md5)
        }
        for destination in record.forwarding.saved { writer.text(destination?.stored) }
        for condition in ForwardingCondition.allCases {
            guard let destination = record.forwarding.active[condition] else {
                writer.octet(Self.off)
                continue
            }
            guard let slot = Self.slot(of: destination, in: record.forwarding.saved) else { return nil }
            writer.octet(slot)
        }
        writer.octet(
            NonPresentationReason.allCases.enumerated().reduce(0) { bits, reason in
                record.anonymousCalls.rejected.contains(reason.element) ? bits | 1 << reason.offset : bits
            })
        writer.octet(record.blockedCallers.count)
        for caller in record.blockedCallers { writer.text(caller.canonical) }
        guard let octets = writer.written else { return nil }
        self.octets = octets
    }

    /// Nil if it is about another number.
    func record(of number: PhoneNumber) -> NumberRecord? {
        var reader = Reader(octets: octets)
        guard let canonical = reader.text(), canonical.utf8.elementsEqual(number.canonical.utf8) else { return nil }
        var forwarding = ForwardingRules(ringSeconds: reader.octet())
        let credentials = reader.text().map { username in
            DigestCredentials(
                username: username == Self.ownName ? number.national : username, sha256: reader.hex(),
                md5: reader.hex())
        }
        for place in forwarding.saved.indices {
            forwarding.saved[place] = reader.text().map(Destination.init(stored:))
        }
        for condition in ForwardingCondition.allCases {
            switch reader.octet() {
            case Self.off: break
            case Self.voicemail: forwarding.active[condition] = .voicemail
            case let slot: forwarding.active[condition] = forwarding.saved[slot]
            }
        }
        let rejected = reader.octet()
        let reasons = NonPresentationReason.allCases.enumerated().filter { rejected & 1 << $0.offset != 0 }
        let blocked = (0..<reader.octet()).compactMap { _ in reader.text() }
        return NumberRecord(
            number: number, credentials: credentials, forwarding: forwarding,
            anonymousCalls: AnonymousCallPolicy(rejected: Set(reasons.map(\.element))),
            blockedCallers: Set(blocked.map(PhoneNumber.init(trustedCanonical:))))
    }

    /// In place of the username that a phone has unless somebody wants another one.
    private static let ownName = ""

    /// In place of a saved destination.
    private static let (off, voicemail) = (255, 254)

    private static func slot(of destination: Destination, in saved: [Destination?]) -> Int? {
        let octets = destination.stored.utf8
        return saved.firstIndex { $0.map { $0.stored.utf8.elementsEqual(octets) } ?? false }
            ?? (destination == .voicemail ? voicemail : nil)
    }

    private static let long = UInt8.max

    private struct Writer {
        private var octets: [UInt8] = []
        private var isWhole = true

        /// Nil if something of it is larger than what there is room for.
        var written: [UInt8]? { isWhole && octets.count < Int(UInt16.max) ? octets : nil }

        mutating func octet(_ value: Int) {
            isWhole = isWhole && UInt8(exactly: value) != nil
            octets.append(UInt8(truncatingIfNeeded: value))
        }

        /// Its length plus one, 0 for nil, in one octet or in three, of which the first is ``long``; then its octets.
        mutating func text(_ text: String?) {
            let length = text.map { $0.utf8.count + 1 } ?? 0
            if length < Int(PackedRecord.long) {
                octets.append(UInt8(length))
            } else {
                octets.append(PackedRecord.long)
                octets.append(UInt8(truncatingIfNeeded: length))
                octets.append(UInt8(truncatingIfNeeded: length >> 8))
            }
            if let text { octets.append(contentsOf: text.utf8) }
        }

        /// An even number of hex digits in lower case.
        mutating func hex(_ text: String) {
            let digits = text.utf8.map { UInt8(Self.digits.firstIndex(of: $0) ?? Self.digits.count) }
            isWhole = isWhole && digits.count.isMultiple(of: 2) && digits.allSatisfy { $0 < Self.digits.count }
            guard isWhole else { return }
            octet(digits.count / 2)
            for place in stride(from: 0, to: digits.count, by: 2) {
                octets.append(digits[place] << 4 | digits[place + 1])
            }
        }

        static let digits = Array("0123456789abcdef".utf8)
    }

    private struct Reader {
        let octets: [UInt8]
        private var position = 0

        init(octets: [UInt8]) { self.octets = octets }

        mutating func octet() -> Int {
            defer { position += 1 }
            return Int(octets[position])
        }

        mutating func text() -> String? {
            var length = octet()
            if length == Int(PackedRecord.long) { length = octet() | octet() << 8 }
            guard length > 0 else { return nil }
            defer { position += length - 1 }
            return String(decoding: octets[position..<position + length - 1], as: UTF8.self)
        }

        mutating func hex() -> String {
            let count = octet()
            defer { position += count }
            let digits = octets[position..<position + count].flatMap { octet in
                [Writer.digits[Int(octet >> 4)], Writer.digits[Int(octet & 15)]]
            }
            return String(decoding: digits, as: UTF8.self)
        }
    }
}
