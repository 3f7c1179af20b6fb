import ControlPlane

/// 利用者番号一覧.
struct LoginIDListPage: Page {
    static let template = "administrator/login-ids"

    struct Row: Sendable {
        let loginID: String
        let numbers: String
        let isLocked: Bool
        let hasSMSNumber: Bool

        init(_ state: LoginIDState) {
            loginID = state.loginID
            numbers = state.numbers.joined(separator: " ")
            isLocked = state.standing?.lockedUntil != nil
            hasSMSNumber = state.smsNumber != nil
        }
    }

    let rows: [Row]
    let count: Int

    func title(_ words: Catalogue) -> String { words("administrator.list.heading") }
}
