import ControlPlane
import Hummingbird
import SignIn

/// パスワード再設定はこちら: asks for a link, which leads to a page for another password.
struct PasswordResetController: Sendable {
    private static let linkCookie = "tsunagi-portal-password-reset"
    private static let keptSeconds = 3600
    private static let path = "/portal/password-reset"
    private static let passwordPath = "/portal/new-password"

    let services: WebServices

    private var door: Door { .portal }

    func addRoutes(to router: Router<PortalContext>) {
        router.get("/portal/password-reset") { try await show($0, $1) }
        router.post("/portal/password-reset") { try await ask($0, $1) }
        router.get("/portal/password-reset/:token") { try await follow($0, $1) }
        router.get("/portal/password-asked") { try await asked($0, $1) }
        router.get("/portal/new-password") { try await password($0, $1) }
        router.post("/portal/new-password") { try await setPassword($0, $1) }
        router.get("/portal/new-password/done") { try await done($0, $1) }
    }

    private func show(_ request: Request, _ context: PortalContext) async throws -> Response {
        try services.page(
            PasswordResetPage(action: Self.path, signInPath: door.signInPath),
            in: try services.frame(door, request, context))
    }

    /// One answer, whether or not there is such an address.
    private func ask(_ request: Request, _ context: PortalContext) async throws -> Response {
        let (desk, now, email) = (services.desk, services.now, context.form.trimmed("email"))
        do {
            try await services.workers.run { try desk.requestReset(of: email, from: context.address, at: now) }
            return services.redirect(to: "/portal/password-asked")
        } catch let refusal as SignInDeskRefusal {
            let page = PasswordResetPage(
                action: Self.path, signInPath: door.signInPath, email: email,
                problems: refusal.texts(in: context.language))
            return try services.page(
                page, in: try services.frame(door, request, context), status: .unprocessableContent)
        }
    }

    private func asked(_ request: Request, _ context: PortalContext) async throws -> Response {
        let words = try services.pages.words(context.language)
        let page = StatementPage(
            heading: words("password-reset.heading"), message: Message.resetRequested.text(in: context.language),
            explanation: words("password-reset.explanation"),
            links: [PageFrame.Link(path: door.signInPath, text: words("statement.to-sign-in"), isCurrent: true)])
        return try services.page(page, in: try services.frame(door, request, context))
    }

    private func follow(_ request: Request, _ context: PortalContext) async throws -> Response {
        let token = context.parameters.get("token").flatMap { LinkToken($0) }
        return services.redirect(
            to: Self.passwordPath,
            cookies: [
                token.map {
                    services.cookie(Self.linkCookie, $0.text, path: door.base, maxAge: Self.keptSeconds)
                } ?? services.endOfCookie(Self.linkCookie, path: door.base)
            ])
    }

    private func password(_ request: Request, _ context: PortalContext) async throws -> Response {
        let frame = try services.frame(door, request, context)
        do {
            let token = try link(request)
            let (desk, now) = (services.desk, services.now)
            try await services.workers.run { try desk.look(at: token, for: .passwordReset, at: now) }
            return try services.page(passwordPage(context, frame), in: frame)
        } catch SignInDeskRefusal.link(let outcome) {
            return try services.deadLinkPage(outcome, in: frame)
        }
    }

    private func setPassword(_ request: Request, _ context: PortalContext) async throws -> Response {
        let frame = try services.frame(door, request, context)
        let (password, repeated) = (context.form["password"] ?? "", context.form["repeated"] ?? "")
        var page = try passwordPage(context, frame)
        do {
            let token = try link(request)
            guard password == repeated else {
                page.repeatedProblem = try services.pages.words(context.language)("password.not-repeated")
                return try services.page(page, in: frame, status: .unprocessableContent)
            }
            try await services.desk.resetPassword(
                with: token, to: password, from: context.address, at: services.now)
            return services.redirect(
                to: "\(Self.passwordPath)/done", cookies: [services.endOfCookie(Self.linkCookie, path: door.base)])
        } catch SignInDeskRefusal.link(let outcome) {
            return try services.deadLinkPage(outcome, in: frame)
        } catch let refusal as SignInDeskRefusal {
            (page.problems, page.hasProblems) = (refusal.texts(in: context.language), true)
            return try services.page(page, in: frame, status: .unprocessableContent)
        }
    }

    private func done(_ request: Request, _ context: PortalContext) async throws -> Response {
        let words = try services.pages.words(context.language)
        let page = StatementPage(
            heading: words("password-reset.heading"), message: words("password-reset.done"),
            links: [PageFrame.Link(path: door.signInPath, text: words("statement.to-sign-in"), isCurrent: true)])
        return try services.page(page, in: try services.frame(door, request, context))
    }

    private func passwordPage(_ context: PortalContext, _ frame: PageFrame) throws -> NewPasswordPage {
        let words = try services.pages.words(context.language)
        return NewPasswordPage(
            heading: words("password-reset.heading"), lead: words("password-reset.new"),
            rule: try services.desk.passwordRule().text(words), action: Self.passwordPath, seal: frame.seal,
            asksForPresent: false)
    }

    /// - Throws: ``SignInDeskRefusal/link(_:)`` for a browser that has followed none.
    private func link(_ request: Request) throws -> LinkToken {
        guard let token = request.cookieText(Self.linkCookie).flatMap({ LinkToken($0) }) else {
            throw SignInDeskRefusal.link(.unknown)
        }
        return token
    }
}

/// Whose password is to be another one.
private struct PasswordResetPage: Page {
    static let template = "portal/password-reset"

    let action: String
    let signInPath: String
    var email = ""
    var problems: [String] = []

    func title(_ words: Catalogue) -> String { words("password-reset.heading") }
}
