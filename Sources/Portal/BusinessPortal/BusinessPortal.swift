import Hummingbird

/// ビジネスポータル: what it alone has but for the sign-in's steps. Voice groups (``VoiceGroupController`` and others), the
/// pages of a number, and history, which other sites have too, are added in ``PortalServer``.
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
