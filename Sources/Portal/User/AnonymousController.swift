import ControlPlane
import Directory
import Hummingbird

/// 番号非通知拒否サービス: する or しない, and for which reasons a call shows no number.
struct AnonymousController: Sendable {
    let services: WebServices

    func addRoutes(to router: Router<PortalContext>) {
        for site in NumberSite.allCases {
            let path = "\(site.numberPattern)/anonymous"
            router.get(RouterPath(path)) { try await form(site, $0, $1) }
            router.post(RouterPath(path)) { try await set(site, $0, $1) }
            router.get(RouterPath("\(path)/done")) { try await done(site, $0, $1) }
        }
    }

    private func form(_ site: NumberSite, _ request: Request, _ context: PortalContext) async throws -> Response {
        let visit = try await services.visit(at: site, request, context)
        let (sheet, clock) = try await sheet(visit)
        let page = AnonymousPage(visit, sheet, rejects: Set(sheet.anonymous.rejected), clock)
        return try services.page(page, in: services.frame(of: visit, request, context))
    }

    private func set(_ site: NumberSite, _ request: Request, _ context: PortalContext) async throws -> Response {
        let visit = try await services.visit(at: site, request, context)
        _ = try await sheet(visit)
        guard let seen = context.form.seen else { throw PortalError.unreadableForm }
        let chosen = Set(context.form.all("reason").compactMap(NonPresentationReason.init(rawValue:)))
        let rejected: Set<NonPresentationReason>
        switch context.form["reject"] {
        case "on" where chosen.isEmpty: return try await again(visit, [], seen: seen, request, context)
        case "on": rejected = chosen
        case "off": rejected = []
        default: throw PortalError.unreadableForm
        }
        do {
            _ = try await services.workers.run {
                let session = visit.session.unlessChanged(since: seen)
                return rejected.isEmpty
                    ? try session.acceptAnonymous([], of: visit.number)
                    : try session.setAnonymous(rejected, of: visit.number)
            }
            return services.redirect(to: "\(visit.path)/anonymous/done")
        } catch ControlError.changedSince {
            return try await again(visit, rejected, seen: nil, request, context)
        }
    }

    /// The form again with what was chosen. What somebody else has changed meanwhile is told, and setting it once more is
    /// done in the knowledge of that.
    ///
    /// - Parameters:
    ///   - rejected: as it was chosen.
    ///   - seen: the last change when the form was made, of which too little was chosen; nil: it was changed since.
    private func again(
        _ visit: NumberVisit, _ rejected: Set<NonPresentationReason>, seen: Int64?, _ request: Request,
        _ context: PortalContext
    ) async throws -> Response {
        let (sheet, clock) = try await sheet(visit)
        var page = AnonymousPage(visit, sheet, rejects: rejected, proposing: [], seen: seen, clock)
        if seen == nil {
            page.overtaken = Overtaken(
                sheet.lastAnonymousChange, now: sheet.anonymous.sentence(visit.words, clock), visit.words, clock)
        } else {
            page.isOn = true
            page.problem = visit.words("user.anonymous.none-chosen")
        }
        return try services.page(
            page, in: services.frame(of: visit, request, context), status: .unprocessableContent)
    }

    private func done(_ site: NumberSite, _ request: Request, _ context: PortalContext) async throws -> Response {
        let visit = try await services.visit(at: site, request, context)
        let (sheet, clock) = try await sheet(visit)
        let state = sheet.anonymous
        let page = DonePage(
            heading: visit.words("user.anonymous.done.heading"),
            text: visit.words(
                "user.anonymous.done.text", ["number": TelephoneText.grouped(visit.number.national)]),
            explanation: state.rejected.isEmpty || state.schedule == nil
                ? visit.words("user.anonymous.done.explanation") : state.sentence(visit.words, clock),
            next: visit.above)
        return try services.page(page, in: services.frame(of: visit, request, context))
    }

    /// - Throws: ``PortalError/notFound`` for a number that has not the option.
    private func sheet(_ visit: NumberVisit) async throws -> (sheet: AnonymousSheet, clock: GuestClock) {
        try await services.workers.run {
            let sheet = try visit.session.anonymousSheet(of: visit.number)
            guard sheet.hasRejection else { throw PortalError.notFound }
            return (sheet, try visit.guest.clock())
        }
    }
}
