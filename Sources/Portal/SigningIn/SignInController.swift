import ControlPlane
import Foundation
import Hummingbird
import SignIn
import Storage

/// Signing in at a site, step by step: the desk says which step comes next, and this shows its page.
struct SignInController: Sendable {
    let services: WebServices
    let door: Door

    func addRoutes(to router: Router<PortalContext>) {
        router.get("\(door.base)/sign-in") { try await start($0, $1) }
        router.post("\(door.base)/sign-in") { try await begin($0, $1) }
        router.get("\(door.base)/sign-in/step") { try await step($0, $1) }
        router.post("\(door.base)/sign-in/code") { try await code($0, $1) }
        router.post("\(door.base)/sign-in/code/again") { try await codeAgain($0, $1) }
        router.post("\(door.base)/sign-in/password") { try await newPassword($0, $1) }
        router.post("\(door.base)/sign-out") { try await signOut($0, $1) }
        if door.site == .portal { addSetUpRoutes(to: router) }
    }

    private func start(_ request: Request, _ context: PortalContext) async throws -> Response {
        try services.page(signInPage(context), in: services.frame(door, request, context))
    }

    /// ID and password; the mobile number with them, when the page before has asked for it.
    private func begin(_ request: Request, _ context: PortalContext) async throws -> Response {
        let (form, desk, now) = (context.form, services.desk, services.now)
        let name = form.trimmed("name")
        do {
            let reply = try await desk.begin(
                at: door.site, name: name, password: form["password"] ?? "", from: context.address,
                replacing: request.cookieText(door.sessionCookie).flatMap { SessionToken($0) }, at: now)
            guard case .next(let token, .mobileNumber, _) = reply else { return try await proceed(reply, context) }
            return try await giveMobileNumber(form.trimmed("mobile"), in: token, request, context)
        } catch let refusal as SignInDeskRefusal {
            var page = signInPage(context)
            page.name = name
            page.problems = refusal.texts(in: context.language)
            page.asksForMobileNumber = form["mobile"] != nil
            page.mobileNumber = form.trimmed("mobile")
            return try services.page(
                page, in: services.frame(door, request, context), status: .unprocessableContent)
        }
    }

    private func giveMobileNumber(
        _ typed: String, in token: SignInToken, _ request: Request, _ context: PortalContext
    ) async throws -> Response {
        var page = signInPage(context)
        page.name = context.form.trimmed("name")
        page.asksForMobileNumber = true
        page.mobileNumber = typed
        let words = services.words(context)
        if typed.isEmpty {
            page.problems = [words("sign-in.mobile-number-missing")]
        } else {
            do {
                let (desk, now) = (services.desk, services.now)
                return try await proceed(
                    try await services.workers.run {
                        try desk.giveMobileNumber(typed, in: token, from: context.address, at: now)
                    }, context)
            } catch let refusal as SignInDeskRefusal {
                page.mobileNumberProblem = refusal.texts(in: context.language).joined(separator: " ")
            }
        }
        return try services.page(page, in: services.frame(door, request, context), status: .unprocessableContent)
    }

    /// The page of the step that this browser's sign-in has come to.
    private func step(_ request: Request, _ context: PortalContext) async throws -> Response {
        guard let token = token(request) else { return services.redirect(to: door.signInPath) }
        let (desk, now) = (services.desk, services.now)
        do {
            let step = try await services.workers.run { try desk.step(of: token, at: now) }
            return try await page(of: step, token, request, context)
        } catch is SignInDeskRefusal {
            return services.redirect(to: door.signInPath)
        }
    }

    private func code(_ request: Request, _ context: PortalContext) async throws -> Response {
        guard let token = token(request) else { return services.redirect(to: door.signInPath) }
        let (desk, now, typed) = (services.desk, services.now, context.form.trimmed("code"))
        return try await advancing(token, request, context) {
            try desk.giveCode(typed, in: token, from: context.address, at: now)
        }
    }

    private func codeAgain(_ request: Request, _ context: PortalContext) async throws -> Response {
        guard let token = token(request) else { return services.redirect(to: door.signInPath) }
        let (desk, now) = (services.desk, services.now)
        do {
            _ = try await services.workers.run { try desk.sendCodeAgain(in: token, at: now) }
            return services.redirect(to: "\(door.signInPath)/step")
        } catch let refusal as SignInDeskRefusal {
            return try await refused(refusal, token, request, context)
        }
    }

