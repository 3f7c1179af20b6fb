import Directory
import GRDB

/// Reads everything about one of our numbers, all of it as it was at one moment.
///
/// For the server this runs at the first call to a number, and again and again where it has more numbers than it
/// remembers. Hence two statements, so that only one looks the number up by its text, and no GRDB rows.
enum NumberRecordQuery {
    private static let number = """
        SELECT n.id, n.ring_seconds, c.username, c.ha1_sha256, c.ha1_md5, k.voicemail_option
            FROM number n LEFT JOIN credential c ON c.number_id = n.id
            LEFT JOIN contracted_number a ON a.number_id = n.id LEFT JOIN contract t ON t.id = a.contract_id
            LEFT JOIN service_kind k ON k.kind = t.kind WHERE n.canonical = ?1
        """
    private static let rules = """
        SELECT 1, slot, destination, NULL, NULL, NULL, NULL FROM saved_destination WHERE number_id = ?1
        UNION ALL SELECT 2, slot, condition, NULL, NULL, NULL, NULL FROM forwarding_rule WHERE number_id = ?1
        UNION ALL SELECT 3, NULL, reason, NULL, NULL, NULL, NULL FROM anonymous_rejection WHERE number_id = ?1
        UNION ALL SELECT 4, NULL, caller, NULL, NULL, NULL, NULL FROM blocked_caller WHERE number_id = ?1
        UNION ALL SELECT 5, NULL, option, NULL, NULL, NULL, NULL FROM number_option WHERE number_id = ?1
        UNION ALL SELECT 6, days, condition, holidays, from_minute, to_minute, ends_at
            FROM forwarding_schedule WHERE number_id = ?1
        UNION ALL SELECT 7, NULL, condition, destination, NULL, NULL, until
            FROM temporary_forwarding WHERE number_id = ?1
        UNION ALL SELECT 8, days, NULL, holidays, from_minute, to_minute, ends_at
            FROM anonymous_schedule WHERE number_id = ?1
        """

    /// The rules that apply: those whose option is contracted. Nil when the number is not ours.
    static func fetch(_ number: PhoneNumber, _ db: Database) throws -> NumberRecord? {
        guard let (saved, options) = try fetchSaved(number, db) else { return nil }
        var record = saved
        let rules = saved.forwarding.active.filter { options.missing(for: $0.value) == nil }
        record.forwarding.active = rules
        record.forwarding.schedules = saved.forwarding.schedules.filter { rules[$0.key] != nil }
        if !saved.temporaryForwarding.isEmpty {
            record.temporaryForwarding = saved.temporaryForwarding.filter {
                $0.value.destination.flatMap(options.missing) == nil
            }
        }
        if !options.has(.anonymousRejection) { record.anonymousCalls = AnonymousCallPolicy() }
        return record
    }

    /// The rules as they were set, and the options that decide which of them apply.
    static func fetchSaved(
        _ number: PhoneNumber, _ db: Database
    ) throws -> (record: NumberRecord, options: NumberOptions)? {
        let found = BoundStatement(try db.cachedStatement(sql: Self.number), db)
        try found.bind(number.canonical, at: 1)
        guard try found.step() else { return nil }
        // Open until everything is read: so long the connection sees the database as it is now.
        defer { found.reset() }
        var record = NumberRecord(number: number)
        record.forwarding.ringSeconds = Int(found.integer(1))
        if !found.isNull(2) {
            record.credentials = DigestCredentials(
                username: found.text(2), sha256: found.text(3), md5: found.text(4))
        }
        let voicemail = found.isNull(5) ? nil : found.text(5)
        let options = try readRules(of: found.integer(0), into: &record, db)
        return (record, NumberOptions(contracted: options, storedVoicemail: voicemail))
    }

    /// - Returns: the options that are contracted for the number.
    private static func readRules(
        of id: Int64, into record: inout NumberRecord, _ db: Database
    ) throws -> Set<OptionService> {
        var active: [(ForwardingCondition, slot: Int?)] = []
        var options: Set<OptionService> = []
        let row = BoundStatement(try db.cachedStatement(sql: rules), db)
        try row.bind(id, at: 1)
        defer { row.reset() }
        while try row.step() {
            switch row.integer(0) {
            case 1:
                record.forwarding.saved[Int(row.integer(1)) - 1] = Destination(stored: row.text(2))
            case 2:
                if let condition = ForwardingCondition(rawValue: row.text(2)) {
                    active.append((condition, row.isNull(1) ? nil : Int(row.integer(1))))
                }
            case 3:
                if let reason = NonPresentationReason(rawValue: row.text(2)) {
                    record.anonymousCalls.rejected.insert(reason)
                }
            case 4:
                record.blockedCallers.insert(PhoneNumber(trustedCanonical: row.text(2)))
            case 6:
                if let condition = ForwardingCondition(rawValue: row.text(2)) {
                    record.forwarding.schedules[condition] = try schedule(row, db)
                }
            case 7:
                if let condition = ForwardingCondition(rawValue: row.text(2)) {
                    record.temporaryForwarding[condition] = TemporaryForwarding(
                        destination: row.isNull(3) ? nil : Destination(stored: row.text(3)),
                        until: LocalClock.deadline(row.integer(6), in: try LocalClock.fetchZone(db)))
                }
            case 8: record.anonymousCalls.schedule = try schedule(row, db)
            default:
                if let option = OptionService(rawValue: row.text(2)) { options.insert(option) }
            }
        }
        for (condition, slot) in active {
            record.forwarding.active[condition] = slot.map { record.forwarding.saved[$0 - 1] } ?? .voicemail
        }
        return options
    }

    private static func schedule(_ row: BoundStatement, _ db: Database) throws -> Schedule {
        var schedule = Schedule(
            days: DaySet(
                weekdayBits: Int(row.integer(1)), holidays: DaySet.Holidays(rawValue: row.text(3)) ?? .asWeekday))
        if !row.isNull(4), !row.isNull(5) {
            schedule.hours = DailyHours(from: Int(row.integer(4)), to: Int(row.integer(5)))
        }
        if !row.isNull(6) {
            schedule.ends = LocalClock.deadline(row.integer(6), in: try LocalClock.fetchZone(db))
        }
        return schedule
    }

    /// The number that signs in with this digest username.
    static func number(signingInAs username: String, _ db: Database) throws -> PhoneNumber? {
        let statement = try db.cachedStatement(
            sql: "SELECT n.canonical FROM credential c JOIN number n ON n.id = c.number_id WHERE c.username = ?")
        return try String.fetchOne(statement, arguments: [username]).map(PhoneNumber.init(trustedCanonical:))
    }
}

extension NumberOptions {
    /// - Parameter text: the option by which the kind of the number's contract has voice mail, as it is stored; nil: the
    ///   number is under no contract.
    init(contracted: Set<OptionService>, storedVoicemail text: String?) {
        guard let text else {
            self = .withoutContract
            return
        }
        self.init(contracted: contracted, voicemail: OptionService(rawValue: text) ?? .messageBox)
    }
}
