import Directory
package import Storage

/// Numbers of a voice group that were looked for.
package struct GroupSearchPage: Sendable {
    package struct Row: Sendable {
        package let entry: NumberEntry
        package let ways: NumberWays
    }

    /// How many were found in all.
    package let total: Int
    /// From 1; the last one, where a later one was asked for.
    package let page: Int
    package let rows: [Row]
}

extension ControlSession {
    /// A page of the numbers of a contract that a search finds, each with what becomes of its calls now.
    ///
    /// - Parameters:
    ///   - search: as typed: full-width letters, hyphens and lower case mean the same.
    ///   - page: from 1.
    /// - Throws: ``ControlError`` for a group that is not there, or another's.
    package func numbers(matching search: GroupSearch, page: Int, size: Int) throws -> GroupSearchPage {
        try read(.listNumbers, on: .contract(search.group)) { snapshot in
            let search = GroupSearch(
                group: ContractText.code(search.group), site: ContractText.code(search.site),
                voiceContract: ContractText.code(search.voiceContract), number: Self.digits(search.number))
            _ = try refusing { try require(contract: search.group, in: snapshot) }
            let total = try snapshot.count(search)
            let page = min(max(page, 1), max(1, (total + size - 1) / size))
            let moment = try snapshot.clock().moment(at: now)
            let rows = try snapshot.numbers(search, offset: (page - 1) * size, limit: size).map { entry in
                GroupSearchPage.Row(
                    entry: entry, ways: try NumberWays(of: entry.number, in: snapshot, at: moment))
            }
            return GroupSearchPage(total: total, page: page, rows: rows)
        }
    }

    /// What was typed of a number, without what only separates its digits; a country code as the trunk prefix.
    private static func digits(_ text: String) -> String {
        let typed = NumberPlan.halfWidth(text).filter { !" -‐‑–−ー().".contains($0) }
        return typed.hasPrefix("+81") ? "0" + typed.dropFirst(3) : typed
    }
}
