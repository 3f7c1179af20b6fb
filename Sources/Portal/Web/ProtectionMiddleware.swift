import ControlPlane
import HTTPTypes
import Hummingbird
import Logging
import SignIn

/// Outermost: who asks, what every answer carries, and a page in place of every error.
struct ProtectionMiddleware: RouterMiddleware {
    typealias Context = PortalContext

    /// Nothing from elsewhere, no script, and nobody else's frame around it.
    private static let policy =
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
        + "frame-ancestors 'none'"

    /// Other sites are told nothing of where people come from; to our own forms the browser has to name it, as `Origin`.
    private static let others: [(HTTPField.Name, String)] = [
        ("Referrer-Policy", "same-origin"), ("X-Frame-Options", "DENY"), ("Cross-Origin-Opener-Policy", "same-origin"),
    ].compactMap { name, value in HTTPField.Name(name).map { ($0, value) } }

    let services: WebServices
    let paths: RoutedPaths

    func handle(
        _ request: Request, context: PortalContext, next: (Request, PortalContext) async throws -> Response
    ) async throws -> Response {
        var (response, context) = (Response(status: .ok), context)
        let origin = services.proxies.origin(of: request.headers, from: context.address)
        context.address = origin.address
        context.isSecure = services.isSecure || origin.isSecure == true
        // Programs have neither a browser nor a language.
        if !APIMiddleware.isOurs(request.uri.path) { context = VisitMiddleware.recognized(request, context) }
        do {
            // Before a form is looked for in what no page takes a form by.
            if request.method != .get, request.method != .head, let refusal = refusal(of: request) { throw refusal }
            response = try await next(request, context)
        } catch {
            response = try answer(to: error, request, context)
        }
        response.headers[.contentSecurityPolicy] = Self.policy
        response.headers[.xContentTypeOptions] = "nosniff"
        for (name, value) in Self.others { response.headers[name] = value }
        // On error pages too, as they have a form.
        if let visitor = context.visitor, context.isNewVisitor {
            response.setCookie(services.cookie(VisitMiddleware.visitorCookie, visitor.text, path: "/"))
        }
        if context.isSecure { Self.secure(&response) }
        // Its length is told (RFC 9110 §9.3.2); of an error page too, which no route has made.
        return request.method == .head ? response.createHeadResponse() : response
    }

    /// What came by TLS is not to come by less later on.
    private static func secure(_ response: inout Response) {
        response.headers[.strictTransportSecurity] = "max-age=31536000"
        let cookies = response.headers[values: .setCookie]
        if !cookies.isEmpty { response.headers[values: .setCookie] = cookies.map { "\($0); Secure" } }
    }

    /// Why nothing can be asked for like that; nil: it can, or it is a program's request, which is told so in its own way.
    private func refusal(of request: Request) -> PortalError? {
        guard !APIMiddleware.isOurs(request.uri.path) else { return nil }
        guard let methods = paths.methods(at: request.uri.path) else { return .notFound }
        return methods.contains(request.method) ? nil : .methodNotAllowed(methods)
    }

    private func answer(to error: any Error, _ request: Request, _ context: PortalContext) throws -> Response {
        switch error {
        case PortalError.signInNeeded(let door): return services.redirect(to: door.signInPath)
        case PortalError.methodNotAllowed(let methods):
            let error = PortalError.methodNotAllowed(methods)
            var response = try page(error.key, error.status, request, context)
            response.headers[.allow] = methods.map(\.rawValue).sorted().joined(separator: ", ")
            return response
        case let error as PortalError: return try page(error.key, error.status, request, context)
        case let error as ControlError where error.asPage != nil:
            let error = error.asPage ?? .notFound
            return try page(error.key, error.status, request, context)
        case SignInDeskRefusal.sessionOver: return services.redirect(to: Door.of(request.uri.path).signInPath)
        case let error as HTTPError where error.status == .notFound:
            return try answer(to: refusal(of: request) ?? PortalError.notFound, request, context)
        case let error as HTTPError where error.status.code < 500:
            return try page("error.unreadable-form", error.status, request, context)
        default:
            services.logger.error("\(request.method) \(request.uri.path): \(error)")
            return try page("error.internal", .internalServerError, request, context)
        }
    }

    private func page(_ key: String, _ status: HTTPResponse.Status, _ request: Request, _ context: PortalContext) throws
        -> Response
    {
        let words = services.words(context)
        let door = Door.of(request.uri.path)
        let page = ErrorPage(
            heading: words("\(key).heading"), explanation: words("\(key).explanation"), home: door.base)
        return try services.page(page, in: services.frame(door, request, context), status: status)
    }
}
