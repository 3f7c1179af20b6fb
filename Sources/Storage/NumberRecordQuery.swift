import Directory
import GRDB

/// Reads everything about one of our numbers in a single statement, so that all of it is of the same moment.
enum NumberRecordQuery {
    private static let sql = """
        SELECT 0, n.ring_seconds, c.username, c.ha1_sha256, c.ha1_md5, k.voicemail_option, NULL
            FROM number n LEFT JOIN credential c ON c.number_id = n.id
            LEFT JOIN contracted_number a ON a.number_id = n.id LEFT JOIN contract t ON t.id = a.contract_id
            LEFT JOIN service_kind k ON k.kind = t.kind WHERE n.canonical = ?1
        UNION ALL SELECT 1, d.slot, d.destination, NULL, NULL, NULL, NULL
            FROM number n JOIN saved_destination d ON d.number_id = n.id WHERE n.canonical = ?1
        UNION ALL SELECT 2, r.slot, r.condition, NULL, NULL, NULL, NULL
            FROM number n JOIN forwarding_rule r ON r.number_id = n.id WHERE n.canonical = ?1
        UNION ALL SELECT 3, NULL, a.reason, NULL, NULL, NULL, NULL
            FROM number n JOIN anonymous_rejection a ON a.number_id = n.id WHERE n.canonical = ?1
        UNION ALL SELECT 4, NULL, b.caller, NULL, NULL, NULL, NULL
            FROM number n JOIN blocked_caller b ON b.number_id = n.id WHERE n.canonical = ?1
        UNION ALL SELECT 5, NULL, o.option, NULL, NULL, NULL, NULL
            FROM number n JOIN number_option o ON o.number_id = n.id WHERE n.canonical = ?1
        UNION ALL SELECT 6, s.days, s.condition, s.holidays, s.from_minute, s.to_minute, s.ends_at
            FROM number n JOIN forwarding_schedule s ON s.number_id = n.id WHERE n.canonical = ?1
        UNION ALL SELECT 7, NULL, t.condition, t.destination, NULL, NULL, t.until
            FROM number n JOIN temporary_forwarding t ON t.number_id = n.id WHERE n.canonical = ?1
        UNION ALL SELECT 8, s.days, NULL, s.holidays, s.from_minute, s.to_minute, s.ends_at
            FROM number n JOIN anonymous_schedule s ON s.number_id = n.id WHERE n.canonical = ?1
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
        var found = false
        var record = NumberRecord(number: number)
        var rules: [(ForwardingCondition, slot: Int?)] = []
        var voicemail: OptionService?
        var options: Set<OptionService> = []
        let statement = try db.cachedStatement(sql: sql)
        let rows = try Row.fetchCursor(statement, arguments: [number.canonical])
        while let row = try rows.next() {
            switch row[0] as Int {
            case 0:
                found = true
                record.forwarding.ringSeconds = row[1]
                if let username = row[2] as String? {
                    record.credentials = DigestCredentials(username: username, sha256: row[3], md5: row[4])
                }
                voicemail = (row[5] as String?).map { OptionService(rawValue: $0) ?? .messageBox }
            case 1:
                record.forwarding.saved[(row[1] as Int) - 1] = Destination(stored: row[2])
            case 2:
                if let condition = ForwardingCondition(rawValue: row[2]) { rules.append((condition, row[1])) }
            case 3:
                if let reason = NonPresentationReason(rawValue: row[2]) {
                    record.anonymousCalls.rejected.insert(reason)
                }
            case 4:
                record.blockedCallers.insert(PhoneNumber(trustedCanonical: row[2]))
            case 6:
                if let condition = ForwardingCondition(rawValue: row[2]) {
                    record.forwarding.schedules[condition] = try schedule(row, db)
                }
            case 7:
                if let condition = ForwardingCondition(rawValue: row[2]) {
                    record.temporaryForwarding[condition] = TemporaryForwarding(
                        destination: (row[3] as String?).map(Destination.init(stored:)),
                        until: LocalClock.deadline(row[6], in: try LocalClock.fetchZone(db)))
                }
            case 8: record.anonymousCalls.schedule = try schedule(row, db)
            default:
                if let option = OptionService(rawValue: row[2]) { options.insert(option) }
            }
        }
        guard found else { return nil }
        for (condition, slot) in rules {
            record.forwarding.active[condition] = slot.map { record.forwarding.saved[$0 - 1] } ?? .voicemail
        }
        return (record, voicemail.map { NumberOptions(contracted: options, voicemail: $0) } ?? .withoutContract)
    }

    private static func schedule(_ row: Row, _ db: Database) throws -> Schedule {
        var schedule = Schedule(
            days: DaySet(weekdayBits: row[1], holidays: DaySet.Holidays(rawValue: row[3]) ?? .asWeekday))
        if let from = row[4] as Int?, let to = row[5] as Int? { schedule.hours = DailyHours(from: from, to: to) }
        if let end = row[6] as Int64? {
            schedule.ends = LocalClock.deadline(end, in: try LocalClock.fetchZone(db))
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
