import ControlPlane
import Hummingbird
import SignIn

/// ID/パスワード変更: of one's own. In somebody else's screen there is none.
struct OwnPasswordController: Sendable {
    let services: WebServices
    let door: Door

    private var path: String { "\(door.base)/password" }

    func addRoutes(to router: Router<PortalContext>) {
        router.get("\(door.base)/password") { try await form($0, $1) }
        router.post("\(door.base)/password") { try await change($0, $1) }
        router.get("\(door.base)/password/done") { try await done($0, $1) }
    }

    private func form(_ request: Request, _ context: PortalContext) async throws -> Response {
        let guest = try await services.guest(at: door, request, context)
        return try services.page(try page(guest, context), for: guest, request, context)
    }

    private func change(_ request: Request, _ context: PortalContext) async throws -> Response {
        let guest = try await services.guest(at: door, request, context)
        var page = try page(guest, context)
        do {
            guard let password = context.form.newPassword else {
                page.isRepeatedWrongly = true
                return try services.page(page, for: guest, request, context, status: .unprocessableContent)
            }
            let token = try await services.desk.changePassword(
                from: context.form["present"] ?? "", to: password, in: guest.token, from: context.address,
                at: services.now)
            return services.redirect(
                to: "\(path)/done", cookies: [services.cookie(door.sessionCookie, token.text, path: door.base)])
        } catch let refusal as SignInDeskRefusal {
            let texts = refusal.texts(in: context.language)
            switch refusal {
            case .password, .samePassword: page.problems = texts
            case .sessionOver: throw refusal
            case .signIn, .tooManyTries, .busy, .mobileNumber, .wrongPassword, .codeTooSoon, .link, .identity:
                page.presentProblem = texts.joined(separator: " ")
            }
            return try services.page(page, for: guest, request, context, status: .unprocessableContent)
        }
    }

    private func done(_ request: Request, _ context: PortalContext) async throws -> Response {
        let guest = try await services.guest(at: door, request, context)
        let words = services.words(context)
        let page = DonePage(
            heading: words("password.changed.heading"), text: words("password.changed.text"),
            explanation: words("password.changed.explanation"), next: door.base)
        return try services.page(page, for: guest, request, context)
    }

    private func page(_ guest: Guest, _ context: PortalContext) throws -> NewPasswordPage {
        let words = services.words(context)
        return NewPasswordPage(
            heading: words("password.own.heading"),
            lead: words("password.own.lead", ["id": guest.principal.actor]),
            rule: try services.desk.passwordRule().text(words), action: path,
            asksForPresent: true)
    }
}
