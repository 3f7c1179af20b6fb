import ControlPlane
import HTTPTypes
import Hummingbird
import SignIn

/// What a portal user comes through once: the second factor, and the terms.
extension SignInController {
    private var appPath: String { "\(door.signInPath)/app" }

    private var stepPath: String { "\(door.signInPath)/step" }

    func addSetUpRoutes(to router: Router<PortalContext>) {
        router.post("\(door.base)/sign-in/factor") { try await chooseFactor($0, $1) }
        router.get("\(door.base)/sign-in/app") { try await app($0, $1) }
        router.post("\(door.base)/sign-in/app") { try await confirmApp($0, $1) }
        router.get("\(door.base)/sign-in/recovery") { try await recovery($0, $1) }
        router.post("\(door.base)/sign-in/recovery") { try await recover($0, $1) }
        router.post("\(door.base)/sign-in/terms") { try await judgeTerms($0, $1) }
    }

    /// The page of something to be set up.
    func page(of setUp: SignInAccount.SetUp, _ context: PortalContext, in frame: PageFrame, _ problem: String?) throws
        -> Response
    {
        switch setUp {
        case .choice:
            try services.page(
                FactorChoicePage(
                    action: "\(door.signInPath)/factor", startPath: door.signInPath,
                    problem: problem),
                in: frame, status: problem == nil ? .ok : .unprocessableContent)
        case .totp: services.redirect(to: appPath)
        }
    }

    func termsPage(_ version: String, _ context: PortalContext, in frame: PageFrame, _ problem: String?) async throws
        -> Response
    {
        let desk = services.desk
        // Others may have been published since the sign-in began: those are what it asks for next.
        guard let terms = try await services.workers.run({ try desk.terms() }), terms.version == version else {
            return services.redirect(to: door.signInPath)
        }
        let text = context.language == .japanese ? terms.japanese : terms.english
        let page = TermsPage(
            version: terms.version, paragraphs: text.split(whereSeparator: \.isNewline).map(String.init),
            action: "\(door.signInPath)/terms", problem: problem)
        return try services.page(page, in: frame, status: problem == nil ? .ok : .unprocessableContent)
    }

    private func chooseFactor(_ request: Request, _ context: PortalContext) async throws -> Response {
        guard let token = token(request) else { return services.redirect(to: door.signInPath) }
        let (desk, now) = (services.desk, services.now)
        switch context.form["factor"] {
        case "totp": return services.redirect(to: appPath)
        case "mail":
            return try await advancing(token, request, context) {
                try desk.chooseMail(in: token, from: context.address, at: now)
            }
        default:
            guard case .setUp(let setUp)? = try await present(token) else {
                return services.redirect(to: door.signInPath)
            }
            let words = services.words(context)
            return try page(
                of: setUp, context, in: services.frame(door, request, context), words("set-up.choice.missing"))
        }
    }

    /// Loaded again, it offers the same app.
    private func app(_ request: Request, _ context: PortalContext) async throws -> Response {
        guard let token = token(request) else { return services.redirect(to: door.signInPath) }
        do {
            return try await appPage(token, request, context)
        } catch is SignInDeskRefusal {
            return services.redirect(to: stepPath)
        }
    }

    private func appPage(
        _ token: SignInToken, _ request: Request, _ context: PortalContext, problem: String? = nil
    ) async throws -> Response {
        let (desk, now) = (services.desk, services.now)
        let offer = try await services.workers.run { try desk.offerTOTP(in: token, at: now) }
        let isChoice = try await present(token) == .setUp(.choice)
        let frame = services.frame(door, request, context)
        let page = TOTPSetUpPage(
            code: QRCode(offer.uri), secret: offer.secret.inGroups(of: 4), action: appPath,
            choicePath: isChoice ? stepPath : nil, startPath: door.signInPath, problem: problem)
        return try services.page(page, in: frame, status: problem == nil ? .ok : .unprocessableContent)
    }

    private func confirmApp(_ request: Request, _ context: PortalContext) async throws -> Response {
        guard let token = token(request) else { return services.redirect(to: door.signInPath) }
        let (desk, now, typed) = (services.desk, services.now, context.form.trimmed("code"))
        do {
            let (codes, reply) = try await services.workers.run {
                try desk.confirmTOTP(typed, in: token, from: context.address, at: now)
            }
            // The one page that is shown after a form at once: the codes are kept nowhere to be shown again.
            let words = services.words(context)
            let next = try await proceed(reply, context)
            let path = next.headers[.location] ?? door.base
            let isDone = if case .done = reply { true } else { false }
            let page = RecoveryCodesPage(
                codes: codes,
                next: PageFrame.Link(path: path, text: words(isDone ? "set-up.to-sign-in" : "set-up.go-on")))
            var response = try services.page(page, in: services.frame(door, request, context))
            for cookie in next.headers[values: .setCookie] {
                response.headers.append(HTTPField(name: .setCookie, value: cookie))
            }
            return response
        } catch let refusal as SignInDeskRefusal {
            guard case .setUp? = try await present(token) else {
                return try await refused(refusal, token, request, context)
            }
            return try await appPage(
                token, request, context,
                problem: refusal.texts(in: context.language, of: .oneTime).joined(separator: " "))
        }
    }

    private func recovery(_ request: Request, _ context: PortalContext) async throws -> Response {
        guard let token = token(request), case .secondFactor(.totp)? = try await present(token) else {
            return services.redirect(to: door.signInPath)
        }
        return try services.page(recoveryPage, in: services.frame(door, request, context))
    }

    private func recover(_ request: Request, _ context: PortalContext) async throws -> Response {
        guard let token = token(request) else { return services.redirect(to: door.signInPath) }
        let (desk, now, typed) = (services.desk, services.now, context.form.trimmed("code"))
        do {
            return try await proceed(
                try await services.workers.run {
                    try desk.giveRecoveryCode(typed, in: token, from: context.address, at: now)
                }, context)
        } catch let refusal as SignInDeskRefusal {
            guard case .secondFactor(.totp)? = try await present(token) else {
                return try await refused(refusal, token, request, context)
            }
            var page = recoveryPage
            page.problem = refusal.texts(in: context.language, of: .recovery).joined(separator: " ")
            return try services.page(
                page, in: services.frame(door, request, context), status: .unprocessableContent)
        }
    }

    private var recoveryPage: RecoveryPage {
        RecoveryPage(action: "\(door.signInPath)/recovery", stepPath: stepPath)
    }

    /// 同意します, or not.
    private func judgeTerms(_ request: Request, _ context: PortalContext) async throws -> Response {
        guard let token = token(request) else { return services.redirect(to: door.signInPath) }
        let (desk, now, version) = (services.desk, services.now, context.form["version"] ?? "")
        guard context.form["agree"] == "yes" else {
            try await services.workers.run { try desk.abandon(token) }
            return services.redirect(
                to: door.signInPath, cookies: [services.endOfCookie(door.signInCookie, path: door.base)])
        }
        return try await advancing(token, request, context) {
            try desk.acceptTerms(version: version, in: token, from: context.address, at: now)
        }
    }

    /// Nil: the sign-in is over.
    private func present(_ token: SignInToken) async throws -> SignInProgress.Step? {
        let (desk, now) = (services.desk, services.now)
        return try? await services.workers.run { try desk.step(of: token, at: now) }
    }
}

extension String {
    /// `ABCD EFGH IJ`.
    fileprivate func inGroups(of length: Int) -> String {
        let characters = Array(self)
        return stride(from: 0, to: characters.count, by: length)
            .map { String(characters[$0..<Swift.min($0 + length, characters.count)]) }.joined(separator: " ")
    }
}
