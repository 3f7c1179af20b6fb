import ControlPlane
import Foundation
import Hummingbird
import SignIn

/// The first sign-in by invitation: 本人確認 and the first password; what is to be set up then, the sign-in's steps ask.
struct InvitationController: Sendable {
    private static let identityCookie = "tsunagi-portal-identity"
    private static let identityPath = "/portal/invitation"
    private static let passwordPath = "/portal/first-password"
    private static let donePath = "/portal/first-password/done"

    let services: WebServices

    private var door: Door { .portal }

    private var link: FollowedLink {
        FollowedLink(
            services: services, purpose: .invitation, cookie: "tsunagi-portal-invitation", path: Self.identityPath)
    }

    func addRoutes(to router: Router<PortalContext>) {
        router.get("/portal/invitation/:token") { link.follow($1, ended: [Self.identityCookie]) }
        router.get("/portal/invitation") { try await identity($0, $1) }
        router.post("/portal/invitation") { try await checkIdentity($0, $1) }
        router.get("/portal/first-password") { try await password($0, $1) }
        router.post("/portal/first-password") { try await setPassword($0, $1) }
        router.get("/portal/first-password/done") { try await done($0, $1) }
    }

    /// 本人確認.
    private func identity(_ request: Request, _ context: PortalContext) async throws -> Response {
        try await link.show(request, context) { try services.page(IdentityPage(action: Self.identityPath), in: $0) }
    }

    private func checkIdentity(_ request: Request, _ context: PortalContext) async throws -> Response {
        let form = context.form
        let claimed = ClaimedIdentity(
            email: form.trimmed("email"), name: form.trimmed("name"), telephone: form.trimmed("telephone"))
        return try await link.behind(request, context) { token, frame in
            let (desk, now) = (services.desk, services.now)
            do {
                try await services.workers.run {
                    try desk.checkIdentity(claimed, with: token, from: context.address, at: now)
                }
                return services.redirect(
                    to: Self.passwordPath,
                    cookies: [
                        services.cookie(
                            Self.identityCookie, claimed.cookieText, path: door.base,
                            maxAge: FollowedLink.keptSeconds)
                    ])
            } catch let refusal as SignInDeskRefusal {
                if case .link = refusal { throw refusal }
                let page = IdentityPage(
                    action: Self.identityPath, email: claimed.email, name: claimed.name,
                    telephone: claimed.telephone, problems: refusal.texts(in: context.language))
                return try services.page(page, in: frame, status: .unprocessableContent)
            }
        }
    }

    /// 第1パスワード.
    private func password(_ request: Request, _ context: PortalContext) async throws -> Response {
        try await link.show(request, context) { frame in
            guard claimedIdentity(request) != nil else { return services.redirect(to: Self.identityPath) }
            return try services.page(passwordPage(context), in: frame)
        }
    }

    private func setPassword(_ request: Request, _ context: PortalContext) async throws -> Response {
        guard let claimed = claimedIdentity(request) else { return services.redirect(to: Self.identityPath) }
        return try await link.setPassword(try passwordPage(context), request, context) { token, password in
            do {
                let reply = try await services.desk.acceptInvitation(
                    token, identity: claimed, password: password, from: context.address, at: services.now)
                return services.redirect(to: Self.donePath, cookies: cookies(after: reply))
            } catch SignInDeskRefusal.identity {
                return services.redirect(to: Self.identityPath)
            }
        }
    }

    private func cookies(after reply: SignInReply) -> [Cookie] {
        var cookies = [link.end, services.endOfCookie(Self.identityCookie, path: door.base)]
        if case .next(let token, _, _) = reply {
            cookies.append(services.cookie(door.signInCookie, token.text, path: door.base))
        }
        return cookies
    }

    /// 第1認証パスワードが設定されました; on to the second factor, if there is one to be set up.
    private func done(_ request: Request, _ context: PortalContext) async throws -> Response {
        let words = services.words(context)
        let next: PageFrame.Link =
            switch try await setUp(request) {
            case .totp?:
                PageFrame.Link(
                    path: "\(door.signInPath)/app", text: words("set-up.totp.heading"), isCurrent: true)
            case .choice?:
                PageFrame.Link(
                    path: "\(door.signInPath)/step", text: words("set-up.choice.heading"), isCurrent: true)
            case nil:
                PageFrame.Link(path: door.base, text: words("statement.to-service"), isCurrent: true)
            }
        let page = StatementPage(
            heading: words("invitation.done.heading"), message: words("invitation.done.message"), links: [next])
        return try services.page(page, in: services.frame(door, request, context))
    }

    private func setUp(_ request: Request) async throws -> SignInAccount.SetUp? {
        guard let token = request.cookieText(door.signInCookie).flatMap({ SignInToken($0) }) else { return nil }
        let (desk, now) = (services.desk, services.now)
        guard case .setUp(let setUp)? = try? await services.workers.run({ try desk.step(of: token, at: now) }) else {
            return nil
        }
        return setUp
    }

    private func passwordPage(_ context: PortalContext) throws -> NewPasswordPage {
        let words = services.words(context)
        return NewPasswordPage(
            heading: words("invitation.password.heading"), lead: words("invitation.password.lead"),
            rule: try services.desk.passwordRule().text(words), action: Self.passwordPath,
            saveLabel: words("invitation.password.save"))
    }

    private func claimedIdentity(_ request: Request) -> ClaimedIdentity? {
        request.cookieText(Self.identityCookie).flatMap { ClaimedIdentity(cookieText: $0) }
    }
}

/// 本人確認.
private struct IdentityPage: Page {
    static let template = "portal/identity"

    let action: String
    var email = ""
    var name = ""
    var telephone = ""
    var problems: [String] = []

    func title(_ words: Catalogue) -> String { words("invitation.identity.heading") }
}

extension ClaimedIdentity {
    /// As a form would be sent: that a cookie can hold.
    fileprivate var cookieText: String {
        [("email", email), ("name", name), ("telephone", telephone)].map { field, value in
            "\(field)=\(value.addingPercentEncoding(withAllowedCharacters: .urlUnreserved) ?? "")"
        }.joined(separator: "&")
    }

    fileprivate init?(cookieText: String) {
        guard let fields = try? FormFields(encoded: Array(cookieText.utf8)), let email = fields["email"],
            let name = fields["name"], let telephone = fields["telephone"]
        else { return nil }
        self.init(email: email, name: name, telephone: telephone)
    }
}

extension CharacterSet {
    /// RFC 3986 §2.3.
    fileprivate static let urlUnreserved = CharacterSet(
        charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
}
