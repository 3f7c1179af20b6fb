import ControlPlane
import Hummingbird
import SignIn

/// ユーザーグループ: who may work on which contracts.
struct UserGroupController: Sendable {
    private static let groupLimit = 500
    /// Of the contracts and of the users that a form offers.
    private static let offerLimit = 500

    let services: WebServices

    func addRoutes(to router: Router<PortalContext>) {
        router.get("/portal/groups") { try await list($0, $1) }
        router.get("/portal/groups/add") { try await add($0, $1) }
        router.post("/portal/groups/add") { try await saveNew($0, $1) }
        router.get("/portal/groups/:group") { try await show($0, $1) }
        router.post("/portal/groups/:group") { try await save($0, $1) }
        router.get("/portal/groups/:group/remove") { try await confirm($0, $1) }
        router.post("/portal/groups/:group/remove") { try await remove($0, $1) }
    }

    private func list(_ request: Request, _ context: PortalContext) async throws -> Response {
        let visit = try await services.portalVisit(request, context)
        let groups = try await services.workers.run { try visit.session.groups(limit: Self.groupLimit) }
        let page = UserGroupListPage(
            rows: groups.map { group in
                UserGroupListPage.Row(
                    path: "/portal/groups/\(group.id)", name: group.group,
                    members: visit.words("group.count", ["count": "\(group.members.count)"]),
                    contracts: group.contracts.isEmpty
                        ? "–" : group.contracts.joined(separator: visit.words("list.and")))
            }, isEmpty: groups.isEmpty)
        return try services.portalPage(page, at: .administration, visit, request, context)
    }

    private func add(_ request: Request, _ context: PortalContext) async throws -> Response {
        let visit = try await addingVisit(request, context)
        return try services.portalPage(
            UserGroupPage(adding: "", nil, visit.words), at: .administration, visit, request, context)
    }

    /// Only the name: what it gives, and to whom, is chosen on its own page.
    private func saveNew(_ request: Request, _ context: PortalContext) async throws -> Response {
        let visit = try await addingVisit(request, context)
        let name = context.form.trimmed("name")
        do {
            let group = try await services.workers.run { try visit.session.addGroup(name, to: visit.user.company) }
            return services.redirect(to: "/portal/groups/\(group.id)?done=\(PortalNotice.groupAdded.rawValue)")
        } catch let refusal as ControlError where refusal.asPage == nil {
            return try services.portalPage(
                UserGroupPage(adding: name, refusal.userText(visit.words), visit.words), at: .administration, visit,
                request, context, status: .unprocessableContent)
        }
    }

    /// Of somebody who may add a group: whoever may not list them may not. Looked at before what was typed is, so that nobody
    /// else is shown the form again.
    private func addingVisit(_ request: Request, _ context: PortalContext) async throws -> PortalVisit {
        let visit = try await services.portalVisit(request, context)
        _ = try await services.workers.run { try visit.session.groups(limit: 1) }
        return visit
    }

    private func show(_ request: Request, _ context: PortalContext) async throws -> Response {
        let visit = try await services.portalVisit(request, context)
        let id = context.parameters.get("group") ?? ""
        let page = try await services.workers.run {
            // Before the group: rather too old than too new.
            let since = try visit.session.lastChangeSeen()
            let group = try visit.session.group(id: id)
            return try self.page(of: group, UserGroupForm(group), since: since, nil, visit)
        }
        return try services.portalPage(page, at: .administration, visit, request, context)
    }

    private func save(_ request: Request, _ context: PortalContext) async throws -> Response {
        let visit = try await services.portalVisit(request, context)
        let id = context.parameters.get("group") ?? ""
        let seen = context.form["since"].flatMap { Int64($0) }
        let typed = UserGroupForm(
            name: context.form.trimmed("name"), contracts: context.form.all("contract"),
            members: context.form.all("member"))
        let refused = try await services.workers.run { () throws -> UserGroupPage? in
            let group = try visit.session.group(id: id)
            guard let since = seen else { throw PortalError.unreadableForm }
            do {
                let session = visit.session.unlessChanged(since: since)
                _ = try session.fillGroup(group.group, of: group.company, typed)
                return nil
            } catch let refusal as ControlError where refusal.asPage == nil {
                let shown = context.form.shown(UserGroupForm.self)
                let problem = refusal.userText(visit.words)
                guard case .changedSince(_, _, let told, _) = refusal else {
                    return try page(of: group, typed, shown: shown, since: since, problem, visit)
                }
                // Saving once more is done in the knowledge of that: it is what the form now shows.
                let current = try visit.session.group(id: id)
                let choice = typed.rebased(from: shown ?? typed, onto: UserGroupForm(current))
                return try page(of: current, choice, since: told, problem, visit)
            }
        }
        guard let refused else {
            return services.redirect(to: "/portal/groups/\(id)?done=\(PortalNotice.saved.rawValue)")
        }
        return try services.portalPage(
            refused, at: .administration, visit, request, context, status: .unprocessableContent)
    }

    private func confirm(_ request: Request, _ context: PortalContext) async throws -> Response {
        let visit = try await services.portalVisit(request, context)
        let (id, words) = (context.parameters.get("group") ?? "", visit.words)
        let group = try await services.workers.run { try visit.session.group(id: id) }
        let page = ConfirmPage(
            heading: words("group.remove.heading"),
            parent: PageFrame.Link(path: "/portal/groups/\(id)", text: group.group),
            lead: words("group.remove.lead"),
            facts: [
                .init(name: words("group.name"), value: group.group),
                .init(name: words("group.members"), value: words("group.count", ["count": "\(group.members.count)"])),
            ], warning: words("group.remove.warning"), removes: true, action: "/portal/groups/\(id)/remove")
        return try services.portalPage(page, at: .administration, visit, request, context)
    }

    private func remove(_ request: Request, _ context: PortalContext) async throws -> Response {
        let visit = try await services.portalVisit(request, context)
        let id = context.parameters.get("group") ?? ""
        try await services.workers.run {
            let group = try visit.session.group(id: id)
            _ = try visit.session.removeGroup(group.group, of: group.company)
        }
        return services.redirect(to: "/portal/groups?done=\(PortalNotice.removed.rawValue)")
    }

    /// - Parameters:
    ///   - shown: what the form was filled with; nil: with what the group is now.
    ///   - since: the last change that the form knows of.
    private func page(
        of group: UserGroupState, _ choice: UserGroupForm, shown: UserGroupForm? = nil, since: Int64,
        _ problem: String?, _ visit: PortalVisit
    ) throws -> UserGroupPage {
        UserGroupPage(
            group, choice, shown: try FormFields.shownText(shown ?? UserGroupForm(group)), since: since,
            contracts: try visit.session.contracts(limit: Self.offerLimit),
            users: try visit.session.users(limit: Self.offerLimit).users, problem, visit.words)
    }
}

extension UserGroupForm {
    fileprivate init(_ group: UserGroupState) {
        self.init(name: group.group, contracts: group.contracts, members: group.members)
    }
}
