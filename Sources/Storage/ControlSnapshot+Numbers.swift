package import Directory
import GRDB

/// A line in the list of our numbers.
package struct NumberEntry: Sendable, Equatable {
    package let number: PhoneNumber
    /// The digest username, nil for a number without a password.
    package let username: String?
    /// Milliseconds since the Unix epoch.
    package let createdAt: Int64
    /// Nil: the number is under no contract.
    package let place: NumberPlace?
}

/// Where a number stands, and what it may use there.
package struct NumberPlace: Sendable, Equatable {
    package let company: String
    /// A base contract number, or a voice group ID.
    package let contract: String
    /// Nil unless the contract has voice groups; the site is then there too.
    package let voiceContract: String?
    package let site: String?
    package let kind: ContractedNumberKind
    /// The options of the contract that are not withheld from the number.
    package let options: [OptionService]
}

/// Which numbers a list is about; everything that is not nil has to hold.
package struct NumberFilter: Sendable {
    package var company: String?
    package var contract: String?
    package var voiceContract: String?
    package var site: String?

    package init(
        company: String? = nil, contract: String? = nil, voiceContract: String? = nil, site: String? = nil
    ) {
        self.company = company
        self.contract = contract
        self.voiceContract = voiceContract
        self.site = site
    }
}

extension NumberFilter {
    private var limits: [Reach.Limit] {
        (company.map { [.company($0)] } ?? []) + (contract.map { [.contracts([$0], of: nil)] } ?? [])
    }

    /// On a row of `number n`, asked of one number after the other.
    var onNumber: [Condition] {
        let place = "SELECT 1 FROM contracted_number a JOIN voice_contract v ON v.id = a.voice_contract_id"
        return limits.map(\.onNumber)
            + (voiceContract.map { [Condition("EXISTS (\(place) WHERE a.number_id = n.id AND v.number = ?)", [$0])] }
                ?? [])
            + (site.map {
                [
                    Condition(
                        "EXISTS (\(place) JOIN site s ON s.id = v.site_id WHERE a.number_id = n.id AND s.code = ?)",
                        [$0])
                ]
            } ?? [])
    }

    /// On a row of `number n`. Each is the set of the numbers that it lets through, found from the named end: among a
    /// million numbers, those of one contract are read and no others.
    var amongNumbers: [Condition] {
        var conditions = limits.map(\.amongNumbers)
        if let voiceContract {
            conditions.append(
                Condition(
                    """
                    n.id IN (SELECT a.number_id FROM voice_contract v
                             JOIN contracted_number a ON a.voice_contract_id = v.id WHERE v.number = ?)
                    """, [voiceContract]))
        }
        if let site {
            // CROSS fixes the order: there are few sites, and SQLite would rather start from a million numbers.
            conditions.append(
                Condition(
                    """
                    n.id IN (SELECT a.number_id FROM site s CROSS JOIN voice_contract v ON v.site_id = s.id
                             CROSS JOIN contracted_number a ON a.voice_contract_id = v.id WHERE s.code = ?)
                    """, [site]))
        }
        return conditions
    }
}

/// Which numbers a list is about, and how far it may go.
private struct Wanted {
    /// On a row of `number n`, asked of one number after the other.
    let each: [Condition]
    /// The same numbers, found from the narrowest end that there is.
    let among: [Condition]

    init(_ filter: NumberFilter, within reach: Reach) {
        let reached = reach.limits.map { limit in
            filter.contract.map(limit.onNumber(ofContract:)) ?? limit.onNumber
        }
        each = filter.onNumber + reached
        let narrow = filter.amongNumbers
        among = narrow.isEmpty ? reach.limits.map(\.amongNumbers) : narrow + reached
    }
}

/// A number, and since when it belongs to whom it belongs to now.
package struct NumberOwnership: Sendable, Equatable {
    package let number: PhoneNumber
    /// Milliseconds since the Unix epoch; 0: since ever.
    package let since: Int64

    package init(number: PhoneNumber, since: Int64) {
        self.number = number
        self.since = since
    }
}

extension ControlSnapshot {
    /// The rules of a number as routing applies them: none of an option that is not contracted.
    package func record(of number: PhoneNumber) throws -> NumberRecord? {
        try NumberRecordQuery.fetch(number, db)
    }

