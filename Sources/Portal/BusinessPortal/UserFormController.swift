import ControlPlane
import Hummingbird
import SignIn
import Storage

/// + ユーザーを追加する, and the same form for a user who is there.
struct UserFormController: Sendable {
    private static let groupLimit = 500

    let services: WebServices

    func addRoutes(to router: Router<PortalContext>) {
        router.get("/portal/users/add") { try await add($0, $1) }
        router.post("/portal/users/add") { try await saveNew($0, $1) }
        router.get("/portal/users/:user/edit") { try await edit($0, $1) }
        router.post("/portal/users/:user/edit") { try await save($0, $1) }
    }

    private func add(_ request: Request, _ context: PortalContext) async throws -> Response {
        let visit = try await services.portalVisit(request, context)
        return try await page(.blank(), of: nil, since: try await since(visit), visit, request, context)
    }

    private func saveNew(_ request: Request, _ context: PortalContext) async throws -> Response {
        let visit = try await services.portalVisit(request, context)
        return try await saving(of: nil, visit, request, context) { profile, session in
            _ = try session.addUser(profile, to: visit.user.company)
            return "/portal/users?done=\(PortalNotice.added.rawValue)"
        }
    }

    private func edit(_ request: Request, _ context: PortalContext) async throws -> Response {
        let visit = try await services.portalVisit(request, context)
        let since = try await since(visit)
        let user = try await user(visit, context)
        return try await page(UserForm(user.profile), of: user, since: since, visit, request, context)
    }

    private func save(_ request: Request, _ context: PortalContext) async throws -> Response {
        let visit = try await services.portalVisit(request, context)
        let user = try await user(visit, context)
        return try await saving(of: user, visit, request, context) { profile, session in
            _ = try session.editUser(user.profile.email) { $0 = profile }
            return "/portal/users/\(user.id)?done=\(PortalNotice.saved.rawValue)"
        }
    }

    private func user(_ visit: PortalVisit, _ context: PortalContext) async throws -> PortalUserState {
        let id = context.parameters.get("user") ?? ""
        return try await services.workers.run { try visit.session.user(id: id) }
    }

    /// - Parameter work: does it, and gives the page that comes after it.
    private func saving(
        of user: PortalUserState?, _ visit: PortalVisit, _ request: Request, _ context: PortalContext,
        _ work: @escaping @Sendable (PortalUserProfile, ControlSession) throws -> String
    ) async throws -> Response {
        let groups = try await groups(visit, of: user)
        guard var since = context.form["since"].flatMap({ Int64($0) }) else { throw PortalError.unreadableForm }
        var form = UserForm(context.form, groups: groups)
        var shown = context.form.shown(PortalUserProfile.self)
        var problems = form.problems(visit.words)
        if problems.isEmpty {
            do {
                let (session, profile) = (visit.session.unlessChanged(since: since), form.profile)
                return services.redirect(
                    to: try await services.workers.run { try work(profile, session) })
            } catch let refusal as ControlError where refusal.asPage == nil {
                problems[form.field(of: refusal)] = refusal.userText(visit.words)
                if case .changedSince(_, _, let told, _) = refusal {
                    // Saving once more is done in the knowledge of that: it is what the form now shows.
                    since = told
                    if user != nil {
                        let current = try await self.user(visit, context).profile
                        let clashes = form.rebase(from: shown ?? form.profile, onto: current, visit.words)
                        problems.merge(clashes) { told, _ in told }
                        shown = current
                    }
                }
            }
        }
        return try await page(form, of: user, shown: shown, since: since, visit, request, context, problems)
    }

    /// The last change that a page knows of: looked up before what the page shows, so that it is rather too old.
    private func since(_ visit: PortalVisit) async throws -> Int64 {
        try await services.workers.run { try visit.session.lastChangeSeen() }
    }

    private func page(
        _ form: UserForm, of user: PortalUserState?, shown: PortalUserProfile? = nil, since: Int64,
        _ visit: PortalVisit, _ request: Request, _ context: PortalContext, _ problems: [String: String] = [:]
    ) async throws -> Response {
        let groups = try await groups(visit, of: user)
        let page = UserFormPage(
            form, of: user, isOwn: user?.id == visit.user.id, groups: groups,
            shown: try (shown ?? user?.profile).map(FormFields.shownText), since: since, problems: problems,
            visit.words)
        return try services.portalPage(
            page, at: .administration, visit, request, context,
            status: problems.isEmpty ? .ok : .unprocessableContent)
    }

    /// What only an administrator may list, and so the page with it.
    ///
    /// - Parameter user: whose groups are offered in any case: what is not offered would be taken away.
    private func groups(_ visit: PortalVisit, of user: PortalUserState?) async throws -> [UserGroupState] {
        try await services.workers.run {
            let offered = try visit.session.groups(limit: Self.groupLimit)
            let rest = Set(user?.profile.groups ?? []).subtracting(offered.map(\.group))
            return try offered + rest.sorted().map { try visit.session.group($0, of: visit.user.company) }
        }
    }
}
