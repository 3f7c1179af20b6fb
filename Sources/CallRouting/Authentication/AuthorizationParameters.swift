internal import SIPMessage

/// The value of an Authorization header: a scheme and `name=value` parameters (RFC 3261 §25.1 `credentials`).
struct AuthorizationParameters {
    private var values: [String: String] = [:]

    /// The scheme in lower case, for a header of any scheme; nil if there is none.
    static func scheme(_ bytes: ArraySlice<UInt8>) -> String? {
        let word = bytes.prefix { ASCII.isToken($0) }
        return word.isEmpty ? nil : String(decoding: word.lazy.map(ASCII.lowercased), as: UTF8.self)
    }

    /// Nil if it is malformed: no `=`, a quote without its end, the same name twice, text that is not UTF-8.
    init?(_ bytes: ArraySlice<UInt8>) {
        var rest = bytes.drop { ASCII.isToken($0) }
        guard let blank = rest.first, ASCII.isBlank(blank) else { return nil }
        while true {
            rest = rest.drop(while: ASCII.isBlank)
            let name = rest.prefix { ASCII.isToken($0) }
            guard !name.isEmpty else { return nil }
            rest = rest[name.endIndex...].drop(while: ASCII.isBlank)
            guard rest.first == ASCII.equals else { return nil }
            rest = rest.dropFirst().drop(while: ASCII.isBlank)
            guard let value = Self.value(&rest) else { return nil }
            let key = String(decoding: name.lazy.map(ASCII.lowercased), as: UTF8.self)
            guard values.updateValue(value, forKey: key) == nil else { return nil }
            rest = rest.drop(while: ASCII.isBlank)
            guard let comma = rest.first else { return }
            guard comma == ASCII.comma else { return nil }
            rest = rest.dropFirst()
        }
    }

    /// Without quotes and escapes; nil if there is none. Names are in lower case.
    subscript(name: String) -> String? { values[name] }

    private static func value(_ rest: inout ArraySlice<UInt8>) -> String? {
        guard rest.first == ASCII.quote else {
            let token = rest.prefix { $0 != ASCII.comma && !ASCII.isBlank($0) }
            guard !token.isEmpty, !token.contains(ASCII.quote) else { return nil }
            rest = rest[token.endIndex...]
            return String(validating: token, as: UTF8.self)
        }
        var text: [UInt8] = []
        var position = rest.startIndex + 1
        while position < rest.endIndex, rest[position] != ASCII.quote {
            if rest[position] == ASCII.backslash { position += 1 }
            guard position < rest.endIndex else { return nil }
            text.append(rest[position])
            position += 1
        }
        guard position < rest.endIndex else { return nil }
        rest = rest[(position + 1)...]
        return String(validating: text, as: UTF8.self)
    }
}
