import ControlPlane
import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import SignIn
import Storage

/// `/api/v1`: the use cases, for programs that have a token.
struct APIController: Sendable {
    private static let bodyLimit = 1 << 20
    private static let keyName = HTTPField.Name("Idempotency-Key")
    private static let keyLength = 1...255
    /// An answer that is larger is not kept; the request is still done once only.
    private static let keptLimit = 1 << 18

    let services: WebServices
    private let desk: APIDesk
    private let document: String

    /// - Throws: ``PortalFault`` when the document can't be made.
    init(services: WebServices) throws {
        self.services = services
        desk = APIDesk(services.control, uses: services.desk.uses)
        document = try APIDocument.text()
    }

    func addRoutes(to router: Router<PortalContext>) {
        router.get(RouterPath(APIOperation.documentPath)) { _, _ in Self.response(.ok, json: document) }
        for operation in APIOperation.all {
            router.on(RouterPath(APIOperation.base + operation.path), method: operation.method) { request, context in
                try await answer(operation, request, context)
            }
        }
    }

    private func answer(_ operation: APIOperation, _ request: Request, _ context: PortalContext) async throws
        -> Response
    {
        let (desk, now, address) = (desk, services.now, context.address)
        guard let token = Self.token(request.headers[.authorization]) else { throw APIRefusal.unknownToken }
        let principal = try await services.workers.run { try desk.principal(of: token, from: address, at: now) }
        let body = try await Self.body(of: request, for: operation)
        let key = operation.changes && operation.keepsAnswer ? try Self.key(request) : nil
        let call = APICall(
            session: services.session(of: principal), runtime: services.runtime, explainer: services.explainer,
            now: services.clock(),
            path: try Self.path(operation, context), query: try Self.query(operation, request), body: body,
            operation: operation.id)
        let wanted = try Wanted(request, operation)
        guard let key, let accountID = principal.accountID else {
            return try await services.workers.run { try Self.perform(operation, call, wanted) }
        }
        let digest = Self.digest(request, body, principal.scope)
        return try await services.workers.run {
            if let kept = try desk.begin(digest, of: accountID, key: key, at: now) { return Self.response(kept) }
            let performed: Performed
            do {
                performed = try Self.performed(operation, call, wanted)
            } catch {
                try desk.forget(key, of: accountID)
                throw error
            }
            do {
                try desk.keep(performed.kept(upTo: Self.keptLimit), of: accountID, key: key)
            } catch {
                // It was done, and must not be done again: whoever asks under the key is told that it was cut off.
                services.logger.error("an answer could not be kept under its idempotency key: \(error)")
            }
            return performed.response
        }
    }

    private static func perform(_ operation: APIOperation, _ call: APICall, _ wanted: Wanted) throws -> Response {
        try performed(operation, call, wanted).response
    }

    /// The position comes before what is shown: should it change in between, the tag is too old, never too new.
    private static func performed(_ operation: APIOperation, _ call: APICall, _ wanted: Wanted) throws -> Performed {
        var call = call
        var version = try operation.version?(call)
        if let expected = wanted.version {
            guard expected == version else {
                throw APIProblem(.changed, "it was changed since: ask for it again, and decide anew")
            }
            call = call.unlessChanged(since: expected)
        }
        if !operation.changes, let version, wanted.unless.contains(version) {
            return Performed(status: .notModified, version: version, body: nil)
        }
        let answer = try operation.perform(call)
        if operation.changes { version = try operation.version?(call) }
        return Performed(
            status: operation.status, version: version, body: try answer.map { try JSONText.answer($0) })
    }
}

/// What came of a request.
private struct Performed {
    let status: HTTPResponse.Status
    let version: Int64?
    let body: String?

    var response: Response {
        var response = APIController.response(status, json: body)
        if let version { response.headers[.eTag] = "\"\(version)\"" }
        return response
    }

    func kept(upTo limit: Int) -> APIAnswerEntry {
        let text = body ?? ""
        return APIAnswerEntry(
            request: "", status: text.utf8.count > limit ? nil : status.code,
            headers: version.map { "\"\($0)\"" } ?? "", body: text)
    }
}

/// What a request makes its answer depend on (RFC 9110 §13).
private struct Wanted {
    /// Of If-Match.
    var version: Int64?
    /// Of If-None-Match.
    var unless: [Int64] = []

    init(_ request: Request, _ operation: APIOperation) throws {
        guard operation.version != nil else { return }
        if operation.changes, let text = request.headers[.ifMatch], text != "*" {
            let tags = Self.tags(text)
            guard let tag = tags.first, tags.count == 1 else {
                throw APIProblem(.changed, "If-Match takes one entity tag, as an answer before has shown it")
            }
            version = tag
        }
        if let text = request.headers[.ifNoneMatch] { unless = Self.tags(text) }
    }

