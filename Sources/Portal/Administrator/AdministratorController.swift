import ControlPlane
import Hummingbird

/// 管理者用設定ホームページ: the login IDs under a contract.
struct AdministratorController: Sendable {
    private static let pageSize = 50

    let services: WebServices

    func addRoutes(to router: Router<PortalContext>) {
        router.get("/oa") { try await list($0, $1) }
    }

    /// 利用者番号一覧.
    private func list(_ request: Request, _ context: PortalContext) async throws -> Response {
        let guest = try await services.guest(at: .administrator, request, context)
        let states = try await services.workers.run { try guest.session.loginIDs(limit: Self.pageSize) }
        let page = LoginIDListPage(rows: states.map { LoginIDListPage.Row($0) }, count: states.count)
        return try services.page(page, in: try services.frame(.administrator, request, context, guest: guest))
    }
}
