package import Directory
package import Storage

/// Numbers of a voice group that were looked for.
package struct GroupSearchPage: Sendable {
    package struct Row: Sendable {
        package let entry: NumberEntry
        package let ways: NumberWays
    }

    /// How many were found in all; nil: in a contract this large that is not counted.
    package let total: Int?
    package let rows: [Row]
    /// There are more after these.
    package let hasMore: Bool
}

extension ControlSession {
    /// A page of the numbers of a contract that a search finds, each with what becomes of its calls now.
    ///
    /// - Parameters:
    ///   - search: as typed: full-width letters, hyphens and lower case mean the same.
    ///   - number: the last one of the page before; nil: the first page.
    /// - Throws: ``ControlError`` for a group that is not there, or another's.
    package func numbers(matching search: GroupSearch, after number: PhoneNumber? = nil, size: Int) throws
        -> GroupSearchPage
    {
        try read(.listNumbers, on: .contract(search.group)) { snapshot in
            let search = GroupSearch(
                group: ContractText.code(search.group), site: ContractText.code(search.site),
                voiceContract: ContractText.code(search.voiceContract), number: Self.digits(search.number))
            _ = try refusing { try require(contract: search.group, in: snapshot) }
            let (found, total) = try snapshot.numbers(search, after: number, limit: size + 1)
            let moment = try snapshot.clock().moment(at: now)
            let rows = try found.prefix(size).map { entry in
                GroupSearchPage.Row(
                    entry: entry, ways: try NumberWays(of: entry.number, in: snapshot, at: moment))
            }
            return GroupSearchPage(total: total, rows: rows, hasMore: found.count > rows.count)
        }
    }

    /// What was typed of a number, without what only separates its digits; a country code as the trunk prefix.
    private static func digits(_ text: String) -> String {
        let typed = NumberPlan.halfWidth(text).filter { !" -‐‑–−ー().".contains($0) }
        return typed.hasPrefix("+81") ? "0" + typed.dropFirst(3) : typed
    }
}
