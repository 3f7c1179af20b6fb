import ControlPlane
import HTTPTypes

/// The OpenAPI 3.1 document: what ``APIOperation/all`` says, for programs and for those who write them.
enum APIDocument {
    static func text() throws -> String { try JSONText.answer(document) }

    static var document: JSONValue {
        var paths: [String: [String: JSONValue]] = [:]
        for operation in APIOperation.all {
            paths[APIOperation.base + operation.path, default: [:]][operation.method.rawValue.lowercased()] =
                describe(operation)
        }
        return .object([
            "openapi": .string("3.1.0"),
            "info": .object([
                "title": .string("Tsunagi"), "version": .string("1"),
                "description": .string(
                    "What can be done in the web sites, for programs. Give a token with each request. A request that "
                        + "changes something may carry an Idempotency-Key, under which it is done once only however often "
                        + "it is sent within a day, and an If-Match with the entity tag of what it was decided on."),
            ]),
            "security": .array([.object(["token": .array([])])]),
            "paths": .object(paths.mapValues(JSONValue.object)),
            "components": .object([
                "securitySchemes": .object([
                    "token": .object(["type": .string("http"), "scheme": .string("bearer")])
                ]),
                "schemas": .object(APISchemas.named.mapValues { $0.json(isClosed: false) }),
            ]),
        ])
    }

    private static func describe(_ operation: APIOperation) -> JSONValue {
        var members: [String: JSONValue] = [
            "operationId": .string(operation.id), "summary": .string(operation.summary),
            "tags": .array([.string(String(operation.path.split(separator: "/").first ?? ""))]),
            "responses": .object(responses(of: operation)),
        ]
        let parameters = parameters(of: operation)
        if !parameters.isEmpty { members["parameters"] = .array(parameters) }
        if let body = operation.body {
            members["requestBody"] = .object([
                "required": .bool(true), "content": content("application/json", body.json(isClosed: true)),
            ])
        }
        return .object(members)
    }

    private static func parameters(of operation: APIOperation) -> [JSONValue] {
        var parameters = operation.pathParameters.map {
            parameter($0, in: "path", APISchemas.path[$0] ?? .text(1...200), required: true)
        }
        parameters += operation.query.map {
            parameter($0.name, in: "query", $0.schema, note: $0.note)
        }
        if operation.changes, operation.keepsAnswer {
            parameters.append(
                parameter(
                    "Idempotency-Key", in: "header", .text(1...255),
                    note: "the request is done once under it, and answered the same for a day"))
        }
        if operation.version != nil {
            parameters.append(
                operation.changes
                    ? parameter(
                        "If-Match", in: "header", .text(), isFree: true, note: "the entity tag that it was decided on")
                    : parameter(
                        "If-None-Match", in: "header", .text(), isFree: true, note: "the entity tag that is known"))
        }
        return parameters
    }

    /// - Parameter isFree: any text is understood, if only as one that fits nothing.
    private static func parameter(
        _ name: String, in place: String, _ schema: APISchema, isFree: Bool = false, note: String? = nil,
        required: Bool = false
    ) -> JSONValue {
        var members: [String: JSONValue] = [
            "name": .string(name), "in": .string(place), "required": .bool(required),
            "schema": schema.json(isClosed: !isFree),
        ]
        if let note { members["description"] = .string(note) }
        return .object(members)
    }

    private static func responses(of operation: APIOperation) -> [String: JSONValue] {
        var responses: [String: JSONValue] = [:]
        var success: [String: JSONValue] = ["description": .string("Done")]
        if let answer = operation.answer {
            success["content"] = content("application/json", answer.json(isClosed: false))
        }
        if operation.version != nil {
            success["headers"] = .object([
                "ETag": .object(["schema": .object(["type": .string("string")])])
            ])
        }
        responses["\(operation.status.code)"] = .object(success)
        if operation.version != nil, !operation.changes {
            responses["304"] = .object(["description": .string("It is as it was")])
        }
        for kind in problems(of: operation) {
            responses["\(kind.status.code)"] = .object([
                "description": .string(kind.title),
                "content": content("application/problem+json", APISchema.reference("Problem").json(isClosed: false)),
            ])
        }
        return responses
    }

    private static func problems(of operation: APIOperation) -> [APIProblem.Kind] {
        let always: [APIProblem.Kind] = [
            .malformed, .unauthorized, .forbidden, .notFound, .invalid, .tooManyTries, .busy,
        ]
        let ofChanges: [APIProblem.Kind] = operation.changes ? [.conflict, .changed] : []
        return always + ofChanges + (operation.body == nil ? [] : [.tooLarge, .unsupportedMedia])
    }

    private static func content(_ type: String, _ schema: JSONValue) -> JSONValue {
        .object([type: .object(["schema": schema])])
    }
}
