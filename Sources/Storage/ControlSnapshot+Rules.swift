package import Directory
import GRDB

/// An active rule with what decides whether it can do its work.
package struct StoredRule: Sendable {
    package let number: PhoneNumber
    package let condition: ForwardingCondition
    package let destination: Destination
    /// What the number has contracted.
    package let options: NumberOptions
    /// Names the number in ``ControlSnapshot/number(id:)``.
    package let id: Int64
    /// The same of the destination, if it is one of our numbers.
    package let destinationID: Int64?
    /// The destination is no number of ours, and was one.
    package let destinationWasRemoved: Bool
    /// Until when it lies over the number's own rule, in milliseconds since the Unix epoch; nil: it is that rule.
    package let until: Int64?
}

extension ControlSnapshot {
    /// Tells every active rule, and what lies over rules for a time, in the order of numbers, without keeping them. What
    /// switches a rule off for a time leads nowhere and is not told.
    ///
    /// - Parameter moment: what is over by then is not told, in milliseconds since the Unix epoch.
    package func eachRule(at moment: Int64, _ body: (StoredRule) throws -> Void) throws {
        let own = Self.rules(
            from: """
                JOIN forwarding_rule r ON r.number_id = n.id
                LEFT JOIN saved_destination d ON d.number_id = r.number_id AND d.slot = r.slot
                """, condition: "r.condition", until: "NULL")
        let temporary = Self.rules(
            from: "JOIN temporary_forwarding d ON d.number_id = n.id AND d.destination IS NOT NULL AND d.until > ?",
            condition: "d.condition", until: "d.until")
        let rows = try Row.fetchCursor(
            db, sql: "\(own) UNION ALL \(temporary) ORDER BY 2, 3, 9", arguments: [moment])
        while let row = try rows.next() {
            guard let condition = ForwardingCondition(rawValue: row[2]) else { continue }
            let contracted = ((row[5] as String?) ?? "").split(separator: ",")
            try body(
                StoredRule(
                    number: PhoneNumber(trustedCanonical: row[1]), condition: condition,
                    destination: (row[3] as String?).map(Destination.init(stored:)) ?? .voicemail,
                    options: NumberOptions(
                        contracted: Set(contracted.compactMap { OptionService(rawValue: String($0)) }),
                        storedVoicemail: row[4]),
                    id: row[0], destinationID: row[6], destinationWasRemoved: row[7], until: row[8]))
        }
    }

    /// - Parameters:
    ///   - tables: what joins the destinations, as `d`, to the numbers, as `n`.
    ///   - condition: the column that tells when calls go there.
    ///   - until: the column that tells until when.
    private static func rules(from tables: String, condition: String, until: String) -> String {
        """
        SELECT n.id, n.canonical, \(condition), d.destination, k.voicemail_option,
               CASE WHEN a.number_id IS NOT NULL THEN
                   (SELECT group_concat(o.option) FROM number_option o WHERE o.number_id = n.id) END,
               m.id,
               m.id IS NULL AND d.destination IS NOT NULL AND EXISTS
                   (SELECT 1 FROM history h WHERE h.object = 'number' AND h.key = d.destination),
               \(until)
        FROM number n \(tables)
        LEFT JOIN number m ON m.canonical = d.destination
        LEFT JOIN contracted_number a ON a.number_id = n.id LEFT JOIN contract t ON t.id = a.contract_id
        LEFT JOIN service_kind k ON k.kind = t.kind
        """
    }

    /// Tells every active rule that leads from one of our numbers to another, by what names them in ``number(id:)``.
    package func eachForwarding(_ body: (_ number: Int64, _ destination: Int64) throws -> Void) throws {
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT r.number_id, m.id FROM forwarding_rule r
                JOIN saved_destination d ON d.number_id = r.number_id AND d.slot = r.slot
                JOIN number m ON m.canonical = d.destination
                """)
        while let row = try rows.next() { try body(row[0], row[1]) }
    }

    package func number(id: Int64) throws -> PhoneNumber? {
        try String.fetchOne(db, kept: "SELECT canonical FROM number WHERE id = ?", arguments: [id])
            .map(PhoneNumber.init(trustedCanonical:))
    }

    /// Tells the numbers under a contract that turn away calls without a number, and have not the option for it.
    package func eachRejectionWithoutOption(_ body: (PhoneNumber) throws -> Void) throws {
        try eachNumber(
            where: """
                EXISTS (SELECT 1 FROM anonymous_rejection r WHERE r.number_id = n.id)
                AND EXISTS (SELECT 1 FROM contracted_number a WHERE a.number_id = n.id)
                AND NOT EXISTS (
                    SELECT 1 FROM number_option o WHERE o.number_id = n.id AND o.option = 'anonymous-rejection')
                """, body)
    }

    /// Tells the numbers without a password that need a phone: those that are not forwarded unconditionally.
    package func eachNumberWithoutPassword(_ body: (PhoneNumber) throws -> Void) throws {
        try eachNumber(
            where: """
                NOT EXISTS (SELECT 1 FROM credential c WHERE c.number_id = n.id)
                AND NOT EXISTS (SELECT 1 FROM forwarding_rule r WHERE r.number_id = n.id AND r.condition = 'always')
                """, body)
    }

    private func eachNumber(where condition: String, _ body: (PhoneNumber) throws -> Void) throws {
        let numbers = try String.fetchCursor(
            db, sql: "SELECT n.canonical FROM number n WHERE \(condition) ORDER BY n.canonical")
        while let number = try numbers.next() { try body(PhoneNumber(trustedCanonical: number)) }
    }
}
