import ControlPlane
import Hummingbird
import Storage

/// Where one is signed in, and how to end that elsewhere.
struct OwnSessionController: Sendable {
    /// An account has no more.
    private static let limit = 50

    let services: WebServices
    let door: Door

    func addRoutes(to router: Router<PortalContext>) {
        router.get("\(door.base)/sessions") { try await list($0, $1) }
        router.post("\(door.base)/sessions/end") { try await end($0, $1) }
    }

    private func list(_ request: Request, _ context: PortalContext) async throws -> Response {
        let guest = try await services.guest(at: door, request, context)
        let (desk, now) = (services.desk, services.now)
        let (states, present, zone) = try await services.workers.run {
            (
                try guest.session.ownSessions(limit: Self.limit), try desk.sessionID(of: guest.token, at: now),
                try guest.clock().zone
            )
        }
        let page = SessionListPage(
            action: "\(door.base)/sessions/end",
            rows: states.map { SessionListPage.Row($0, isThis: $0.id == present, in: zone) })
        return try services.page(page, for: guest, request, context)
    }

    private func end(_ request: Request, _ context: PortalContext) async throws -> Response {
        let guest = try await services.guest(at: door, request, context)
        guard let id = context.form["session"] else { throw PortalError.unreadableForm }
        _ = try await services.workers.run { try guest.session.endSession(id) }
        return services.redirect(to: "\(door.base)/sessions")
    }
}