    private func newPassword(_ request: Request, _ context: PortalContext) async throws -> Response {
        guard let token = token(request) else { return services.redirect(to: door.signInPath) }
        do {
            guard let password = context.form.newPassword else {
                var page = try newPasswordPage(context)
                page.isRepeatedWrongly = true
                return try services.page(
                    page, in: services.frame(door, request, context), status: .unprocessableContent)
            }
            return try await proceed(
                try await services.desk.giveNewPassword(
                    password, in: token, from: context.address, at: services.now), context)
        } catch let refusal as SignInDeskRefusal {
            return try await refused(refusal, token, request, context)
        }
    }

    private func signOut(_ request: Request, _ context: PortalContext) async throws -> Response {
        if let token = request.cookieText(door.sessionCookie).flatMap({ SessionToken($0) }) {
            let desk = services.desk
            try await services.workers.run { try desk.signOut(token) }
        }
        let isElsewhere = try await isSignedInElsewhere(request, context)
        return services.redirect(
            to: door.signInPath,
            cookies: [services.endOfCookie(door.sessionCookie, path: door.base)]
                + (isElsewhere ? [] : [services.endOfLanguageCookie]))
    }

    /// Whether somebody is still there at another site, in the language that all of them are shown in.
    private func isSignedInElsewhere(_ request: Request, _ context: PortalContext) async throws -> Bool {
        for other in [Door.administrator, .user, .portal] where other != door {
            do {
                _ = try await services.guest(at: other, request, context)
                return true
            } catch PortalError.signInNeeded {
                continue
            }
        }
        return false
    }
}

/// The way from one step to the next.
extension SignInController {
    func token(_ request: Request) -> SignInToken? {
        request.cookieText(door.signInCookie).flatMap { SignInToken($0) }
    }

    func advancing(
        _ token: SignInToken, _ request: Request, _ context: PortalContext,
        _ work: @escaping @Sendable () throws -> SignInReply
    ) async throws -> Response {
        do {
            return try await proceed(try await services.workers.run(work), context)
        } catch let refusal as SignInDeskRefusal {
            return try await refused(refusal, token, request, context)
        }
    }

    func proceed(_ reply: SignInReply, _ context: PortalContext) async throws -> Response {
        switch reply {
        case .next(let token, _, _):
            return services.redirect(
                to: "\(door.signInPath)/step",
                cookies: [services.cookie(door.signInCookie, token.text, path: door.base)])
        case .signedIn(let token):
            return services.redirect(
                to: door.base,
                cookies: [
                    services.cookie(door.sessionCookie, token.text, path: door.base),
                    services.endOfCookie(door.signInCookie, path: door.base),
                ] + (try await languageCookies(token, context)))
        case .done:
            return services.redirect(
                to: door.base, cookies: [services.endOfCookie(door.signInCookie, path: door.base)])
        }
    }

    /// The person's own language, if there is one and nobody has chosen another in this browser, as on the page before.
    private func languageCookies(_ token: SessionToken, _ context: PortalContext) async throws -> [Cookie] {
        guard !context.hasChosenLanguage else { return [] }
        let (services, now) = (services, services.now)
        let language = try await services.workers.run {
            let principal = try services.desk.principal(of: token, from: context.address, at: now)
            return try services.session(of: principal).ownLanguage()
        }
        return language.map { [services.languageCookie($0)] } ?? []
    }

    /// The page of the step again, with what was wrong; the first page, when that is where it goes on.
    func refused(
        _ refusal: SignInDeskRefusal, _ token: SignInToken, _ request: Request, _ context: PortalContext
    ) async throws -> Response {
        let (desk, now) = (services.desk, services.now)
        guard let step = try? await services.workers.run({ try desk.step(of: token, at: now) }) else {
            var page = signInPage(context)
            page.problems = refusal.texts(in: context.language, of: code)
            return try services.page(
                page, in: services.frame(door, request, context), status: .unprocessableContent)
        }
        return try await page(of: step, token, request, context, refusal: refusal)
    }

