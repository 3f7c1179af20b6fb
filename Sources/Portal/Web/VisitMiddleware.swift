import Hummingbird
import NIOCore
import SignIn

/// Who is here: the browser, its language and the form that it sends. A form that we have not given to this browser gets
/// no further.
struct VisitMiddleware: RouterMiddleware {
    typealias Context = PortalContext

    static let visitorCookie = "tsunagi-visitor"
    static let languageCookie = "tsunagi-language"
    private static let bodyLimit = 1 << 20

    let services: WebServices

    func handle(
        _ request: Request, context: PortalContext, next: (Request, PortalContext) async throws -> Response
    ) async throws -> Response {
        // Programs have neither a browser nor forms: what they send is believed for its token alone.
        if APIMiddleware.isOurs(request.uri.path) { return try await next(request, context) }
        var context = Self.recognized(request, context)
        guard request.method == .get || request.method == .head else {
            context.form = try await Self.form(of: request)
            guard let visitor = context.visitor, services.seal.isValid(context.form[FormSeal.field], for: visitor),
                Self.isOurs(request)
            else { throw PortalError.foreignForm }
            return try await next(request, context)
        }
        guard context.visitor == nil else { return try await next(request, context) }
        var generator = SystemRandomNumberGenerator()
        let visitor = VisitorToken(using: &generator)
        context.visitor = visitor
        var response = try await next(request, context)
        response.setCookie(services.cookie(Self.visitorCookie, visitor.text, path: "/"))
        return response
    }

    /// With the browser and its language, by what its cookies say.
    static func recognized(_ request: Request, _ context: PortalContext) -> PortalContext {
        var context = context
        context.language = language(of: request)
        context.visitor = request.cookieText(visitorCookie).flatMap { VisitorToken($0) }
        return context
    }

    private static func form(of request: Request) async throws -> FormFields {
        var request = request
        do {
            let body = try await request.collectBody(upTo: bodyLimit)
            return try FormFields(encoded: Array(body.readableBytesView))
        } catch is NIOTooManyBytesError {
            throw PortalError.tooLarge
        }
    }

    /// Browsers tell where a form comes from; those that do not are held by the seal alone.
    private static func isOurs(_ request: Request) -> Bool {
        guard let origin = request.headers[.origin], origin != "null" else { return request.headers[.origin] == nil }
        guard let authority = request.head.authority?.lowercased() else { return false }
        return ["http://\(authority)", "https://\(authority)"].contains(origin.lowercased())
    }

    /// What the person has chosen, else the first of the browser's languages that we speak.
    private static func language(of request: Request) -> Language {
        if let chosen = request.cookieText(languageCookie).flatMap(Language.init(rawValue:)) { return chosen }
        let wishes = (request.headers[.acceptLanguage] ?? "").split(separator: ",").compactMap { wish in
            let parts = wish.split(separator: ";").map { $0.trimmed }
            let weight = parts.dropFirst().first.flatMap { $0.hasPrefix("q=") ? Double($0.dropFirst(2)) : nil } ?? 1
            let tag = parts.first.map { $0.split(separator: "-").first.map { $0.lowercased() } ?? "" } ?? ""
            return Language(rawValue: tag).map { (language: $0, weight: weight) }
        }
        return wishes.max { $0.weight < $1.weight }?.language ?? .japanese
    }
}

extension Substring {
    fileprivate var trimmed: Substring {
        var text = self
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}
