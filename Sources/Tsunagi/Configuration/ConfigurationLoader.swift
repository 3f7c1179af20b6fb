import Foundation
import Storage

/// Puts a configuration together: the file, over it the environment, over that the options.
struct ConfigurationLoader {
    /// A value from an option of the command line.
    struct Override {
        let key: String
        let values: [String]
        /// As it was typed: `--domain`.
        let option: String
    }

    /// - Parameters:
    ///   - path: of the file; nil: there is none.
    ///   - overrides: an option that may be repeated gives all of its values at once.
    /// - Throws: ``ConfigurationError`` for the first thing that is wrong.
    static func load(
        file path: String? = nil, environment: [String: String] = ProcessInfo.processInfo.environment,
        overrides: [Override] = []
    ) throws(ConfigurationError) -> ServerConfiguration {
        var loader = ConfigurationLoader()
        if let path { try loader.apply(try ConfigurationFile(path: path)) }
        try loader.apply(environment: environment)
        for override in overrides {
            try loader.set(override.key, to: override.values, at: .option(override.option))
        }
        try loader.checkTogether()
        return loader.configuration
    }

    private var configuration = ServerConfiguration()

    private static let keys = Dictionary(uniqueKeysWithValues: ConfigurationKey.all.map { ($0.name, $0) })

    private mutating func apply(_ file: ConfigurationFile) throws(ConfigurationError) {
        var seen: Set<String> = []
        for value in file.values {
            guard seen.insert(value.key).inserted else { throw .repeatedKey(value.key, value.place) }
            try set(value.key, to: value.texts, at: value.place)
        }
    }

    /// Variables that begin with TSUNAGI_ and stand for no key are no fault: see ``unknownVariables(in:)``.
    private mutating func apply(environment: [String: String]) throws(ConfigurationError) {
        for key in ConfigurationKey.all {
            guard let text = environment[key.environmentVariable] else { continue }
            let values =
                key.isList
                ? text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
                : [text]
            try set(key.name, to: values, at: .environment(variable: key.environmentVariable))
        }
    }

    private mutating func set(
        _ name: String, to values: [String], at place: ConfigurationError.Place
    ) throws(ConfigurationError) {
        guard let key = Self.keys[name] else { throw .unknownKey(name, place, nearest: Self.nearest(to: name)) }
        // A key without a value: an empty list, or the default taken away.
        let texts = values.isEmpty && !key.isList ? [""] : values
        guard key.assign(&configuration, texts) else {
            throw .wrongValue(key: name, value: texts.joined(separator: ", "), place, allowed: key.allowed)
        }
    }

    private func checkTogether() throws(ConfigurationError) {
        let registrar = configuration.registrar
        guard registrar.minimumExpires <= registrar.defaultExpires,
            registrar.defaultExpires <= registrar.maximumExpires
        else {
            throw .contradiction(
                "registrar.expires.minimum (\(registrar.minimumExpires)), default (\(registrar.defaultExpires)) and "
                    + "maximum (\(registrar.maximumExpires)): each must be at least the one before it")
        }
        guard !configuration.sip.listen.isEmpty else {
            throw .contradiction("sip.listen is empty: name at least one address, such as udp:127.0.0.1:5060")
        }
        try configuration.http.check()
        if let text = configuration.messagesContradiction { throw .contradiction(text) }
    }

    /// The key that was probably meant: by its letters, or by its last word.
    private static func nearest(to name: String) -> String? {
        nearest(to: name, among: ConfigurationKey.all.map(\.name))
    }

    fileprivate static func nearest(to name: String, among names: [String]) -> String? {
        if let name = Spelling.nearest(to: name, among: names) { return name }
        let leaf = name.split(separator: ".").last ?? ""
        return names.first { $0.split(separator: ".").last == leaf }
    }
}

extension ConfigurationLoader {
    /// A variable of the environment that reads like one of ours and that nobody reads.
    struct UnknownVariable: Equatable, CustomStringConvertible {
        let name: String
        /// The one that was probably meant.
        let nearest: String?

        var description: String {
            "the environment variable \(name) is not known and has no effect; "
                + (nearest.map { "did you mean \($0)?" } ?? "\"tsunagi configuration --json\" names those that are")
        }
    }

    /// Read elsewhere than here: where the data is, and what the tools and tests of a checkout go by.
    private static let otherVariables: Set<String> = [
        DataDirectory.environmentVariable, "TSUNAGI_BIN", "TSUNAGI_CORPORA", "TSUNAGI_FUZZ", "TSUNAGI_KILLS",
        "TSUNAGI_SCREENSHOTS", "TSUNAGI_SEED",
    ]

    /// What begins with TSUNAGI_ and is none of ours, by its name. Worth a warning and no more: the environment is others'
    /// too, and one of them may have a use for it.
    static func unknownVariables(
        in environment: [String: String] = ProcessInfo.processInfo.environment
    ) -> [UnknownVariable] {
        let prefix = ConfigurationKey.variablePrefix
        // Compared without the prefix, which all have in common.
        let known = Dictionary(
            uniqueKeysWithValues: ConfigurationKey.all.map { ($0.name, $0.environmentVariable) }
                + [("data", DataDirectory.environmentVariable)])
        let names = ConfigurationKey.all.map(\.name) + ["data"]
        return environment.keys.filter { name in
            name.hasPrefix(prefix) && !otherVariables.contains(name) && !known.values.contains(name)
        }.sorted().map { name in
            let key = name.dropFirst(prefix.count).lowercased().replacing("_", with: ".")
            return UnknownVariable(name: name, nearest: nearest(to: key, among: names).flatMap { known[$0] })
        }
    }
}
