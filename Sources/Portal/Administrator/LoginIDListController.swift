import ControlPlane
import Directory
import Hummingbird
import SignIn

/// 利用者番号一覧, and what is done to a login ID that was selected in it.
struct LoginIDListController: Sendable {
    static let path = Door.administrator.base
    private static let pageSize = 25

    let services: WebServices

    func addRoutes(to router: Router<PortalContext>) {
        router.get("/oa") { try await list($0, $1) }
        router.post("/oa/login-ids/view") { try await view($0, $1) }
        router.post("/oa/login-ids/unlock") { try await choose($0, $1, next: "unlock") }
        router.post("/oa/login-ids/password") { try await choose($0, $1, next: "password") }
    }

    private func list(_ request: Request, _ context: PortalContext) async throws -> Response {
        let guest = try await services.guest(at: .administrator, request, context)
        return try await list(try request.query(), guest, request, context)
    }

    private func list(
        _ fields: FormFields, _ guest: Guest, _ request: Request, _ context: PortalContext, problem: String? = nil
    ) async throws -> Response {
        let (query, number) = (fields.trimmed("q"), Int(fields.trimmed("page")) ?? 1)
        let words = services.words(context)
        let (page, rows) = try await services.workers.run {
            let page = try guest.session.loginIDs(matching: query, page: number, size: Self.pageSize)
            let numbers = try page.states.flatMap { $0.services ?? [] }.map { try PhoneNumber(typed: $0.number) }
            let ways = try guest.session.ways(of: numbers).map { ($0.forwarding.number, $0) }
            let waysByNumber = Dictionary(ways) { first, _ in first }
            let clock = try guest.clock()
            return (page, page.states.map { LoginIDListPage.Row($0, waysByNumber, words, clock) })
        }
        let links = PageLinks(total: page.total, page: page.page, size: Self.pageSize, words) {
            Self.path(query: query, page: $0)
        }
        let content = LoginIDListPage(
            lead: words("administrator.list.lead", ["contract": guest.contract]), query: query, page: page.page,
            rows: rows, hasRows: !rows.isEmpty, isFiltered: !query.isEmpty, pages: links, problem: problem)
        return try services.page(
            content, for: guest, request, context, status: problem == nil ? .ok : .unprocessableContent)
    }

    private static func path(query: String, page: Int) -> String {
        query.isEmpty ? "\(path)?page=\(page)" : "\(path)?q=\(PercentEncoding.text(query))&page=\(page)"
    }

    /// ユーザ画面参照: the login ID's own screen, in a window and with a session of its own.
    private func view(_ request: Request, _ context: PortalContext) async throws -> Response {
        let guest = try await services.guest(at: .administrator, request, context)
        guard let loginID = context.form["login"] else { return try await unselected(guest, request, context) }
        let (desk, now) = (services.desk, services.now)
        let (token, id) = try await services.workers.run {
            let token = try desk.openLoginID(loginID, under: guest.token, from: context.address, at: now)
            return (token, try desk.sessionID(of: token, at: now))
        }
        let door = Door.representation(id)
        return services.redirect(
            to: door.base, cookies: [services.cookie(door.sessionCookie, token.text, path: door.base)])
    }

    /// To the page that asks before something is done to the login ID.
    private func choose(_ request: Request, _ context: PortalContext, next: String) async throws -> Response {
        let guest = try await services.guest(at: .administrator, request, context)
        guard let typed = context.form["login"] else { return try await unselected(guest, request, context) }
        let loginID = try await services.workers.run { try guest.session.loginID(typed).loginID }
        return services.redirect(to: "\(Self.path)/login-ids/\(loginID)/\(next)")
    }

    private func unselected(_ guest: Guest, _ request: Request, _ context: PortalContext) async throws -> Response {
        let words = services.words(context)
        return try await list(
            context.form, guest, request, context, problem: words("administrator.list.none-selected"))
    }
}

extension Guest {
    /// The contract that an administrator ID is for.
    var contract: String {
        if case .administratorID(let contract) = principal.role { contract } else { "" }
    }
}
