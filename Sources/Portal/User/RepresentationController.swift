import ControlPlane
import Hummingbird

/// 代理設定: how a window onto a login ID's screens ends.
struct RepresentationController: Sendable {
    let services: WebServices

    func addRoutes(to router: Router<PortalContext>) {
        let base = Door.representation(":window").base
        router.post(RouterPath("\(base)/end")) { try await end($0, $1) }
        router.get(RouterPath("\(base)/ended")) { try await ended($0, $1) }
    }

    private func end(_ request: Request, _ context: PortalContext) async throws -> Response {
        let guest = try await services.guest(request, context)
        let desk = services.desk
        try await services.workers.run { try desk.signOut(guest.token) }
        return services.redirect(
            to: "\(guest.door.base)/ended",
            cookies: [services.endOfCookie(guest.door.sessionCookie, path: guest.door.base)])
    }

    /// Also what is shown in a window whose administrator has signed out.
    private func ended(_ request: Request, _ context: PortalContext) async throws -> Response {
        let words = services.words(context)
        let page = DonePage(
            heading: words("acting.ended.heading"), text: words("acting.ended.text"),
            explanation: words("acting.ended.explanation"), next: nil)
        return try services.page(page, in: services.frame(Door.of(request.uri.path), request, context))
    }
}
