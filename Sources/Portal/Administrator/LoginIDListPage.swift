import ControlPlane
import Directory
import SignIn

/// 利用者番号一覧.
struct LoginIDListPage: Page {
    static let template = "administrator/login-ids"

    struct Row: Sendable {
        let loginID: String
        let numbers: [Number]
        let hasNumbers: Bool
        let state: StateMark
        let sms: StateMark

        /// - Parameter ways: where the numbers' calls go, by the numbers as they are dialled.
        init(_ state: LoginIDState, _ ways: [String: NumberWays], _ words: Catalogue, _ clock: GuestClock) {
            loginID = state.loginID
            let services = state.services ?? []
            let isOneOfSeveral = services.count > 1
            numbers = services.map {
                Number($0, ways[$0.number], isOneOfSeveral: isOneOfSeveral, words, clock)
            }
            hasNumbers = !services.isEmpty
            self.state = StateMark(state.standing, words)
            sms =
                state.smsNumber == nil
                ? StateMark(shape: .off, text: words("administrator.list.not-set"))
                : StateMark(shape: .ok, text: words("administrator.list.set"))
        }
    }

    struct Number: Sendable {
        let number: String
        let options: [String]
        let hasOptions: Bool
        let isOneOfSeveral: Bool
        /// いまの着信先.
        let picture: String
        /// 変更履歴.
        let historyPath: String

        init(
            _ services: LoginIDState.NumberServices, _ ways: NumberWays?, isOneOfSeveral: Bool, _ words: Catalogue,
            _ clock: GuestClock
        ) {
            picture =
                ways.map { PathPicture($0.forwarding, $0.anonymous, clock, id: services.number, words).markup } ?? ""
            historyPath = "\(Door.administrator.base)/numbers/\(PercentEncoding.text(services.number))/history"
            self.number = TelephoneText.grouped(services.number)
            options = services.options.map { words("option.\($0.rawValue)") }
            hasOptions = !options.isEmpty
            self.isOneOfSeveral = isOneOfSeveral
        }
    }

    let lead: String
    let query: String
    let page: Int
    let rows: [Row]
    let hasRows: Bool
    let isFiltered: Bool
    let pages: PageLinks
    /// Why nothing was done.
    var problem: String?

    func title(_ words: Catalogue) -> String { words("administrator.list.heading") }
}
