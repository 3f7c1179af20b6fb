import Hummingbird

/// サービス設定用ホームページ: what it alone has behind the sign-in, for the login ID itself and for an administrator who acts
/// for it. The pages of a number, which other sites have too, are added in ``PortalServer``.
struct UserSite: Sendable {
    let services: WebServices

    func addRoutes(to router: Router<PortalContext>) {
        UserHomeController(services: services).addRoutes(to: router)
        AnonymousController(services: services).addRoutes(to: router)
        RepresentationController(services: services).addRoutes(to: router)
        OwnPasswordController(services: services, door: .user).addRoutes(to: router)
        OwnSessionController(services: services, door: .user).addRoutes(to: router)
        OwnTokenController(services: services, door: .user).addRoutes(to: router)
    }
}
