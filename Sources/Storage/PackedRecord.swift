import Directory

/// A number's record in a row of octets, a tenth of what it takes as a ``NumberRecord``: for the memory of very many.
struct PackedRecord: Sendable {
    /// With the number that it is about, which stands first.
    let octets: [UInt8]

    init(octets: [UInt8]) { self.octets = octets }

    /// Nil for what changes by itself as time goes by, which is looked up where it stands, and for what nobody has set in
    /// full.
    init?(_ record: NumberRecord) {
        guard !record.isTimed, let ringSeconds = UInt8(exactly: record.forwarding.ringSeconds),
            record.credentials?.username != Self.ownName,
            let blockedCount = UInt8(exactly: record.blockedCallers.count)
        else { return nil }
        var writer = PackedWriter()
        writer.text(record.number.canonical)
        writer.octet(ringSeconds)
        writer.text(
            record.credentials.map {
                $0.username.utf8.elementsEqual(record.number.national.utf8) ? Self.ownName : $0.username
            })
        if let credentials = record.credentials {
            guard writer.hex(credentials.sha256), writer.hex(credentials.md5) else { return nil }
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
        writer.octet(blockedCount)
        for caller in record.blockedCallers { writer.text(caller.canonical) }
        guard writer.octets.count < Self.limit else { return nil }
        octets = writer.octets
    }

    /// Nil if it is about another number.
    func record(of number: PhoneNumber) -> NumberRecord? {
        var reader = PackedReader(octets)
        guard let canonical = reader.text(), canonical.utf8.elementsEqual(number.canonical.utf8) else { return nil }
        var forwarding = ForwardingRules(ringSeconds: Int(reader.octet()))
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
            case let slot: forwarding.active[condition] = forwarding.saved[Int(slot)]
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
    private static let (off, voicemail): (UInt8, UInt8) = (255, 254)

    /// More octets are not kept: where they lie, their number has two octets.
    private static let limit = Int(UInt16.max)

    private static func slot(of destination: Destination, in saved: [Destination?]) -> UInt8? {
        let octets = destination.stored.utf8
        return saved.firstIndex { $0.map { $0.stored.utf8.elementsEqual(octets) } ?? false }
            .flatMap(UInt8.init(exactly:)) ?? (destination == .voicemail ? voicemail : nil)
    }

    fileprivate static let hexDigits = Array("0123456789abcdef".utf8)
}

extension PackedWriter {
    /// Hex digits in lower case, in half as many octets.
    ///
    /// - Returns: false: it is something else, or has an odd number of them or more than 510, and nothing was written.
    fileprivate mutating func hex(_ text: String) -> Bool {
        let digits = text.utf8.map { UInt8(PackedRecord.hexDigits.firstIndex(of: $0) ?? PackedRecord.hexDigits.count) }
        guard digits.count.isMultiple(of: 2), digits.allSatisfy({ $0 < PackedRecord.hexDigits.count }),
            let count = UInt8(exactly: digits.count / 2)
        else { return false }
        octet(count)
        for place in stride(from: 0, to: digits.count, by: 2) { octet(digits[place] << 4 | digits[place + 1]) }
        return true
    }
}

extension PackedReader {
    fileprivate mutating func hex() -> String {
        let digits = octets(Int(octet())).flatMap { octet in
            [PackedRecord.hexDigits[Int(octet >> 4)], PackedRecord.hexDigits[Int(octet & 15)]]
        }
        return String(decoding: digits, as: UTF8.self)
    }
}
