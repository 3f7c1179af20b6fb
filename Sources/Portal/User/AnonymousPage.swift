import ControlPlane
import Directory

/// 番号非通知拒否サービス設定: the form.
struct AnonymousPage: Page {
    static let template = "user/anonymous"

    /// Why a call shows no number.
    struct Reason: Sendable {
        let value: String
        let name: String
        let explanation: String
        let isRejected: Bool
    }

    let number: String
    let home: String
    let action: String
    var isOn: Bool
    let reasons: [Reason]
    var problem: String?

    /// - Parameter rejected: as it is, or as it was typed. For none of them the form proposes the usual one.
    init(_ state: AnonymousState, rejects rejected: Set<NonPresentationReason>, at door: Door, _ words: Catalogue) {
        number = state.number
        home = door.base
        action = AnonymousController.path(of: state.number, at: door)
        isOn = !rejected.isEmpty
        let proposed = rejected.isEmpty ? [.withheld] : rejected
        reasons = NonPresentationReason.allCases.map { reason in
            Reason(
                value: reason.rawValue, name: words("reason.\(reason.rawValue)"),
                explanation: words("reason.\(reason.rawValue).explanation"), isRejected: proposed.contains(reason))
        }
    }

    func title(_ words: Catalogue) -> String { words("user.anonymous.heading") }
}
