import ControlPlane
import Foundation

/// ログイン中の画面: one's own sessions.
struct SessionListPage: Page {
    static let template = "account/sessions"

    struct Row: Sendable {
        let id: String
        let started: ShownTime
        let seen: ShownTime
        let source: String
        /// The login ID that it is a representation of.
        let actingFor: String?
        let isThis: Bool

        init(_ state: SessionState, isThis: Bool, in zone: TimeZone) {
            id = state.id
            started = ShownTime(state.startedAt, in: zone)
            seen = ShownTime(state.lastSeenAt, in: zone)
            source = state.source
            actingFor = state.actingFor
            self.isThis = isThis
        }
    }

    let action: String
    let rows: [Row]

    func title(_ words: Catalogue) -> String { words("sessions.heading") }
}
