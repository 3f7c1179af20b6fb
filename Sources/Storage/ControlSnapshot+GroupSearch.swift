package import Directory
import GRDB

/// Which numbers of a contract are looked for: any part of each; what is empty leaves them all.
package struct GroupSearch: Sendable, Equatable {
    /// The voice group's ID, or a base contract number.
    package var group: String
    package var site: String
    package var voiceContract: String
    /// Of the number as it is dialled, without hyphens.
    package var number: String

    package init(group: String, site: String = "", voiceContract: String = "", number: String = "") {
        self.group = group
        self.site = site
        self.voiceContract = voiceContract
        self.number = number
    }
}

extension ControlSnapshot {
    /// The numbers of a contract that has so many are looked for along the order of all numbers, where the next one is
    /// never far. Those of a smaller one are read, and put in order.
    package static let largeGroup = 20_000

    /// Numbers of a contract that a search finds, in canonical order: those after `number`, or the first ones.
    ///
    /// - Returns: with how many it finds in all; nil: that is not counted, because every number of a large contract would
    ///   have to be read.
    package func numbers(
        _ search: GroupSearch, after number: PhoneNumber? = nil, limit: Int, large: Int = largeGroup
    ) throws -> (entries: [NumberEntry], total: Int?) {
        let all = try count(ofGroup: search.group, limit: search.isLimited ? large : -1)
        let last = number?.canonical ?? ""
        let page: ArraySlice<String>
        let total: Int?
        if all >= large {
            page = try numbers(search, from: search.fromNumbers, after: last, limit: limit)[...]
            total = search.isLimited ? nil : all
        } else if search.isLimited {
            let found = try numbers(search, from: search.fromGroup, after: "", limit: all)
            page = found.drop { $0 <= last }.prefix(limit)
            total = found.count
        } else {
            page = try numbers(search, from: search.fromGroup, after: last, limit: limit)[...]
            total = all
        }
        return (try page.compactMap { try entry(of: PhoneNumber(trustedCanonical: $0)) }, total)
    }

    private func numbers(_ search: GroupSearch, from rows: String, after last: String, limit: Int) throws -> [String] {
        let condition = search.condition.and([Condition("n.canonical > ?", [last])])
        return try String.fetchAll(
            db, kept: "SELECT n.canonical FROM \(rows) WHERE \(condition.sql) ORDER BY n.canonical LIMIT ?",
            arguments: condition.arguments + [limit])
    }

    /// - Parameter limit: no more than these are counted; -1: all.
    private func count(ofGroup group: String, limit: Int) throws -> Int {
        try Int.fetchOne(
            db,
            kept: """
                SELECT count(*) FROM (
                    SELECT 1 FROM contract t CROSS JOIN contracted_number a ON a.contract_id = t.id WHERE t.number = ?
                    LIMIT ?)
                """, arguments: [group, limit]) ?? 0
    }

    /// How many numbers each site of a voice group has, by the site's ID.
    package func numberCounts(bySiteOf group: String) throws -> [String: Int] {
        try Row.fetchAll(
            db,
            kept: """
                SELECT s.code, count(a.number_id)
                FROM contract t CROSS JOIN site s ON s.contract_id = t.id
                CROSS JOIN voice_contract v ON v.site_id = s.id
                CROSS JOIN contracted_number a ON a.voice_contract_id = v.id
                WHERE t.number = ? GROUP BY s.code
                """, arguments: [group]
        ).reduce(into: [:]) { $0[$1[0]] = $1[1] }
    }
}

extension GroupSearch {
    /// Whether it leaves out any number of the contract.
    fileprivate var isLimited: Bool { !site.isEmpty || !voiceContract.isEmpty || !number.isEmpty }

    /// From the contract to its numbers, however many others there are: CROSS fixes the order.
    fileprivate var fromGroup: String {
        "contract t CROSS JOIN contracted_number a ON a.contract_id = t.id CROSS JOIN number n ON n.id = a.number_id"
            + places
    }

    /// From all numbers, in their order, to those of the contract.
    fileprivate var fromNumbers: String {
        "contract t CROSS JOIN number n CROSS JOIN contracted_number a ON a.number_id = n.id AND a.contract_id = t.id"
            + places
    }

    /// Looked at only where they are searched for.
    private var places: String {
        site.isEmpty && voiceContract.isEmpty
            ? "" : " JOIN voice_contract v ON v.id = a.voice_contract_id JOIN site s ON s.id = v.site_id"
    }

    fileprivate var condition: Condition {
        var conditions: [Condition] = []
        if !site.isEmpty { conditions.append(Condition("instr(s.code, ?)", [site])) }
        if !voiceContract.isEmpty { conditions.append(Condition("instr(v.number, ?)", [voiceContract])) }
        if !number.isEmpty { conditions.append(Condition("instr(n.national, ?)", [number])) }
        return Condition("t.number = ?", [group]).and(conditions)
    }
}

/// Unconditional forwarding that lies over the rules of some numbers of a site for a time.
package struct SiteCover: Sendable, Equatable {
    package let destination: Destination
    /// Milliseconds since the Unix epoch.
    package let until: Int64
    package let operation: Int64?
    package let numbers: Int
}

extension ControlSnapshot {
    /// What lies over the rules of a voice group's numbers unconditionally, by the site's ID, the most numbers first.
    ///
    /// - Parameter moment: milliseconds since the Unix epoch; what is over then is not counted.
    package func covers(bySiteOf group: String, at moment: Int64) throws -> [String: [SiteCover]] {
        try Row.fetchAll(
            db,
            kept: """
                SELECT s.code, f.destination, f.until, f.operation_id, count(*)
                FROM contract t CROSS JOIN contracted_number a ON a.contract_id = t.id
                CROSS JOIN temporary_forwarding f ON f.number_id = a.number_id
                CROSS JOIN voice_contract v ON v.id = a.voice_contract_id CROSS JOIN site s ON s.id = v.site_id
                WHERE t.number = ? AND f.condition = 'always' AND f.destination IS NOT NULL AND f.until > ?
                GROUP BY s.code, f.destination, f.until, f.operation_id ORDER BY count(*) DESC
                """, arguments: [group, moment]
        ).reduce(into: [:]) { covers, row in
            covers[row[0], default: []].append(
                SiteCover(destination: Destination(stored: row[1]), until: row[2], operation: row[3], numbers: row[4]))
        }
    }
}
