import Hummingbird

/// 管理者用設定ホームページ: what it alone has behind the sign-in. The pages of a number, and history, which other sites
/// have too, are added in ``PortalServer``.
struct AdministratorSite: Sendable {
    let services: WebServices

    func addRoutes(to router: Router<PortalContext>) {
        LoginIDListController(services: services).addRoutes(to: router)
        LoginIDCareController(services: services).addRoutes(to: router)
        SMSNumberController(services: services).addRoutes(to: router)
        OwnPasswordController(services: services, door: .administrator).addRoutes(to: router)
        OwnSessionController(services: services, door: .administrator).addRoutes(to: router)
        OwnTokenController(services: services, door: .administrator).addRoutes(to: router)
    }
}
