import ControlPlane
import Hummingbird
import SignIn

/// パスワード再設定はこちら: asks for a link, which leads to a page for another password.
struct PasswordResetController: Sendable {
    private static let path = "/portal/password-reset"
    private static let passwordPath = "/portal/new-password"

    let services: WebServices

    private var door: Door { .portal }

    private var link: FollowedLink {
        FollowedLink(
            services: services, purpose: .passwordReset, cookie: "tsunagi-portal-password-reset",
            path: Self.passwordPath)
    }

    func addRoutes(to router: Router<PortalContext>) {
        router.get("/portal/password-reset") { try await show($0, $1) }
        router.post("/portal/password-reset") { try await ask($0, $1) }
        router.get("/portal/password-reset/:token") { link.follow($1) }
        router.get("/portal/password-asked") { try await asked($0, $1) }
        router.get("/portal/new-password") { try await password($0, $1) }
        router.post("/portal/new-password") { try await setPassword($0, $1) }
        router.get("/portal/new-password/done") { try await done($0, $1) }
    }

    private func show(_ request: Request, _ context: PortalContext) async throws -> Response {
        try services.page(
            PasswordResetPage(action: Self.path, signInPath: door.signInPath),
            in: services.frame(door, request, context))
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
                page, in: services.frame(door, request, context), status: .unprocessableContent)
        }
    }

    private func asked(_ request: Request, _ context: PortalContext) async throws -> Response {
        let words = services.words(context)
        let page = StatementPage(
            heading: words("password-reset.heading"), message: Message.resetRequested.text(in: context.language),
            explanation: words("password-reset.explanation"),
            links: [PageFrame.Link(path: door.signInPath, text: words("statement.to-sign-in"), isCurrent: true)])
        return try services.page(page, in: services.frame(door, request, context))
    }

    private func password(_ request: Request, _ context: PortalContext) async throws -> Response {
        try await link.show(request, context) { try services.page(passwordPage(context), in: $0) }
    }

    private func setPassword(_ request: Request, _ context: PortalContext) async throws -> Response {
        try await link.setPassword(try passwordPage(context), request, context) { token, password in
            try await services.desk.resetPassword(
                with: token, to: password, from: context.address, at: services.now)
            return services.redirect(to: "\(Self.passwordPath)/done", cookies: [link.end])
        }
    }

    private func done(_ request: Request, _ context: PortalContext) async throws -> Response {
        let words = services.words(context)
        let page = StatementPage(
            heading: words("password-reset.heading"), message: words("password-reset.done"),
            links: [PageFrame.Link(path: door.signInPath, text: words("statement.to-sign-in"), isCurrent: true)])
        return try services.page(page, in: services.frame(door, request, context))
    }

    private func passwordPage(_ context: PortalContext) throws -> NewPasswordPage {
        let words = services.words(context)
        return NewPasswordPage(
            heading: words("password-reset.heading"), lead: words("password-reset.new"),
            rule: try services.desk.passwordRule().text(words), action: Self.passwordPath)
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
