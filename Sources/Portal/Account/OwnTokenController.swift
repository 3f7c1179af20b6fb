import ControlPlane
import Foundation
import Hummingbird
import Storage

/// APIトークン: what one's own programs sign in with. One is shown once, when it is made.
struct OwnTokenController: Sendable {
    /// An account has no more.
    private static let limit = 50

    let services: WebServices
    let door: Door

    private var path: String { "\(door.base)/tokens" }

    func addRoutes(to router: Router<PortalContext>) {
        router.get("\(door.base)/tokens") { try await list($0, $1) }
        router.post("\(door.base)/tokens") { try await add($0, $1) }
        router.get("\(door.base)/tokens/:token/end") { try await askToEnd($0, $1) }
        router.post("\(door.base)/tokens/:token/end") { try await end($0, $1) }
    }

    private func list(_ request: Request, _ context: PortalContext) async throws -> Response {
        let guest = try await services.guest(at: door, request, context)
        let words = services.words(context)
        let query = try request.query()
        let heirs = query["heirs"].flatMap { Int($0) }.map { words("tokens.ended-with-heirs", ["count": "\($0)"]) }
        let ended = query["done"] == "ended" ? heirs ?? words("tokens.ended") : nil
        return try await page(TokenForm(), guest, request, context, done: ended)
    }

    /// The answer to the form is the page itself, and no other address: the token is kept nowhere that it could be shown
    /// from.
    private func add(_ request: Request, _ context: PortalContext) async throws -> Response {
        let guest = try await services.guest(at: door, request, context)
        let words = services.words(context)
        var form = TokenForm(context.form)
        guard let days = form.days else {
            form.daysProblem = words("form.choose")
            return try await page(form, guest, request, context, status: .unprocessableContent)
        }
        do {
            let (name, scope) = (form.name, form.scope)
            let issued = try await services.workers.run {
                try guest.session.addToken(name, for: .oneself, scope, days: days)
            }
            let done = DonePage(
                heading: words("tokens.issued.heading"),
                text: words("tokens.issued.text", ["name": issued.token.name]),
                secret: DonePage.Secret(name: words("tokens.issued.secret"), value: issued.secret),
                explanation: words("tokens.issued.explanation"), next: path)
            return try services.page(done, for: guest, request, context)
        } catch ControlError.account(.tooManyTokens(let limit)) {
            form.problem = words("tokens.refusal.too-many", ["limit": "\(limit)"])
        } catch ControlError.account(.tokenWithoutName) {
            form.nameProblem = words("form.enter")
        } catch ControlError.account(.textTooLong(_, let limit)) {
            form.nameProblem = words("user.refusal.too-long", ["limit": "\(limit)"])
        } catch ControlError.account(.controlCharacter) {
            form.nameProblem = words("user.refusal.control-character")
        }
        return try await page(form, guest, request, context, status: .unprocessableContent)
    }

    private func askToEnd(_ request: Request, _ context: PortalContext) async throws -> Response {
        let (guest, token, zone) = try await subject(request, context)
        let words = services.words(context)
        let heirs = try await services.workers.run { try guest.session.heirs(ofToken: token.id) }
        let page = ConfirmPage(
            heading: words("tokens.end.heading"), parent: PageFrame.Link(path: path, text: words("tokens.heading")),
            lead: words("tokens.end.lead"),
            facts: [
                ConfirmPage.Fact(name: words("tokens.name"), value: token.name),
                ConfirmPage.Fact(name: words("tokens.scope"), value: token.scope.text(words)),
                ConfirmPage.Fact(name: words("tokens.used"), value: token.usedText(words, in: zone)),
            ] + (heirs.isEmpty ? [] : [ConfirmPage.Fact(name: words("tokens.heirs"), value: heirs.names(words))]),
            warning: words("tokens.end.warning"), removes: true, action: "\(path)/\(token.id)/end")
        return try services.page(page, for: guest, request, context)
    }

    private func end(_ request: Request, _ context: PortalContext) async throws -> Response {
        let (guest, token, _) = try await subject(request, context)
        let heirs = try await services.workers.run { try guest.session.endToken(token.id).heirs ?? [] }
        return services.redirect(to: "\(path)?done=ended" + (heirs.isEmpty ? "" : "&heirs=\(heirs.count)"))
    }

    /// The token that the address names: somebody else's is not there.
    private func subject(_ request: Request, _ context: PortalContext) async throws -> (Guest, TokenState, TimeZone) {
        let guest = try await services.guest(at: door, request, context)
        let (tokens, zone) = try await tokens(of: guest)
        guard let token = tokens.first(where: { $0.id == context.parameters.get("token") }) else {
            throw PortalError.notFound
        }
        return (guest, token, zone)
    }

    private func tokens(of guest: Guest) async throws -> ([TokenState], TimeZone) {
        try await services.workers.run {
            (try guest.session.ownTokens(limit: Self.limit), try guest.zone ?? guest.session.localClock().zone)
        }
    }

    private func page(
        _ form: TokenForm, _ guest: Guest, _ request: Request, _ context: PortalContext, done: String? = nil,
        status: HTTPResponse.Status = .ok
    ) async throws -> Response {
        let (tokens, zone) = try await tokens(of: guest)
        let words = services.words(context)
        let page = OwnTokenPage(
            form, tokens.map { OwnTokenPage.Row($0, at: services.clock(), in: zone, below: path, words) }, path, words,
            done: done)
        return try services.page(page, for: guest, request, context, status: status)
    }
}

extension [TokenState] {
    /// What they are for.
    fileprivate func names(_ words: Catalogue) -> String { map(\.name).joined(separator: words("list.and")) }
}
