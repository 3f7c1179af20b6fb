import ControlPlane
import Directory
import Foundation
import HTTPTypes
import SignIn
import Storage

/// One thing that a program can ask for. Routes, document and judgement of requests are all made of these.
struct APIOperation: Sendable {
    struct Parameter: Sendable {
        let name: String
        let schema: APISchema
        let note: String
    }

    let id: String
    let method: HTTPRequest.Method
    /// Below `/api/v1`: `/numbers/{number}`.
    let path: String
    let summary: String
    var query: [Parameter] = []
    /// Nil: there is none.
    var body: APISchema?
    /// Nil: the answer has no body.
    var answer: APISchema?
    var status = HTTPResponse.Status.ok
    /// The position in the history of what is shown or changed: its entity tag. Nil: it has none.
    var version: (@Sendable (APICall) throws -> Int64)?
    /// Whether what it answers is kept under an idempotency key. A secret is not.
    var keepsAnswer = true
    let perform: @Sendable (APICall) throws -> (any Encodable & Sendable)?

    var changes: Bool { method != .get }

    /// `/numbers/{number}` has `number`.
    var pathParameters: [String] {
        path.split(separator: "/").filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) }
    }

    static let all: [APIOperation] = numbers + forwarding + screening + calls + contracts + users + access
}

/// One request of a program, as it was understood.
struct APICall: Sendable {
    let session: ControlSession
    let runtime: RuntimeDatabase
    let explainer: any CallExplainer
    let now: Date
    let path: [String: String]
    let query: [String: String]
    let body: Data
    /// The id of the operation: a cursor is of one list alone.
    let operation: String

    func number() throws -> PhoneNumber { try ControlSession.parsed(path["number"] ?? "") }

    func text(_ name: String) -> String { path[name] ?? "" }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        do {
            return try JSONText.decode(type, from: body)
        } catch {
            throw APIProblem(.invalid, "the body can't be understood")
        }
    }

    /// Of a list: how many.
    var limit: Int { query["limit"].flatMap { Int($0) } ?? APIPage<String>.usualLimit }

    /// Behind what of a list: the place that ``page(_:next:)`` was given. Nil: from the beginning.
    ///
    /// - Throws: ``APIProblem`` for what is no cursor of this list.
    func place() throws -> String? {
        try query["cursor"].map { text in
            guard let place = APICursor.place(of: text, in: operation) else { throw Self.foreignCursor }
            return place
        }
    }

    static let foreignCursor = APIProblem(
        .malformed, "the cursor can't be read: give the member next of the page before, or none for the first page")

    /// - Parameters:
    ///   - found: one more than is shown, if there are more.
    ///   - next: what is in the place that the next page begins behind.
    func page<Item>(_ found: [Item], next: (Item) -> String) -> APIPage<Item> {
        APIPage(
            items: Array(found.prefix(limit)),
            next: found.count > limit
                ? found.prefix(limit).last.map { APICursor.text(of: next($0), in: operation) } : nil)
    }
}

/// A place in a list, as a program is told it: what it is made of is ours to change.
enum APICursor {
    static func text(of place: String, in list: String) -> String {
        BaseEncoding.base64URL.text("\(list) \(place)".utf8)
    }

    /// Nil: it is no place of this list.
    static func place(of text: String, in list: String) -> String? {
        guard let octets = BaseEncoding.base64URL.octets(text),
            let plain = String(validating: octets, as: UTF8.self), plain.hasPrefix("\(list) ")
        else { return nil }
        return String(plain.dropFirst(list.count + 1))
    }
}

/// A part of a list.
struct APIPage<Item: Encodable & Sendable>: Encodable, Sendable {
    static var usualLimit: Int { 50 }
    static var limit: Int { 200 }

    let items: [Item]
    /// Where the rest of the list is asked for; nil: that was all.
    let next: String?
}

extension APIOperation.Parameter {
    static let limit = APIOperation.Parameter(
        name: "limit", schema: .integer(1...200), note: "how many at most; 50 if it is not given")
    static let cursor = APIOperation.Parameter(
        name: "cursor", schema: .text(1...200),
        note: "the member next of the page before of the same list; what is none is refused (400)")
    static let page = [limit, cursor]
}

extension APISchema {
    static func page(of name: String) -> APISchema {
        .object([.required("items", .list(.reference(name))), .optional("next", .text())])
    }
}
