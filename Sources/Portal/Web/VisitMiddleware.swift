import Hummingbird
import NIOCore
import SignIn

/// The forms that browsers send: one that we have not given to this browser gets no further, and one that can't be ours is
/// not even read. Who the browser is and which language it wants is known before: see ``recognized(_:_:)``.
struct VisitMiddleware: RouterMiddleware {
    typealias Context = PortalContext

    static let visitorCookie = "tsunagi-visitor"
    static let languageCookie = "tsunagi-language"
    /// Thousands of numbers may be chosen in a form, by who is signed in.
    private static let bodyLimit = 1 << 20
    /// Nobody else has a form that comes near it.
    private static let openBodyLimit = 1 << 16

    let services: WebServices

    func handle(
        _ request: Request, context: PortalContext, next: (Request, PortalContext) async throws -> Response
    ) async throws -> Response {
        // Programs have neither a browser nor forms: what they send is believed for its token alone.
        guard !APIMiddleware.isOurs(request.uri.path), request.method != .get, request.method != .head else {
            return try await next(request, context)
        }
        var context = context
        guard let visitor = context.visitor, !context.isNewVisitor, Self.isOurs(request) else {
            throw PortalError.foreignForm
        }
        context.form = try await Self.form(of: request, upTo: try await bodyLimit(request, context))
        guard services.seal.isValid(context.form[FormSeal.field], for: visitor) else { throw PortalError.foreignForm }
        return try await next(request, context)
    }

    /// With the browser and its language, by what its cookies say. One that has not been here before is given a name.
    static func recognized(_ request: Request, _ context: PortalContext) -> PortalContext {
        var context = context
        let chosen = request.cookieText(languageCookie).flatMap(Language.init(rawValue:))
        context.hasChosenLanguage = chosen != nil
        context.language = chosen ?? language(of: request)
        context.visitor = request.cookieText(visitorCookie).flatMap { VisitorToken($0) }
        guard context.visitor == nil else { return context }
        var generator = SystemRandomNumberGenerator()
        context.visitor = VisitorToken(using: &generator)
        context.isNewVisitor = true
        return context
    }

    /// In octets.
    private func bodyLimit(_ request: Request, _ context: PortalContext) async throws -> Int {
        guard let length = request.headers[.contentLength].flatMap({ Int($0) }), length > Self.openBodyLimit else {
            return Self.openBodyLimit
        }
        do {
            _ = try await services.guest(request, context)
            return Self.bodyLimit
        } catch PortalError.signInNeeded {
            return Self.openBodyLimit
        }
    }

    private static func form(of request: Request, upTo limit: Int) async throws -> FormFields {
        var request = request
        let body: ByteBuffer
        do {
            body = try await request.collectBody(upTo: limit)
        } catch is NIOTooManyBytesError {
            throw PortalError.tooLarge
        } catch {
            // The browser went away, or was too slow: nothing of ours has gone wrong.
            throw PortalError.unreadableForm
        }
        return try FormFields(encoded: Array(body.readableBytesView))
    }

    /// Browsers tell where a form comes from; those that do not are held by the seal alone.
    private static func isOurs(_ request: Request) -> Bool {
        guard let origin = request.headers[.origin], origin != "null" else { return request.headers[.origin] == nil }
        guard let authority = request.head.authority?.lowercased() else { return false }
        return ["http://\(authority)", "https://\(authority)"].contains(origin.lowercased())
    }

    /// The first of the browser's languages that we speak.
    private static func language(of request: Request) -> Language {
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
