import ControlPlane
import Hummingbird

/// ご自身の情報: what is kept of the person who is signed in, which an administrator changes.
struct AccountController: Sendable {
    let services: WebServices

    func addRoutes(to router: Router<PortalContext>) {
        router.get("/portal/account") { try await show($0, $1) }
    }

    private func show(_ request: Request, _ context: PortalContext) async throws -> Response {
        let visit = try await services.portalVisit(request, context)
        let page = AccountPage(
            name: visit.user.profile.name, facts: UserPage.facts(of: visit.user, in: visit.zone, visit.words),
            passwordSetAt: visit.user.standing?.passwordSetAt.map { ShownTime($0, in: visit.zone) },
            editPath: visit.isAdministrator ? "/portal/users/\(visit.user.id)/edit" : nil)
        return try services.portalPage(page, at: nil, visit, request, context)
    }
}

/// ご自身の情報.
private struct AccountPage: Page {
    static let template = "portal/account"

    let name: String
    let facts: [UserPage.Fact]
    let passwordSetAt: ShownTime?
    /// Nil: an administrator has to be asked.
    let editPath: String?

    func title(_ words: Catalogue) -> String { words("portal.menu.account") }
}
