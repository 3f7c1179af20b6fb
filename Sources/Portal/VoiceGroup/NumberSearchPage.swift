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
    let total: String
    let position: String
    let previousPath: String?
    let nextPath: String?

    /// - Parameters:
    ///   - search: as typed.
    ///   - size: of a page.
    ///   - chosen: the numbers that are ticked.
    init(
        _ visit: GroupVisit, _ search: GroupSearch, _ found: GroupSearchPage, size: Int, chosen: Set<String>,
        problem: String?
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
                picture: PathPicture(row.ways.forwarding, row.ways.anonymous, id: String(index + 1), words).svg,
                isChosen: chosen.contains(national))
        }
        hasRows = !rows.isEmpty
        total = String(found.total)
        let last = max(1, (found.total + size - 1) / size)
        position = words("voice.search.position", ["page": String(found.page), "last": String(last)])
        func path(_ page: Int) -> String {
            let fields = [
                ("site", search.site), ("contract", search.voiceContract), ("ip", search.number),
                ("page", String(page)),
            ]
            let query = fields.filter { !$0.1.isEmpty }.map { "\($0.0)=\(PercentEncoding.text($0.1))" }
            return "\(visit.base)/numbers?\(query.joined(separator: "&"))"
        }
        previousPath = found.page > 1 ? path(found.page - 1) : nil
        nextPath = found.page < last ? path(found.page + 1) : nil
    }

    func title(_ words: Catalogue) -> String { words("voice.search.heading") }
}
