import Hummingbird

/// 管理者用設定ホームページ: every page of it behind the sign-in.
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
