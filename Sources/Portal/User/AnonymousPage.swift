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
    let crumbs: [PageFrame.Link]
    let home: String
    let action: String
    var isOn: Bool
    let reasons: [Reason]
    /// When it holds, which stays as it is; nil: at any time.
    let hours: String?
    var problem: String?

    /// - Parameter rejected: as it is, or as it was typed. For none of them the form proposes the usual one.
    init(_ visit: NumberVisit, _ state: AnonymousState, rejects rejected: Set<NonPresentationReason>) {
        let words = visit.words
        number = TelephoneText.grouped(visit.number.national)
        crumbs = visit.crumbs
        home = visit.base
        action = "\(visit.path)/anonymous"
        hours = state.schedule.map { words("user.anonymous.hours-stay", ["hours": $0.text]) }
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
