import ControlPlane

/// What a value may be (JSON Schema 2020-12, as far as it is needed here): what the document says of it, and what a request
/// is held to.
indirect enum APISchema: Sendable {
    case text(TextRule = TextRule())
    case integer(ClosedRange<Int>? = nil)
    case number
    case boolean
    case list(APISchema, limit: Int? = nil)
    case object([Field])
    /// Whatever it was when it was written.
    case anything
    /// One of ``APISchemas/named``.
    case reference(String)

    struct TextRule: Sendable {
        var length = 0...4_000
        var values: [String]?
        var format: String?
    }

    struct Field: Sendable {
        let name: String
        let schema: APISchema
        let isRequired: Bool
        let note: String?
    }

    static func text(_ length: ClosedRange<Int>) -> APISchema { .text(TextRule(length: length)) }

    static func one<Choice: RawRepresentable & CaseIterable>(of type: Choice.Type) -> APISchema
    where Choice.RawValue == String {
        .text(TextRule(values: Choice.allCases.map(\.rawValue)))
    }

    static let time = APISchema.text(TextRule(format: "date-time"))

    /// - Parameter isClosed: nothing else may be in an object: what is misspelt must not be taken for left out.
    func json(isClosed: Bool) -> JSONValue {
        switch self {
        case .text(let rule):
            var members: [String: JSONValue] = ["type": .string("string")]
            if let values = rule.values {
                members["enum"] = .array(values.map(JSONValue.string))
            } else if let format = rule.format {
                members["format"] = .string(format)
            } else if isClosed {
                members["minLength"] = .integer(rule.length.lowerBound)
                members["maxLength"] = .integer(rule.length.upperBound)
            }
            return .object(members)
        case .integer(let range):
            var members: [String: JSONValue] = ["type": .string("integer")]
            if let range {
                members["minimum"] = .integer(range.lowerBound)
                members["maximum"] = .integer(range.upperBound)
            }
            return .object(members)
        case .number: return .object(["type": .string("number")])
        case .boolean: return .object(["type": .string("boolean")])
        case .list(let element, let limit):
            var members: [String: JSONValue] = ["type": .string("array"), "items": element.json(isClosed: isClosed)]
            if let limit { members["maxItems"] = .integer(limit) }
            return .object(members)
        case .object(let fields): return Self.object(fields, isClosed: isClosed)
        case .anything: return .object([:])
        case .reference(let name): return .object(["$ref": .string("#/components/schemas/\(name)")])
        }
    }

    private static func object(_ fields: [Field], isClosed: Bool) -> JSONValue {
        var members: [String: JSONValue] = ["type": .string("object")]
        let properties = fields.map { field -> (String, JSONValue) in
            guard let note = field.note, case .object(var schema) = field.schema.json(isClosed: isClosed) else {
                return (field.name, field.schema.json(isClosed: isClosed))
            }
            schema["description"] = .string(note)
            return (field.name, .object(schema))
        }
        members["properties"] = .object(Dictionary(uniqueKeysWithValues: properties))
        let required = fields.filter(\.isRequired).map { JSONValue.string($0.name) }
        if !required.isEmpty { members["required"] = .array(required) }
        if isClosed { members["additionalProperties"] = .bool(false) }
        return .object(members)
    }
}

extension APISchema.Field {
    static func required(_ name: String, _ schema: APISchema, _ note: String? = nil) -> APISchema.Field {
        APISchema.Field(name: name, schema: schema, isRequired: true, note: note)
    }

    static func optional(_ name: String, _ schema: APISchema, _ note: String? = nil) -> APISchema.Field {
        APISchema.Field(name: name, schema: schema, isRequired: false, note: note)
    }
}

/// Requests are judged by what the document says of them.
extension APISchema {
    /// Why a value is not one; nil: it is.
    func flaw(in value: JSONValue, at place: String = "the body") -> String? {
        switch (self, value) {
        case (.text(let rule), .string(let text)):
            if let values = rule.values {
                return values.contains(text) ? nil : "\(place) is not one of \(values.joined(separator: ", "))"
            }
            return rule.length.contains(text.unicodeScalars.count)
                ? nil : "\(place) has not \(rule.length.lowerBound) to \(rule.length.upperBound) characters"
        case (.integer(let range), .integer(let number)):
            return range.map { $0.contains(number) ? nil : "\(place) is not from \($0.lowerBound) to \($0.upperBound)" }
                ?? nil
        case (.number, .integer), (.number, .number), (.boolean, .bool), (.anything, _): return nil
        case (.list(let element, let limit), .array(let values)):
            if let limit, values.count > limit { return "\(place) has more than \(limit) elements" }
            return values.enumerated().lazy.compactMap { element.flaw(in: $1, at: "\(place)[\($0)]") }.first
        case (.object(let fields), .object(let members)): return Self.flaw(in: members, fields, at: place)
        case (.text, _): return "\(place) is not a text"
        case (.integer, _): return "\(place) is not a whole number"
        case (.number, _): return "\(place) is not a number"
        case (.boolean, _): return "\(place) is not true or false"
        case (.list, _): return "\(place) is not a list"
        case (.object, _): return "\(place) is not an object"
        case (.reference(let name), _): return APISchemas.named[name].flatMap { $0.flaw(in: value, at: place) }
        }
    }

    private static func flaw(in members: [String: JSONValue], _ fields: [Field], at place: String) -> String? {
        let known = Set(fields.map(\.name))
        if let other = members.keys.sorted().first(where: { !known.contains($0) }) {
            return "\(place) has a member \(other), which means nothing here"
        }
        for field in fields {
            let inner = place == "the body" ? field.name : "\(place).\(field.name)"
            guard let value = members[field.name] else {
                if field.isRequired { return "\(inner) is missing" }
                continue
            }
            if let flaw = field.schema.flaw(in: value, at: inner) { return flaw }
        }
        return nil
    }
}
