import ControlPlane
import Hummingbird
import SignIn
import Storage

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
            AdministrationPage(groupsPath: "/portal/groups", usersPath: "/portal/users"), at: .administration, visit,
            request, context)
    }

    private func list(_ request: Request, _ context: PortalContext) async throws -> Response {
        let visit = try await services.portalVisit(request, context)
        let query = try request.query()
        let keyword = query.trimmed("q")
        let size = query["size"].flatMap(Int.init).flatMap { Self.sizes.contains($0) ? $0 : nil } ?? Self.sizes[0]
        let asked = min(max(1, query["page"].flatMap(Int.init) ?? 1), 1_000_000)
        let order = PortalUserOrder(
            query["sort"].flatMap(PortalUserOrder.Column.init(rawValue:)) ?? .status,
            isDescending: query["order"] == "desc")
        let (users, number) = try await services.workers.run {
            let session = visit.session
            func users(onPage page: Int) throws -> PortalUserPage {
                try session.users(
                    matching: keyword, orderedBy: order, offset: (page - 1) * size, limit: size)
            }
            let found = try users(onPage: asked)
            let last = max(1, (found.total + size - 1) / size)
            guard asked > last else { return (found, asked) }
            return (try users(onPage: last), last)
        }
        let words = visit.words
        func path(_ order: PortalUserOrder) -> String {
            "/portal/users?q=\(PercentEncoding.text(keyword))&size=\(size)&sort=\(order.column.rawValue)"
                + (order.isDescending ? "&order=desc" : "")
        }
        let page = UserListPage(
            keyword: keyword,
            sizes: Self.sizes.map {
                UserListPage.Size(
                    value: "\($0)", text: words("user.list.size", ["count": "\($0)"]), isChosen: $0 == size)
            },
            pages: PageLinks(total: users.total, page: number, size: size, words) { page in
                "\(path(order))&page=\(page)"
            },
            columns: PortalUserOrder.Column.allCases.map { UserListPage.Column($0, in: order, words, path: path) },
            rows: users.users.map { UserListPage.Row($0, words) }, isEmpty: users.users.isEmpty)
        return try services.portalPage(page, at: .administration, visit, request, context)
    }
}

/// ポータル管理者向け.
private struct AdministrationPage: Page {
    static let template = "portal/administration"

    let groupsPath: String
    let usersPath: String

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

    /// A column's heading, which puts the list in its order, and then the other way round.
    struct Column: Sendable {
        let value: String
        let text: String
        let path: String
        /// As `aria-sort` has it; nil: the list is in another order.
        let sorted: String?
        let mark: String

        init(
            _ column: PortalUserOrder.Column, in order: PortalUserOrder, _ words: Catalogue,
            path: (PortalUserOrder) -> String
        ) {
            let isChosen = column == order.column
            value = column.rawValue
            text = words(column == .factor ? "user.list.factor" : "profile.\(column.rawValue)")
            self.path = path(PortalUserOrder(column, isDescending: isChosen && !order.isDescending))
            sorted = isChosen ? order.isDescending ? "descending" : "ascending" : nil
            mark = order.isDescending ? "▲" : "▼"
        }
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
    let columns: [Column]
    let rows: [Row]
    let isEmpty: Bool

    func title(_ words: Catalogue) -> String { words("user.list.heading") }
}
