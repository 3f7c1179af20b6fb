import ControlPlane
import Directory
import Foundation
import HTTPTypes
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
    let path: [String: String]
    let query: [String: String]
    let body: Data

    func number() throws -> PhoneNumber { try ControlSession.parsed(path["number"] ?? "") }

    func text(_ name: String) -> String { path[name] ?? "" }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        do {
            return try JSONText.decode(type, from: body)
        } catch {
            throw APIProblem(.invalid, "the body can't be understood")
        }
    }

    /// Of a list: how many, and behind what.
    var limit: Int { query["limit"].flatMap { Int($0) } ?? APIPage<String>.usualLimit }
    var cursor: String? { query["cursor"] }
}

/// A part of a list.
struct APIPage<Item: Encodable & Sendable>: Encodable, Sendable {
    static var usualLimit: Int { 50 }
    static var limit: Int { 200 }

    let items: [Item]
    /// Where the rest of the list is asked for; nil: that was all.
    let next: String?

    /// - Parameter found: one more than is shown, if there are more.
    init(_ found: [Item], limit: Int, next: (Item) -> String) {
        items = Array(found.prefix(limit))
        self.next = found.count > limit ? items.last.map(next) : nil
    }
}

extension APIOperation.Parameter {
    static let limit = APIOperation.Parameter(
        name: "limit", schema: .integer(1...200), note: "how many at most; 50 if it is not given")
    static let cursor = APIOperation.Parameter(
        name: "cursor", schema: .text(1...200), note: "the member next of the page before")
    static let page = [limit, cursor]
}

extension APISchema {
    static func page(of name: String) -> APISchema {
        .object([.required("items", .list(.reference(name))), .optional("next", .text())])
    }
}
