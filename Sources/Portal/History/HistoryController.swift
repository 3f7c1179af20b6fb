import ControlPlane
import Directory
import HTTPTypes
import Hummingbird
import SignIn
import Storage

/// 変更履歴 of everything that is in a person's reach, of a voice group and of a number, with the way back.
struct HistoryController: Sendable {
    private static let pageSize = 50
    private static let limit = 1_000
    /// Sites that have a history of all that is in reach.
    private static let doors = [
        Door.administrator.base, Door.user.base, Door.representation(":window").base, Door.portal.base,
    ]

    let services: WebServices

    func addRoutes(to router: Router<PortalContext>) {
        for base in Self.doors {
            router.get(RouterPath("\(base)/history")) { try await everything($0, $1) }
            router.get(RouterPath("\(base)/history/:change/undo")) { try await askUndo($0, $1) }
            router.post(RouterPath("\(base)/history/:change/undo")) { try await undo($0, $1) }
        }
        router.get(RouterPath("\(NumberSite.voiceGroup.pattern)/history")) { try await ofGroup($0, $1) }
        for site in NumberSite.allCases {
            router.get(RouterPath("\(site.numberPattern)/history")) { try await ofNumber(site, $0, $1) }
        }
        router.get(RouterPath("\(Door.administrator.base)/numbers/:number/history")) {
            try await ofNumber(.user, $0, $1)
        }
    }

    private func everything(_ request: Request, _ context: PortalContext) async throws -> Response {
        let guest = try await services.guest(request, context)
        let words = services.words(context)
        return try await list(guest, [], words("history.heading"), nil, request, context) { session, filter, limit in
            try session.history(matching: filter, limit: limit)
        }
    }

    private func ofGroup(_ request: Request, _ context: PortalContext) async throws -> Response {
        let visit = try await services.groupVisit(request, context)
        let crumbs = [PageFrame.Link(path: visit.base, text: visit.words("voice.site"))]
        let heading = visit.words("history.of-group", ["group": visit.group])
        return try await list(visit.guest, crumbs, heading, visit.group, request, context) { session, filter, limit in
            do {
                return try session.history(ofContract: visit.group, matching: filter, limit: limit)
            } catch ControlError.noHistoryOf {
                return []
            }
        }
    }

    private func ofNumber(_ site: NumberSite, _ request: Request, _ context: PortalContext) async throws -> Response {
        let visit = try await services.visit(at: site, request, context)
        // An administrator sets nothing but in the user's own screen.
        let crumbs =
            visit.guest.door == .administrator
            ? [PageFrame.Link(path: visit.base, text: visit.words("menu.login-ids"))]
            : visit.crumbs
                + [PageFrame.Link(path: "\(visit.path)/forwarding", text: visit.words("forwarding.heading"))]
        return try await list(
            visit.guest, crumbs, visit.words("history.heading"), visit.group, request, context, number: visit.number
        ) { session, filter, limit in
            do {
                return try session.history(of: visit.number, matching: filter, limit: limit)
            } catch ControlError.noHistory {
                return []
            }
        }
    }

    private func list(
        _ guest: Guest, _ crumbs: [PageFrame.Link], _ heading: String, _ group: String?, _ request: Request,
        _ context: PortalContext, number: PhoneNumber? = nil,
        _ entries: @escaping @Sendable (ControlSession, HistoryFilter, Int) throws -> [HistoryEntry]
    ) async throws -> Response {
        let (query, words) = (try request.query(), services.words(context))
        let count = min(max(Int(query.trimmed("count")) ?? Self.pageSize, 1), Self.limit)
        let hasKinds = number == nil && group == nil
        let (search, found, undone, clock) = try await services.workers.run {
            let clock = try guest.clock()
            let search = HistorySearch(query, at: request.uri.path, hasKinds: hasKinds, words, in: clock.zone)
            let found = search.hasProblems ? [] : try entries(guest.session, search.filter, count + 1)
            return (search, found, try guest.session.undone(found), clock)
        }
        let shown = found.prefix(count)
        let page = HistoryPage(
            crumbs: crumbs, hasCrumbs: !crumbs.isEmpty, heading: heading,
            number: number.map { TelephoneText.grouped($0.national) },
            undone: query["undone"] == nil ? nil : words("history.undone"),
            search: search, isFiltered: !search.isEmpty,
            changes: shown.map { entry in
                HistoryPage.Change(
                    entry, isUndone: undone.contains(entry.id), guest.session,
                    undoBase: "\(guest.door.base)/history", words, clock)
            }, isEmpty: shown.isEmpty,
            morePath: found.count > count && count < Self.limit
                ? "\(request.uri.path)?\(search.query)count=\(min(count * 4, Self.limit))" : nil)
        return try services.page(
            page, in: services.frame(guest, inGroup: group, request, context),
            status: search.hasProblems ? .unprocessableContent : .ok)
    }

    private func askUndo(_ request: Request, _ context: PortalContext) async throws -> Response {
        let (guest, id) = try await change(request, context)
        return try services.page(
            try await undoPage(guest, id, request, context),
            in: services.frame(guest, inGroup: nil, request, context))
    }

    private func undo(_ request: Request, _ context: PortalContext) async throws -> Response {
        let (guest, id) = try await change(request, context)
        do {
            _ = try await services.workers.run { try guest.session.undo(id) }
            return services.redirect(to: "\(guest.door.base)/history?undone=\(id)")
        } catch let error as ControlError where error.hindersUndo {
            var page = try await undoPage(guest, id, request, context)
            page.problem = error.undoText(services.words(context))
            return try services.page(
                page, in: services.frame(guest, inGroup: nil, request, context), status: .unprocessableContent)
        }
    }

    private func change(_ request: Request, _ context: PortalContext) async throws -> (Guest, Int64) {
        let guest = try await services.guest(request, context)
        guard let id = context.parameters.get("change").flatMap({ Int64($0) }) else { throw PortalError.notFound }
        return (guest, id)
    }

    private func undoPage(_ guest: Guest, _ id: Int64, _ request: Request, _ context: PortalContext) async throws
        -> UndoPage
    {
        let (entry, clock) = try await services.workers.run {
            (try guest.session.change(id), try guest.clock())
        }
        let base = "\(guest.door.base)/history"
        let change = HistoryPage.Change(
            entry, isUndone: false, guest.session, undoBase: base, services.words(context), clock)
        guard change.undoPath != nil else { throw PortalError.notFound }
        return UndoPage(
            listPath: base, action: "\(base)/\(id)/undo", change: change,
            differences: change.differences.map {
                ChangeWords.Difference(name: $0.name, before: $0.after, after: $0.before)
            })
    }
}

extension ControlError {
    /// It is said on the page that asks for the undo. Only whether there is such a change, and whether the person may take
    /// it back, has a page of its own; what else is not there any more is what the change was about.
    fileprivate var hindersUndo: Bool {
        switch self {
        case .noSuchChange, .notPermitted, .outsideScope, .account(.rightsChanged), .account(.signInForbidden): false
        default: true
        }
    }

    func undoText(_ words: Catalogue) -> String {
        if case .cannotUndo(_, let obstacle) = self { return obstacle.text(words) }
        guard let reason = forwardingText(words) ?? userReason(words) else { return words("history.undo.refused") }
        return words("history.undo.refused-because", ["reason": reason])
    }
}
