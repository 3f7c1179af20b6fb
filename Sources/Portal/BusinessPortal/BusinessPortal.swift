import Hummingbird

/// ビジネスポータル: every page of it but the sign-in's steps.
struct BusinessPortal: Sendable {
    let services: WebServices

    func addRoutes(to router: Router<PortalContext>) {
        InvitationController(services: services).addRoutes(to: router)
        PasswordResetController(services: services).addRoutes(to: router)
        DashboardController(services: services).addRoutes(to: router)
        ServiceController(services: services).addRoutes(to: router)
        UserListController(services: services).addRoutes(to: router)
        UserFormController(services: services).addRoutes(to: router)
        UserCareController(services: services).addRoutes(to: router)
        UserGroupController(services: services).addRoutes(to: router)
        AccountController(services: services).addRoutes(to: router)
        OwnPasswordController(services: services, door: .portal).addRoutes(to: router)
        OwnSessionController(services: services, door: .portal).addRoutes(to: router)
        OwnTokenController(services: services, door: .portal).addRoutes(to: router)
    }
}