    /// The rules of a number as they were set, and the options that decide which of them apply.
    package func savedRecord(of number: PhoneNumber) throws -> (record: NumberRecord, options: NumberOptions)? {
        try NumberRecordQuery.fetchSaved(number, db)
    }

    package func entry(of number: PhoneNumber) throws -> NumberEntry? {
        try entries(in: Condition("number n WHERE n.canonical = ?", [number.canonical]), limit: 1).first
    }

    package func hasNumber(_ number: PhoneNumber) throws -> Bool {
        try Bool.fetchOne(
            try db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM number WHERE canonical = ?)"),
            arguments: [number.canonical]) ?? false
    }

    /// A page of our numbers in canonical order: those after `number`, or the first ones.
    package func numbers(
        after number: PhoneNumber? = nil, in filter: NumberFilter = NumberFilter(), within reach: Reach = .everything,
        limit: Int
    ) throws -> [NumberEntry] {
        try page(after: number, of: Wanted(filter, within: reach), limit: limit) { try entries(in: $0, limit: limit) }
    }

    /// A page of numbers in canonical order. Mostly those right behind the last one that was shown are the ones that are
    /// wanted next; where they are not, the page is looked for among all that are.
    ///
    /// - Parameter fetch: finds the first `limit` of these rows of `number n`.
    private func page<Found>(
        after number: PhoneNumber?, of wanted: Wanted, and condition: Condition? = nil, limit: Int,
        _ fetch: (_ rows: Condition) throws -> [Found]
    ) throws -> [Found] {
        let (after, others) = (number?.canonical ?? "", condition.map { [$0] } ?? [])
        let near = Condition(
            "(SELECT * FROM number WHERE canonical > ? ORDER BY canonical LIMIT \(Self.nearby)) n WHERE TRUE", [after])
        let found = try fetch(near.and(wanted.each + others))
        guard found.count < limit else { return found }
        let all = Condition("number n WHERE n.canonical > ?", [after])
        return try fetch(all.and(wanted.among + others))
    }

    /// How many numbers are looked at one after the other, where many of them are not wanted.
    private static let nearby = 1_000

    /// A page of the numbers with an active forwarding rule, or with a temporary one that is not over at `moment`
    /// (milliseconds since the Unix epoch), in canonical order.
    package func forwardingNumbers(
        after number: PhoneNumber? = nil, in filter: NumberFilter = NumberFilter(), within reach: Reach = .everything,
        at moment: Int64 = .max, limit: Int
    ) throws -> [PhoneNumber] {
        let forwards = Condition(
            """
            (EXISTS (SELECT 1 FROM forwarding_rule r WHERE r.number_id = n.id)
                OR EXISTS (SELECT 1 FROM temporary_forwarding t WHERE t.number_id = n.id AND t.until > ?))
            """, [moment])
        let wanted = Wanted(filter, within: reach)
        return try page(after: number, of: wanted, and: forwards, limit: limit) { rows in
            try String.fetchAll(
                db, kept: "SELECT n.canonical FROM \(rows.sql) ORDER BY n.canonical LIMIT ?",
                arguments: rows.arguments + [limit]
            ).map(PhoneNumber.init(trustedCanonical:))
        }
    }

    /// How many numbers a contract has, and how many of them have an active forwarding rule, or a temporary one that is not
    /// over at `moment` (milliseconds since the Unix epoch).
    ///
    /// - Parameter limit: no more than these are looked at.
    package func numberTally(
        of contract: String, within reach: Reach = .everything, at moment: Int64, limit: Int
    ) throws -> (numbers: Int, forwarding: Int) {
        // CROSS fixes the order, so that it ends with the last number that is looked at.
        let rows = Condition(
            """
            contract o CROSS JOIN contracted_number p ON p.contract_id = o.id CROSS JOIN number n ON n.id = p.number_id
            WHERE o.number = ?
            """, [contract]
        ).and(reach.limits.map { $0.onNumber(ofContract: contract) })
        let statement = try db.cachedStatement(
            sql: """
                SELECT count(*), count(*) FILTER (
                    WHERE EXISTS (SELECT 1 FROM forwarding_rule r WHERE r.number_id = s.id)
                    OR EXISTS (SELECT 1 FROM temporary_forwarding t WHERE t.number_id = s.id AND t.until > ?))
                FROM (SELECT n.id FROM \(rows.sql) LIMIT ?) s
                """)
        let row = try Row.fetchOne(statement, arguments: [moment] + rows.arguments + [limit])
        return row.map { ($0[0], $0[1]) } ?? (0, 0)
    }

    /// Every number within reach, with the moment since which it belongs there: milliseconds since the Unix epoch.
    ///
    /// - Parameter number: only this one.
    package func ownership(of number: PhoneNumber? = nil, within reach: Reach) throws -> [NumberOwnership] {
        var conditions = reach.limits.map(number == nil ? \.amongNumbers : \.onNumber)
        if let number { conditions.append(Condition("n.canonical = ?", [number.canonical])) }
        let condition = Condition("TRUE").and(conditions)
        let since = reach.limits.map(\.ownedSince).reduce("0") { "max(\($0), \($1))" }
        return try Row.fetchAll(
            db, kept: "SELECT n.canonical, \(since) FROM number n WHERE \(condition.sql)",
            arguments: condition.arguments
        ).map { NumberOwnership(number: PhoneNumber(trustedCanonical: $0[0]), since: $0[1]) }
    }

    /// The numbers that have an active rule to this one, or a temporary one that is not over at `moment` (milliseconds since
    /// the Unix epoch), at most 100.
    package func numbersForwarding(to number: PhoneNumber, at moment: Int64) throws -> [PhoneNumber] {
        try String.fetchAll(
            db,
            kept: """
                SELECT n.canonical AS canonical FROM saved_destination d
                JOIN forwarding_rule r ON r.number_id = d.number_id AND r.slot = d.slot
                JOIN number n ON n.id = d.number_id
                WHERE d.destination = ?
                UNION SELECT n.canonical FROM temporary_forwarding t JOIN number n ON n.id = t.number_id
                WHERE t.destination = ? AND t.until > ?
                ORDER BY canonical LIMIT 100
                """, arguments: [number.canonical, number.canonical, moment]
        ).map(PhoneNumber.init(trustedCanonical:))
    }

    /// How many numbers have a password.
    package func credentialCount() throws -> Int {
        try Int.fetchOne(db, kept: "SELECT count(*) FROM credential") ?? 0
    }

    /// What is withheld from a number, whether or not its contract has it.
    package func withheldOptions(of number: PhoneNumber) throws -> [OptionService] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT w.option FROM number n JOIN withheld_option w ON w.number_id = n.id WHERE n.canonical = ?
                """)
        let withheld = try String.fetchSet(statement, arguments: [number.canonical])
        return OptionService.allCases.filter { withheld.contains($0.rawValue) }
    }

    /// - Parameter rows: of `number n`.
    private func entries(in rows: Condition, limit: Int) throws -> [NumberEntry] {
        let statement = try db.cachedStatement(sql: Self.entriesSQL(in: rows))
        return try Row.fetchAll(statement, arguments: rows.arguments + [limit]).map { row in
            NumberEntry(
                number: PhoneNumber(trustedCanonical: row[0]), username: row[1], createdAt: row[2],
                place: Self.place(row))
        }
    }

    /// The page is cut before its numbers' places are looked up: those of the others cost nothing then.
    static func entriesSQL(in rows: Condition) -> String {
        """
        SELECT n.canonical, c.username, n.created_at, y.name AS company, t.number AS contract,
               v.number AS voice_contract, s.code AS site, a.kind,
               (SELECT group_concat(o.option) FROM number_option o WHERE o.number_id = n.id) AS options
        FROM (SELECT n.id, n.canonical, n.created_at FROM \(rows.sql) ORDER BY n.canonical LIMIT ?) n
        LEFT JOIN credential c ON c.number_id = n.id
        LEFT JOIN contracted_number a ON a.number_id = n.id LEFT JOIN contract t ON t.id = a.contract_id
        LEFT JOIN company y ON y.id = t.company_id LEFT JOIN voice_contract v ON v.id = a.voice_contract_id
        LEFT JOIN site s ON s.id = v.site_id
        ORDER BY n.canonical
        """
    }

    private static func place(_ row: Row) -> NumberPlace? {
        guard let contract: String = row["contract"] else { return nil }
        let options = ((row["options"] as String?) ?? "").split(separator: ",").map(String.init)
        return NumberPlace(
            company: row["company"], contract: contract, voiceContract: row["voice_contract"], site: row["site"],
            kind: ContractedNumberKind(rawValue: row["kind"]) ?? .multiple,
            options: OptionService.allCases.filter { options.contains($0.rawValue) })
    }
}
