import ControlPlane
import Directory
import SignIn
import Storage

/// 転送を設定する: the search for a number of a voice group.
struct NumberSearchPage: Page {
    static let template = "voice/numbers"

    struct Row: Sendable {
        /// As it is dialled.
        let value: String
        let number: String
        let path: String
        let site: String
        let contract: String
        let picture: String
        let isChosen: Bool
    }

    let topPath: String
    let action: String
    let manyAction: String
    let group: String
    let groupLabel: String
    let isVoiceGroup: Bool
    let site: String
    let contract: String
    let number: String
    let problem: String?
    let rows: [Row]
    let hasRows: Bool
    /// Nothing is like what was searched for.
    let hasFoundNothing: Bool
    /// Nil: not counted.
    let total: String?
    /// The last number of the page before; nil: this is the first page.
    let after: String?
    let firstPath: String?
    let nextPath: String?

    /// - Parameters:
    ///   - search: as typed.
    ///   - after: the last number of the page before.
    ///   - chosen: the numbers that are ticked.
    init(
        _ visit: GroupVisit, _ search: GroupSearch, _ found: GroupSearchPage, after: PhoneNumber?, chosen: Set<String>,
        problem: String?, _ clock: GuestClock
    ) {
        let words = visit.words
        topPath = visit.base
        action = "\(visit.base)/numbers"
        manyAction = "\(visit.base)/many"
        (group, groupLabel, isVoiceGroup) = (visit.group, visit.groupLabel, visit.isVoiceGroup)
        (site, contract, number) = (search.site, search.voiceContract, search.number)
        self.problem = problem
        rows = found.rows.enumerated().map { index, row in
            let national = row.entry.number.national
            return Row(
                value: national, number: TelephoneText.grouped(national),
                path: "\(visit.base)/numbers/\(PercentEncoding.text(national))/forwarding",
                site: row.entry.place?.site ?? "", contract: row.entry.place?.voiceContract ?? "",
                picture: PathPicture(
                    row.ways.forwarding, row.ways.anonymous, clock, id: String(index + 1), words
                ).markup,
                isChosen: chosen.contains(national))
        }
        hasRows = !rows.isEmpty
        hasFoundNothing = rows.isEmpty && problem == nil
        total = found.total.map { words("pages.total", ["count": String($0)]) }
        let list = action
        let asked = [
            ("site", search.site), ("contract", search.voiceContract), ("ip", search.number),
        ]
        func path(after number: PhoneNumber?) -> String {
            let fields = asked + [("after", number?.national ?? "")]
            let query = fields.filter { !$0.1.isEmpty }.map { "\($0.0)=\(PercentEncoding.text($0.1))" }
            return query.isEmpty ? list : "\(list)?\(query.joined(separator: "&"))"
        }
        self.after = after?.national
        firstPath = after == nil ? nil : path(after: nil)
        nextPath = found.hasMore ? found.rows.last.map { path(after: $0.entry.number) } : nil
    }

    func title(_ words: Catalogue) -> String { words("voice.menu.forwarding") }
}
