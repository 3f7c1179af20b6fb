/// A text of the gateway's request, with placeholders in braces for what differs from message to message.
package struct RequestTemplate: Sendable, Equatable {
    package enum Placeholder: String, CaseIterable, Sendable {
        /// The mobile number as it was entered: `09012345678`.
        case to
        /// The same with the country's code: `+819012345678`.
        case e164
        case text
        /// The configured sender.
        case from
        /// One for each event, so that a gateway can recognise a repeat.
        case id
        /// From the secret's file.
        case secret
    }

    /// How a value is written so that it stays one value where it stands.
    package enum Escaping: Sendable {
        /// RFC 3986 §2.1; also for application/x-www-form-urlencoded.
        case percent
        /// Inside the quotes of a JSON string (RFC 8259 §7).
        case json
        /// In an element or in the quotes of an attribute (XML 1.0 §2.4, §3.3.3).
        case xml
        case plain

        /// By the media type of a body.
        package init(contentType: String) {
            let type = contentType.prefix { $0 != ";" }.lowercased().filter { $0 != " " }
            switch type {
            case "application/json": self = .json
            case "application/xml", "text/xml": self = .xml
            case "application/x-www-form-urlencoded": self = .percent
            default: self = type.hasSuffix("+json") ? .json : type.hasSuffix("+xml") ? .xml : .plain
            }
        }

        func text(_ value: String) -> String {
            switch self {
            case .plain: value
            case .percent: Self.percent(value)
            case .json: Self.json(value)
            case .xml: Self.xml(value)
            }
        }

        private static func percent(_ value: String) -> String {
            value.utf8.map { octet in
                switch octet {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                    UInt8(ascii: "~"):
                    String(UnicodeScalar(octet))
                default: "%" + (octet < 16 ? "0" : "") + String(octet, radix: 16, uppercase: true)
                }
            }.joined()
        }

        private static func json(_ value: String) -> String {
            value.unicodeScalars.map { scalar in
                switch scalar {
                case "\"": "\\\""
                case "\\": "\\\\"
                case "\n": "\\n"
                case "\u{0}"..."\u{1F}":
                    "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
                default: String(scalar)
                }
            }.joined()
        }

        /// A document has no place for most control characters (XML 1.0 §2.2), so they are left out.
        private static func xml(_ value: String) -> String {
            value.unicodeScalars.map { scalar in
                switch scalar {
                case "&": "&amp;"
                case "<": "&lt;"
                case ">": "&gt;"
                case "\"": "&quot;"
                case "'": "&apos;"
                case "\t", "\n", "\r": "&#\(scalar.value);"
                case "\u{0}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": ""
                default: String(scalar)
                }
            }.joined()
        }
    }

    let text: String

    package init(_ text: String) {
        self.text = text
    }

    package func contains(_ placeholder: Placeholder) -> Bool { text.contains("{\(placeholder.rawValue)}") }

    /// In one pass: what a value says is never taken for a placeholder. Braces around anything else stay, as JSON has
    /// them.
    func filled(with values: [Placeholder: String], _ escaping: Escaping) -> String {
        var result = ""
        var rest = text[...]
        while let open = rest.firstIndex(of: "{") {
            result += rest[..<open]
            rest = rest[rest.index(after: open)...]
            guard let close = rest.firstIndex(of: "}"), let name = Placeholder(rawValue: String(rest[..<close])),
                let value = values[name]
            else {
                result += "{"
                continue
            }
            result += escaping.text(value)
            rest = rest[rest.index(after: close)...]
        }
        return result + rest
    }
}