    private static func tags(_ text: String) -> [Int64] {
        text.split(separator: ",").compactMap { tag in
            let tag = tag.drop { $0 == " " }.prefix { $0 != " " }
            let strong = tag.hasPrefix("W/") ? tag.dropFirst(2) : tag
            guard strong.hasPrefix("\""), strong.hasSuffix("\"") else { return nil }
            return Int64(strong.dropFirst().dropLast())
        }
    }
}

/// How requests are read and answers written.
extension APIController {
    fileprivate static func response(_ status: HTTPResponse.Status, json: String?) -> Response {
        var headers: HTTPFields = [.cacheControl: "no-store"]
        guard let json else {
            return Response(status: json == nil && status == .ok ? .noContent : status, headers: headers)
        }
        headers[.contentType] = "application/json"
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: json)))
    }

    private static func response(_ kept: APIAnswerEntry) -> Response {
        var response = response(
            HTTPResponse.Status(code: kept.status ?? 200), json: kept.body.isEmpty ? nil : kept.body)
        if !kept.headers.isEmpty { response.headers[.eTag] = kept.headers }
        return response
    }

    private static func token(_ header: String?) -> String? {
        guard let parts = header?.split(separator: " "), parts.count == 2, parts[0].lowercased() == "bearer" else {
            return nil
        }
        return String(parts[1])
    }

    private static func body(of request: Request, for operation: APIOperation) async throws -> Data {
        guard let schema = operation.body else { return Data() }
        let type = request.headers[.contentType]?.split(separator: ";").first.map { $0.lowercased() } ?? ""
        guard type.filter({ $0 != " " }) == "application/json" else {
            throw APIProblem(.unsupportedMedia, "send it with Content-Type: application/json")
        }
        var request = request
        let data: Data
        do {
            data = Data(try await request.collectBody(upTo: bodyLimit).readableBytesView)
        } catch is NIOTooManyBytesError {
            throw APIProblem(.tooLarge, "a request has at most \(bodyLimit) octets")
        } catch {
            // The program went away, or was too slow: nothing of ours has gone wrong.
            throw APIProblem(.malformed, "the request broke off")
        }
        guard let value = JSONValue(data) else {
            throw APIProblem(.malformed, "the body is no JSON")
        }
        if let flaw = schema.flaw(in: value) { throw APIProblem(.invalid, flaw) }
        return data
    }

    private static func path(_ operation: APIOperation, _ context: PortalContext) throws -> [String: String] {
        var values: [String: String] = [:]
        for name in operation.pathParameters {
            guard let text = context.parameters.get(name)?.removingPercentEncoding, !text.contains("\0") else {
                throw APIProblem(.malformed, "the path can't be read")
            }
            values[name] = text
        }
        return values
    }

    private static func query(_ operation: APIOperation, _ request: Request) throws -> [String: String] {
        let fields: FormFields
        do {
            fields = try FormFields(encoded: Array((request.uri.query ?? "").utf8))
        } catch {
            throw APIProblem(.malformed, "the query can't be read")
        }
        var values: [String: String] = [:]
        for (name, value) in fields.fields {
            guard let parameter = operation.query.first(where: { $0.name == name }) else {
                throw APIProblem(.invalid, "the query has \(name), which means nothing here")
            }
            guard values[name] == nil else { throw APIProblem(.invalid, "the query has \(name) twice") }
            if let flaw = parameter.schema.flaw(in: parameter.schema.queried(value), at: name) {
                throw APIProblem(.invalid, flaw)
            }
            values[name] = value
        }
        return values
    }

    private static func key(_ request: Request) throws -> String? {
        guard let name = keyName, let key = request.headers[name] else { return nil }
        guard keyLength.contains(key.unicodeScalars.count) else {
            throw APIProblem(.malformed, "an idempotency key has 1 to \(keyLength.upperBound) characters")
        }
        return key
    }

    /// By which a request is known to be the same. One by a token that may do something else is another one: an answer is
    /// given out without asking once more whether it may be.
    private static func digest(_ request: Request, _ body: Data, _ scope: TokenScope?) -> String {
        var hash = SHA256()
        hash.update(data: Data("\(scope?.phrase ?? "everything")\n".utf8))
        hash.update(data: Data("\(request.method.rawValue) \(request.uri.string)\n".utf8))
        hash.update(data: Data((request.headers[.ifMatch] ?? "").utf8) + Data("\n".utf8))
        hash.update(data: body)
        return hash.finalize().map { String(format: "%02x", $0) }.joined()
    }
}

extension APISchema {
    /// A value of a query, which is text there.
    fileprivate func queried(_ text: String) -> JSONValue {
        switch self {
        case .integer: Int(text).map(JSONValue.integer) ?? .string(text)
        case .boolean: text == "true" ? .bool(true) : text == "false" ? .bool(false) : .string(text)
        default: .string(text)
        }
    }
}

extension APICall {
    fileprivate func unlessChanged(since version: Int64) -> APICall {
        APICall(
            session: session.unlessChanged(since: version), runtime: runtime, explainer: explainer, now: now,
            path: path, query: query, body: body, operation: operation)
    }
}
