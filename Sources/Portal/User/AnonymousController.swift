import ControlPlane
import Directory
import Hummingbird

/// 番号非通知拒否サービス: する or しない, and for which reasons a call shows no number.
struct AnonymousController: Sendable {
    let services: WebServices

    func addRoutes(to router: Router<PortalContext>) {
        for site in [NumberSite.user, .representation] {
            let path = "\(site.numberPattern)/anonymous"
            router.get(RouterPath(path)) { try await form(site, $0, $1) }
            router.post(RouterPath(path)) { try await set(site, $0, $1) }
            router.get(RouterPath("\(path)/done")) { try await done(site, $0, $1) }
        }
    }

    private func form(_ site: NumberSite, _ request: Request, _ context: PortalContext) async throws -> Response {
        let visit = try await services.visit(at: site, request, context)
        let state = try await state(visit)
        let page = AnonymousPage(visit, state, rejects: Set(state.rejected))
        return try services.page(page, in: try services.frame(of: visit, request, context))
    }

    private func set(_ site: NumberSite, _ request: Request, _ context: PortalContext) async throws -> Response {
        let visit = try await services.visit(at: site, request, context)
        let state = try await state(visit)
        let reasons = Set(context.form.all("reason").compactMap(NonPresentationReason.init(rawValue:)))
        switch context.form["reject"] {
        case "on" where reasons.isEmpty:
            var page = AnonymousPage(visit, state, rejects: [])
            page.isOn = true
            page.problem = visit.words("user.anonymous.none-chosen")
            return try services.page(
                page, in: try services.frame(of: visit, request, context), status: .unprocessableContent)
        case "on":
            _ = try await services.workers.run { try visit.session.setAnonymous(reasons, of: visit.number) }
        case "off": _ = try await services.workers.run { try visit.session.acceptAnonymous([], of: visit.number) }
        default: throw PortalError.unreadableForm
        }
        return services.redirect(to: "\(visit.path)/anonymous/done")
    }

    private func done(_ site: NumberSite, _ request: Request, _ context: PortalContext) async throws -> Response {
        let visit = try await services.visit(at: site, request, context)
        _ = try await state(visit)
        let page = DonePage(
            heading: visit.words("user.anonymous.done.heading"),
            text: visit.words(
                "user.anonymous.done.text", ["number": TelephoneText.grouped(visit.number.national)]),
            explanation: visit.words("user.anonymous.done.explanation"), next: visit.base)
        return try services.page(page, in: try services.frame(of: visit, request, context))
    }

    /// - Throws: ``PortalError/notFound`` for a number that has not the option.
    private func state(_ visit: NumberVisit) async throws -> AnonymousState {
        try await services.workers.run {
            guard try visit.session.options(of: visit.number).options.contains(.anonymousRejection) else {
                throw PortalError.notFound
            }
            return try visit.session.anonymous(of: visit.number)
        }
    }
}
