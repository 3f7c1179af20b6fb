import HTTPTypes
import Hummingbird
import Logging

/// What programs ask for is answered in their way, errors too: no page, no cookie, no form.
struct APIMiddleware: RouterMiddleware {
    typealias Context = PortalContext

    static let root = "/api"

    let services: WebServices

    /// As the router takes paths apart, for which `//api` is the same.
    static func isOurs(_ path: String) -> Bool { path.split(separator: "/").first == root.dropFirst() }

    func handle(
        _ request: Request, context: PortalContext, next: (Request, PortalContext) async throws -> Response
    ) async throws -> Response {
        guard Self.isOurs(request.uri.path) else { return try await next(request, context) }
        do {
            return try await next(request, context)
        } catch {
            return problem(error, request).response
        }
    }

    private func problem(_ error: any Error, _ request: Request) -> APIProblem {
        guard var problem = APIProblem(error) else {
            services.logger.error("\(request.method) \(request.uri.path): \(error)")
            return APIProblem(.internal, "it was written down, and nothing was changed")
        }
        if case let error as HTTPError = error, error.status == .notFound {
            let methods = APIOperation.methods(at: request.uri.path)
            if !methods.isEmpty {
                problem = APIProblem(.methodNotAllowed, "\(request.method.rawValue) means nothing here")
                problem.headers[.allow] = methods.map(\.rawValue).joined(separator: ", ")
            }
        }
        return problem
    }
}

extension APIOperation {
    static let base = "\(APIMiddleware.root)/v1"
    static let documentPath = "\(APIMiddleware.root)/openapi.json"

    /// What can be asked for under a path; empty: it is none of ours.
    static func methods(at path: String) -> [HTTPRequest.Method] {
        let (whole, base) = (path.split(separator: "/"), base.split(separator: "/"))
        if whole == documentPath.split(separator: "/") { return [.get, .head] }
        guard whole.starts(with: base) else { return [] }
        let parts = whole.dropFirst(base.count)
        return all.filter { operation in
            let pattern = operation.path.split(separator: "/")
            return pattern.count == parts.count && zip(pattern, parts).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
        }.flatMap { $0.method == .get ? [.get, .head] : [$0.method] }
    }
}
