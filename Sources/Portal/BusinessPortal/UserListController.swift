import ControlPlane
import Hummingbird
import SignIn

/// ポータル管理者向け → ユーザー管理: ユーザー一覧.
struct UserListController: Sendable {
    private static let sizes = [10, 20, 50, 100]

    let services: WebServices

    func addRoutes(to router: Router<PortalContext>) {
        router.get("/portal/administration") { try await administration($0, $1) }
        router.get("/portal/users") { try await list($0, $1) }
    }

    /// ユーザー・権限管理.
    private func administration(_ request: Request, _ context: PortalContext) async throws -> Response {
        let visit = try await services.portalVisit(request, context)
        guard visit.isAdministrator else { throw PortalError.notPermitted }
        return try services.portalPage(
            AdministrationPage(
                groupsPath: "/portal/groups", usersPath: "/portal/users", historyPath: "/portal/history"),
            at: .administration, visit, request, context)
    }

    private func list(_ request: Request, _ context: PortalContext) async throws -> Response {
        let visit = try await services.portalVisit(request, context)
        let query = try request.query()
        let keyword = query.trimmed("q")
        let size = query["size"].flatMap(Int.init).flatMap { Self.sizes.contains($0) ? $0 : nil } ?? Self.sizes[0]
        let asked = min(max(1, query["page"].flatMap(Int.init) ?? 1), 1_000_000)
        let (users, number) = try await services.workers.run {
            let session = visit.session
            let users = try session.users(matching: keyword, offset: (asked - 1) * size, limit: size)
            let last = max(1, (users.total + size - 1) / size)
            guard asked > last else { return (users, asked) }
            return (try session.users(matching: keyword, offset: (last - 1) * size, limit: size), last)
        }
        let words = visit.words
        let page = UserListPage(
            keyword: keyword,
            sizes: Self.sizes.map {
                UserListPage.Size(
                    value: "\($0)", text: words("user.list.size", ["count": "\($0)"]), isChosen: $0 == size)
            },
            pages: PageLinks(total: users.total, page: number, size: size, words) { page in
                "/portal/users?q=\(PercentEncoding.text(keyword))&size=\(size)&page=\(page)"
            },
            rows: users.users.map { UserListPage.Row($0, words) }, isEmpty: users.users.isEmpty)
        return try services.portalPage(page, at: .administration, visit, request, context)
    }
}

/// ポータル管理者向け.
private struct AdministrationPage: Page {
    static let template = "portal/administration"

    let groupsPath: String
    let usersPath: String
    let historyPath: String

    func title(_ words: Catalogue) -> String { words("portal.menu.administration") }
}

/// ユーザー一覧.
private struct UserListPage: Page {
    static let template = "portal/users"

    struct Size: Sendable {
        let value: String
        let text: String
        let isChosen: Bool
    }

    struct Row: Sendable {
        let path: String
        let state: StateMark?
        let name: String
        let email: String
        let telephone: String
        let factor: String
        let role: String

        init(_ user: PortalUserState, _ words: Catalogue) {
            path = "/portal/users/\(user.id)"
            state = user.status?.mark(words)
            name = user.profile.name
            email = user.profile.email
            telephone = user.profile.telephone
            factor = user.profile.secondFactor.text(words)
            role = user.profile.role.text(words)
        }
    }

    let keyword: String
    let sizes: [Size]
    let pages: PageLinks
    let rows: [Row]
    let isEmpty: Bool

    func title(_ words: Catalogue) -> String { words("user.list.heading") }
}