    private func page(
        of step: SignInProgress.Step, _ token: SignInToken, _ request: Request, _ context: PortalContext,
        refusal: SignInDeskRefusal? = nil
    ) async throws -> Response {
        let frame = services.frame(door, request, context)
        let status: HTTPResponse.Status = refusal == nil ? .ok : .unprocessableContent
        let texts = refusal?.texts(in: context.language, of: code) ?? []
        switch step {
        case .secondFactor(let factor):
            let (desk, now) = (services.desk, services.now)
            let standing =
                factor == .totp
                ? nil : try await services.workers.run { try desk.codeStanding(in: token, at: now) }
            var page = codePage(factor, standing, context)
            // Nothing is wrong with what was typed: nothing was.
            if case .codeTooSoon = refusal { page.hasAskedTooSoon = true } else { page.problem = texts.first }
            return try services.page(page, in: frame, status: status)
        case .newPassword:
            var page = try newPasswordPage(context)
            page.problems = texts
            return try services.page(page, in: frame, status: status)
        case .setUp(let setUp): return try self.page(of: setUp, context, in: frame, texts.first)
        case .terms(let version): return try await termsPage(version, context, in: frame, texts.first)
        case .password, .mobileNumber, .signedIn, .over: return services.redirect(to: door.signInPath)
        }
    }

    /// What is sent, or shown by the app.
    private var code: SignInRefusal.Code { door.site == .portal ? .oneTime : .sms }

    private func signInPage(_ context: PortalContext) -> SignInPage {
        let words = services.words(context)
        return SignInPage(
            heading: words("\(door.key).sign-in"),
            lead: door.site == .portal ? words("portal.sign-in-lead") : nil, nameLabel: words("\(door.key).name"),
            submit: words("\(door.key).submit"), action: door.signInPath,
            resetPath: door.site == .portal ? "\(door.base)/password-reset" : nil,
            autocomplete: door.site == .portal ? "email" : "username")
    }

    /// - Parameter standing: nil: nothing is sent.
    private func codePage(
        _ factor: SecondFactor, _ standing: CodeStanding?, _ context: PortalContext
    ) -> CodePage {
        let words = services.words(context)
        let key = "sign-in.\(factor.rawValue)"
        let sentAt = standing.flatMap { $0.timeText($0.sentAt) }
        return CodePage(
            heading: words("\(key).heading"),
            lead: standing == nil || sentAt != nil
                ? words("\(key).lead", ["time": sentAt ?? ""]) : words("sign-in.none-sent"),
            sender: factor == .sms
                ? services.smsSender.map { words("sign-in.sms.sender", ["sender": $0]) } : nil,
            label: words("\(key).label"), hint: words("\(key).hint"), verify: words("\(key).verify"),
            nextAt: standing.flatMap { $0.timeText($0.nextAt) }.map { words("sign-in.next-at", ["time": $0]) },
            action: "\(door.signInPath)/code",
            againPath: factor == .totp ? nil : "\(door.signInPath)/code/again",
            recoveryPath: factor == .totp ? "\(door.signInPath)/recovery" : nil,
            startPath: door.signInPath)
    }

    private func newPasswordPage(_ context: PortalContext) throws -> NewPasswordPage {
        let words = services.words(context)
        return NewPasswordPage(
            heading: words("password.must-change.heading"), lead: words("password.must-change.lead"),
            rule: try services.desk.passwordRule().text(words), action: "\(door.signInPath)/password")
    }
}

extension CodeStanding {
    /// To the second: another code can be asked for half a minute after the one before.
    fileprivate func timeText(_ moment: Timestamp?) -> String? {
        moment.map { ShownTime.ofDay(Date(milliseconds: $0.milliseconds), in: zone) }
    }
}

extension SignInDeskRefusal {
    /// - Parameter code: what was typed, if it was one.
    func texts(in language: Language, of code: SignInRefusal.Code = .sms) -> [String] {
        messages(of: code).map { $0.text(in: language) }
    }
}

extension PasswordRule {
    /// What a new password has to be like.
    func text(_ words: Catalogue) -> String {
        let kinds = CharacterClass.allCases.filter(classes.contains).map { words("password.class.\($0.rawValue)") }
        let length = words("password.rule", ["minimum": "\(length.lowerBound)", "maximum": "\(length.upperBound)"])
        return kinds.isEmpty
            ? length : length + words("password.rule-classes", ["kinds": kinds.joined(separator: words("list.and"))])
    }
}
