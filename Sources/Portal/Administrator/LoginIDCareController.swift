import ControlPlane
import Hummingbird

/// ロックアウトの解除 and パスワードの初期化: asked for, confirmed, done.
struct LoginIDCareController: Sendable {
    private static let home = LoginIDListController.path

    let services: WebServices

    func addRoutes(to router: Router<PortalContext>) {
        router.get("/oa/login-ids/:login/unlock") { try await askToUnlock($0, $1) }
        router.post("/oa/login-ids/:login/unlock") { try await unlock($0, $1) }
        router.get("/oa/login-ids/:login/unlocked") { try await unlocked($0, $1) }
        router.get("/oa/login-ids/:login/password") { try await askToIssuePassword($0, $1) }
        router.post("/oa/login-ids/:login/password") { try await issuePassword($0, $1) }
    }

    private func askToUnlock(_ request: Request, _ context: PortalContext) async throws -> Response {
        let (guest, state, words) = try await subject(request, context)
        var facts = Self.facts(of: state, words)
        let until = state.standing?.lockedUntil
        if let until {
            let clock = try await services.workers.run { try guest.clock() }
            facts.append(ConfirmPage.Fact(name: words("administrator.unlock.until"), value: clock.shown(until).text))
        }
        let page = ConfirmPage(
            heading: words("administrator.unlock.heading"), parent: Self.parent(words),
            lead: words(until == nil ? "administrator.unlock.not-locked" : "administrator.unlock.lead"),
            facts: facts, action: until.map { _ in "\(Self.home)/login-ids/\(state.loginID)/unlock" })
        return try services.page(page, for: guest, request, context)
    }

    private func unlock(_ request: Request, _ context: PortalContext) async throws -> Response {
        let (guest, state, _) = try await subject(request, context)
        _ = try await services.workers.run { try guest.session.unlockLoginID(state.loginID) }
        return services.redirect(to: "\(Self.home)/login-ids/\(state.loginID)/unlocked")
    }

    private func unlocked(_ request: Request, _ context: PortalContext) async throws -> Response {
        let (guest, state, words) = try await subject(request, context)
        guard state.standing?.lockedUntil == nil else {
            return services.redirect(to: "\(Self.home)/login-ids/\(state.loginID)/unlock")
        }
        let page = DonePage(
            heading: words("administrator.unlocked.heading"),
            text: words("administrator.unlocked.text", ["login": state.loginID]),
            explanation: words("administrator.unlocked.explanation"), next: Self.home)
        return try services.page(page, for: guest, request, context)
    }

    private func askToIssuePassword(_ request: Request, _ context: PortalContext) async throws -> Response {
        let (guest, state, words) = try await subject(request, context)
        let page = ConfirmPage(
            heading: words("administrator.password.heading"), parent: Self.parent(words),
            lead: words("administrator.password.lead"), facts: Self.facts(of: state, words),
            warning: words("administrator.password.warning"),
            action: "\(Self.home)/login-ids/\(state.loginID)/password")
        return try services.page(page, for: guest, request, context)
    }

    /// The answer to the form is the page itself, and no other address: the password is kept nowhere that it could be shown
    /// from.
    private func issuePassword(_ request: Request, _ context: PortalContext) async throws -> Response {
        let (guest, state, words) = try await subject(request, context)
        let issued = try await services.workers.run { try guest.session.issuePassword(ofLoginID: state.loginID) }
        let page = DonePage(
            heading: words("administrator.password-issued.heading"),
            text: words("administrator.password-issued.text", ["login": issued.name]),
            secret: DonePage.Secret(name: words("administrator.password-issued.name"), value: issued.password),
            explanation: words("administrator.password-issued.explanation"), next: Self.home)
        return try services.page(page, for: guest, request, context)
    }

    /// The login ID that the address names: another contract's is not there.
    private func subject(_ request: Request, _ context: PortalContext) async throws -> (Guest, LoginIDState, Catalogue)
    {
        let guest = try await services.guest(at: .administrator, request, context)
        guard let name = context.parameters.get("login") else { throw PortalError.notFound }
        let state = try await services.workers.run { try guest.session.loginID(name) }
        return (guest, state, services.words(context))
    }

    private static func parent(_ words: Catalogue) -> PageFrame.Link {
        PageFrame.Link(path: home, text: words("administrator.list.heading"))
    }

    private static func facts(of state: LoginIDState, _ words: Catalogue) -> [ConfirmPage.Fact] {
        let numbers =
            state.numbers.isEmpty
            ? words("administrator.list.no-numbers") : state.numbers.map(TelephoneText.grouped).joined(separator: " ")
        return [
            ConfirmPage.Fact(name: words("account.numbers"), value: numbers),
            ConfirmPage.Fact(name: words("account.login-id"), value: state.loginID),
        ]
    }
}
