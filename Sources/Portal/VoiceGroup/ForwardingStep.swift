import ControlPlane

/// A change of the forwarding of many numbers takes two steps, and both are given the same form.
enum ForwardingStep: Sendable {
    /// 確認する: to show what it would change, without changing it.
    case preview
    /// 実行する: to do what was shown after the change with this number in the history. What somebody else has changed
    /// since is shown first.
    case start(shownAt: Int64)

    /// - Throws: `PortalError.unreadableForm` if it does not say what was shown.
    static func start(_ form: FormFields) throws -> ForwardingStep {
        guard let seen = form.seen else { throw PortalError.unreadableForm }
        return .start(shownAt: seen)
    }

    func take(
        by session: ControlSession, of selection: NumberSelection, _ order: ForwardingOrder
    ) throws -> ForwardingOutcome {
        switch self {
        case .preview: try session.changeForwarding(of: selection, order, commits: false, skipsRefused: true)
        case .start(let change): try session.changeForwarding(of: selection, order, shownAt: change)
        }
    }
}
