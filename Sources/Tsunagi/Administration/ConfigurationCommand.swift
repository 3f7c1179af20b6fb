import ArgumentParser

/// Reads a configuration as a server would, and tells what came of it.
struct ConfigurationCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "configuration",
        abstract: "Check a server's configuration, and list every key with its value.",
        discussion: """
            The file is YAML or JSON, with nested keys or dots in them. Over it goes the environment: TSUNAGI_ and the \
            key in capitals, with _ for each dot, and commas in lists.

            EXAMPLE
              tsunagi configuration
              TSUNAGI_ANONYMOUS_STATUS=403 \\
                  tsunagi configuration --config tsunagi.yaml --json
            """)

    private struct Line: Encodable {
        let key: String
        let value: [String]
        let isDefault: Bool
        let allowed: String
        let summary: String
        let environmentVariable: String
    }

    @Option(help: ArgumentHelp("The configuration file.", valueName: "file"))
    var config: String?

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        try CommandOutput(json: json).answering { output in
            CommandOutput.warnOfUnknownVariables()
            let loaded = try ConfigurationLoader.load(file: config)
            try output.list(ConfigurationKey.all.map { Self.line($0, loaded) }, empty: "", text: Self.text)
        }
    }

    private static func line(_ key: ConfigurationKey, _ configuration: ServerConfiguration) -> Line {
        let values = key.values(configuration)
        return Line(
            key: key.name, value: values, isDefault: values == key.values(ServerConfiguration()),
            allowed: key.allowed, summary: key.summary, environmentVariable: key.environmentVariable)
    }

    private static func text(_ line: Line) -> String {
        let value = line.value.isEmpty ? "(none)" : line.value.joined(separator: ", ")
        return line.key.column(30) + (line.isDefault ? value : value + "  (set)") + "\n"
            + "".column(30) + line.summary + "; " + line.allowed
    }
}
