/// One key of the configuration: its name, what is allowed, and where the value goes.
struct ConfigurationKey: Sendable {
    /// Where a value goes.
    typealias Field<Value> = any WritableKeyPath<ServerConfiguration, Value> & Sendable

    /// Words with dots between them: `voicemail.uri`.
    let name: String
    /// Completes "is …": what a value has to be.
    let allowed: String
    let summary: String
    /// Takes the values, several only for a list. False: they are not allowed.
    let assign: @Sendable (inout ServerConfiguration, [String]) -> Bool
    /// The present values, as they would be written.
    let values: @Sendable (ServerConfiguration) -> [String]
    let isList: Bool

    static let variablePrefix = "TSUNAGI_"

    /// `TSUNAGI_VOICEMAIL_URI` for `voicemail.uri`. Lists have commas between their values there.
    var environmentVariable: String {
        Self.variablePrefix + name.uppercased().replacing(".", with: "_")
    }

    private init<Value>(
        _ name: String, _ field: Field<Value>, allowed: String,
        _ summary: String,
        read: @escaping @Sendable (String) -> Value?, write: @escaping @Sendable (Value) -> String?
    ) {
        self.name = name
        self.allowed = allowed
        self.summary = summary
        isList = false
        assign = { configuration, texts in
            guard texts.count == 1, let value = read(texts[0]) else { return false }
            configuration[keyPath: field] = value
            return true
        }
        values = { [write($0[keyPath: field])].compactMap { $0 } }
    }

    static func integer(
        _ name: String, _ field: Field<Int>, _ range: ClosedRange<Int>,
        _ summary: String
    ) -> ConfigurationKey {
        let allowed =
            range.upperBound == .max
            ? "\(range.lowerBound) or more" : "a whole number from \(range.lowerBound) to \(range.upperBound)"
        return ConfigurationKey(
            name, field, allowed: allowed, summary, read: { Int($0).flatMap { range.contains($0) ? $0 : nil } },
            write: String.init)
    }

    static func oneOf(
        _ name: String, _ field: Field<Int>, _ choices: [Int],
        _ summary: String
    ) -> ConfigurationKey {
        ConfigurationKey(
            name, field, allowed: choices.map(String.init).joined(separator: " or "), summary,
            read: { Int($0).flatMap { choices.contains($0) ? $0 : nil } }, write: String.init)
    }

    static func choice<Value: RawRepresentable & CaseIterable & Sendable>(
        _ name: String, _ field: Field<Value>, _ summary: String
    ) -> ConfigurationKey where Value.RawValue == String {
        ConfigurationKey(
            name, field, allowed: "one of " + Value.allCases.map(\.rawValue).joined(separator: ", "), summary,
            read: { Value(rawValue: $0.lowercased()) }, write: \.rawValue)
    }

    static func toggle(
        _ name: String, _ field: Field<Bool>, _ summary: String
    ) -> ConfigurationKey {
        ConfigurationKey(
            name, field, allowed: "on or off", summary,
            read: { text in
                switch text.lowercased() {
                case "on", "true", "yes": true
                case "off", "false", "no": false
                default: nil
                }
            }, write: { $0 ? "on" : "off" })
    }

    /// - Parameter isAllowed: an empty text takes the value away and is always allowed.
    static func text(
        _ name: String, _ field: Field<String?>, allowed: String,
        _ summary: String,
        where isAllowed: @escaping @Sendable (String) -> Bool
    ) -> ConfigurationKey {
        ConfigurationKey(
            name, field, allowed: allowed, summary,
            read: { text in text.isEmpty ? .some(nil) : isAllowed(text) ? .some(text) : nil }, write: { $0 })
    }

    /// - Parameter isAllowed: of each value.
    static func list(
        _ name: String, _ field: Field<[String]>, allowed: String,
        _ summary: String,
        where isAllowed: @escaping @Sendable (String) -> Bool
    ) -> ConfigurationKey {
        ConfigurationKey(
            list: name, field, allowed: allowed, summary, read: { isAllowed($0) ? $0 : nil }, write: { $0 })
    }

    static func integers(
        _ name: String, _ field: Field<[Int]>, _ range: ClosedRange<Int>,
        _ summary: String
    ) -> ConfigurationKey {
        ConfigurationKey(
            list: name, field,
            allowed: "a list of whole numbers from \(range.lowerBound) to \(range.upperBound)", summary,
            read: { Int($0).flatMap { range.contains($0) ? $0 : nil } }, write: String.init)
    }

    private init<Value>(
        list name: String, _ field: Field<[Value]>, allowed: String,
        _ summary: String,
        read: @escaping @Sendable (String) -> Value?, write: @escaping @Sendable (Value) -> String
    ) {
        self.name = name
        self.allowed = allowed
        self.summary = summary
        isList = true
        assign = { configuration, texts in
            let values = texts.compactMap(read)
            guard values.count == texts.count else { return false }
            configuration[keyPath: field] = values
            return true
        }
        values = { $0[keyPath: field].map(write) }
    }
}
