import ControlPlane
import Directory
import Hummingbird

/// 番号非通知拒否サービス: する or しない, and for which reasons a call shows no number.
struct AnonymousController: Sendable {
    let services: WebServices

    static func path(of number: String, at door: Door) -> String { path(of: number, in: door.base) }

    private static func path(of number: String, in base: String) -> String { "\(base)/numbers/\(number)/anonymous" }

    func addRoutes(to router: Router<PortalContext>) {
        for base in Door.userBases {
            let path = Self.path(of: ":number", in: base)
            router.get(RouterPath(path)) { try await form($0, $1) }
            router.post(RouterPath(path)) { try await set($0, $1) }
            router.get(RouterPath("\(path)/done")) { try await done($0, $1) }
        }
    }

    private func form(_ request: Request, _ context: PortalContext) async throws -> Response {
        let (guest, state) = try await subject(request, context)
        let words = try services.pages.words(context.language)
        return try services.page(
            AnonymousPage(state, rejects: Set(state.rejected), at: guest.door, words), for: guest, request, context)
    }

    private func set(_ request: Request, _ context: PortalContext) async throws -> Response {
        let (guest, state) = try await subject(request, context)
        let number = try guest.number(context)
        let reasons = Set(context.form.all("reason").compactMap(NonPresentationReason.init(rawValue:)))
        let words = try services.pages.words(context.language)
        switch context.form["reject"] {
        case "on" where reasons.isEmpty:
            var page = AnonymousPage(state, rejects: [], at: guest.door, words)
            page.isOn = true
            page.problem = words("user.anonymous.none-chosen")
            return try services.page(page, for: guest, request, context, status: .unprocessableContent)
        case "on": _ = try await services.workers.run { try guest.session.setAnonymous(reasons, of: number) }
        case "off": _ = try await services.workers.run { try guest.session.acceptAnonymous([], of: number) }
        default: throw PortalError.unreadableForm
        }
        return services.redirect(to: "\(Self.path(of: state.number, at: guest.door))/done")
    }

    private func done(_ request: Request, _ context: PortalContext) async throws -> Response {
        let (guest, state) = try await subject(request, context)
        let words = try services.pages.words(context.language)
        let page = DonePage(
            heading: words("user.anonymous.done.heading"),
            text: words("user.anonymous.done.text", ["number": state.number]),
            explanation: words("user.anonymous.done.explanation"), next: guest.door.base)
        return try services.page(page, for: guest, request, context)
    }

    /// - Throws: ``PortalError/notFound`` for a number that is not the guest's, or has not the option.
    private func subject(_ request: Request, _ context: PortalContext) async throws -> (Guest, AnonymousState) {
        let guest = try await services.guest(request, context)
        let number = try guest.number(context)
        let state = try await services.workers.run {
            guard try guest.session.options(of: number).options.contains(.anonymousRejection) else {
                throw PortalError.notFound
            }
            return try guest.session.anonymous(of: number)
        }
        return (guest, state)
    }
}
