import ControlPlane
import Hummingbird
import SignIn

/// A link that a person was mailed, as a browser follows it.
///
/// It leaves its token in a cookie at once, so that no address that is shown, kept or sent on has it. The pages behind it
/// are shown as long as it works.
struct FollowedLink: Sendable {
    static let keptSeconds = 3600

    let services: WebServices
    let purpose: Link.Purpose
    let cookie: String
    /// Where it leads to.
    let path: String

    private var door: Door { .portal }

    /// - Parameter ended: other cookies, which an earlier link has left.
    func follow(_ context: PortalContext, ended: [String] = []) -> Response {
        let token = context.parameters.get("token").flatMap { LinkToken($0) }
        let kept = token.map { services.cookie(cookie, $0.text, path: door.base, maxAge: Self.keptSeconds) }
        return services.redirect(
            to: path,
            cookies: [kept ?? end] + ended.map { services.endOfCookie($0, path: door.base) })
    }

    /// Ends the cookie: the link was used.
    var end: Cookie { services.endOfCookie(cookie, path: door.base) }

    /// Answers with a page behind the link, while that works.
    func show(
        _ request: Request, _ context: PortalContext, _ page: (PageFrame) throws -> Response
    ) async throws -> Response {
        try await behind(request, context) { token, frame in
            let (desk, purpose, now) = (services.desk, purpose, services.now)
            try await services.workers.run { try desk.look(at: token, for: purpose, at: now) }
            return try page(frame)
        }
    }

    /// Answers with what comes of the link; with a page that says so, where that leads nowhere any more.
    func behind(
        _ request: Request, _ context: PortalContext, _ answer: (LinkToken, PageFrame) async throws -> Response
    ) async throws -> Response {
        let frame = services.frame(door, request, context)
        guard let token = request.cookieText(cookie).flatMap({ LinkToken($0) }) else {
            return try deadLinkPage(.unknown, in: frame)
        }
        do {
            return try await answer(token, frame)
        } catch SignInDeskRefusal.link(let outcome) {
            return try deadLinkPage(outcome, in: frame)
        }
    }

    /// Sets the password that was typed on a page behind the link; shows that page again where it is refused.
    func setPassword(
        _ page: NewPasswordPage, _ request: Request, _ context: PortalContext,
        _ set: (LinkToken, String) async throws -> Response
    ) async throws -> Response {
        try await behind(request, context) { token, frame in
            var page = page
            do {
                if let password = context.form.newPassword { return try await set(token, password) }
                page.isRepeatedWrongly = true
            } catch let refusal as SignInDeskRefusal {
                if case .link = refusal { throw refusal }
                page.problems = refusal.texts(in: context.language)
            }
            return try services.page(page, in: frame, status: .unprocessableContent)
        }
    }

    /// What a link that leads nowhere any more says, and where another one is asked for.
    private func deadLinkPage(_ outcome: Link.Outcome, in frame: PageFrame) throws -> Response {
        let words = services.pages.words(frame.language)
        let page = StatementPage(
            heading: words(outcome == .expired ? "link.expired" : "link.unknown"),
            message: SignInDeskRefusal.link(outcome).texts(in: frame.language).joined(separator: " "), isBad: true,
            links: [
                PageFrame.Link(path: door.signInPath, text: words("statement.to-sign-in")),
                PageFrame.Link(path: "\(door.base)/password-reset", text: words("sign-in.reset"), isCurrent: true),
            ])
        return try services.page(page, in: frame, status: .gone)
    }
}
