import ControlPlane
import Foundation

/// Writes a blueprint piece by piece, as YAML or JSON: always the same text for the same content.
struct BlueprintWriter {
    enum Format: String, CaseIterable { case yaml, json }

    private let format: Format
    private let zone: TimeZone
    private let write: (String) throws -> Void
    private var hasBegun = false
    private var section = ""
    private var isFirst = true

    /// - Parameters:
    ///   - zone: in which points in time are written, with their offset.
    ///   - write: takes pieces of the text.
    init(_ format: Format, zone: TimeZone = .gmt, write: @escaping (String) throws -> Void) {
        self.format = format
        self.zone = zone
        self.write = write
    }

    /// Not before there is something to write: what can't be told at all leaves no beginning behind.
    private mutating func begin() throws {
        guard !hasBegun else { return }
        hasBegun = true
        try write(
            format == .json
                ? "{\n  \"version\": 1"
                : """
                # What is configured, without passwords. "tsunagi plan FILE" tells what this would change elsewhere or later,
                # "tsunagi apply FILE" does it. What is not named here stays; an object goes with "absent: true".
                version: 1

                """)
    }

    mutating func append(_ part: BlueprintPart) throws {
        switch part {
        case .settings(let settings): try append(whole: BlueprintValue(settings), as: "settings")
        case .terms(let terms): try append(whole: BlueprintValue(terms), as: "terms")
        case .nationalHolidays(let days): try append(whole: BlueprintValue(national: days), as: "national-holidays")
        case .holiday(let holiday): try append(BlueprintValue(holiday), to: "holidays")
        case .trunk(let trunk): try append(BlueprintValue(trunk), to: "trunks")
        case .company(let company): try append(BlueprintValue(company), to: "companies")
        case .contract(let contract): try append(BlueprintValue(contract), to: "contracts")
        case .number(let number): try append(BlueprintValue(number, zone: zone), to: "numbers")
        case .group(let group): try append(BlueprintValue(group), to: "groups")
        case .user(let user): try append(BlueprintValue(user), to: "users")
        case .administrator(let administrator): try append(BlueprintValue(administrator), to: "admins")
        case .login(let login): try append(BlueprintValue(login), to: "logins")
        }
    }

    mutating func finish() throws {
        try begin()
        guard format == .json else { return }
        try close()
        try write("\n}\n")
    }

    /// A section that is a mapping.
    private mutating func append(whole value: BlueprintValue, as name: String) throws {
        try open(name, isList: false)
        try write(format == .json ? Self.json(value, "  ") : Self.members(value, "  "))
        if format == .json { section = "" }
    }

    private mutating func append(_ value: BlueprintValue, to name: String) throws {
        if section != name { try open(name, isList: true) }
        if format == .json {
            try write((isFirst ? "\n" : ",\n") + "    " + Self.json(value, "    "))
        } else {
            try write(Self.element(value, "  "))
        }
        isFirst = false
    }

    private mutating func open(_ name: String, isList: Bool) throws {
        try begin()
        try close()
        section = name
        isFirst = true
        if format == .json {
            try write(",\n  \"\(name)\": " + (isList ? "[" : ""))
        } else {
            try write("\(name):\n")
        }
    }

    private mutating func close() throws {
        if format == .json, !section.isEmpty { try write("\n  ]") }
        section = ""
    }

    // MARK: YAML

    private static func element(_ value: BlueprintValue, _ indentation: String) -> String {
        let lines = members(value, indentation + "  ")
        return indentation + "- " + lines.dropFirst(indentation.utf8.count + 2)
    }

    private static func members(_ value: BlueprintValue, _ indentation: String) -> String {
        guard case .map(let members) = value else { return "" }
        return members.map { indentation + key($0.key) + ":" + rest($0.value, indentation) }.joined()
    }

    /// What follows a key: on its line, or below it.
    private static func rest(_ value: BlueprintValue, _ indentation: String) -> String {
        switch value {
        case .null: " null\n"
        case .flag(let flag): " \(flag)\n"
        case .integer(let number): " \(number)\n"
        case .text(let text): " \(scalar(text))\n"
        case .map(let members): members.isEmpty ? " {}\n" : "\n" + self.members(value, indentation + "  ")
        case .list(let elements):
            if elements.isEmpty {
                " []\n"
            } else if elements.allSatisfy(\.isText) {
                " [" + elements.map { scalar($0.asText) }.joined(separator: ", ") + "]\n"
            } else {
                "\n" + elements.map { element($0, indentation + "  ") }.joined()
            }
        }
    }

    /// A slot has to stay a word for those who read YAML by its types.
    private static func key(_ key: String) -> String { key.first?.isNumber == true ? quoted(key) : key }

    /// A text plain where nobody can take it for anything else, otherwise as JSON has it, which YAML reads the same.
    private static func scalar(_ text: String) -> String {
        let isPlain =
            text.first?.isLetter == true && text.last != " "
            && text.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "." || $0 == "_" || $0 == " " }
        let meansElse = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"].contains(text.lowercased())
        return isPlain && !meansElse ? text : quoted(text)
    }

    // MARK: JSON

    private static func json(_ value: BlueprintValue, _ indentation: String) -> String {
        let inner = indentation + "  "
        switch value {
        case .null: return "null"
        case .flag(let flag): return "\(flag)"
        case .integer(let number): return "\(number)"
        case .text(let text): return quoted(text)
        case .map(let members):
            if members.isEmpty { return "{}" }
            let lines = members.map { inner + quoted($0.key) + ": " + json($0.value, inner) }
            return "{\n" + lines.joined(separator: ",\n") + "\n" + indentation + "}"
        case .list(let elements):
            if elements.allSatisfy(\.isText) {
                return "[" + elements.map { json($0, "") }.joined(separator: ", ") + "]"
            }
            return "[\n" + elements.map { inner + json($0, inner) }.joined(separator: ",\n") + "\n" + indentation + "]"
        }
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value):
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}

extension BlueprintValue {
    fileprivate var isText: Bool { if case .text = self { true } else { false } }
    fileprivate var asText: String { if case .text(let text) = self { text } else { "" } }
}
