import ArgumentParser
import CallRouting
import Replay
import Storage

struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Play a capture or a script through the engine, and show the call as a ladder with its decisions.",
        discussion: """
            A capture (pcap or pcapng) goes through on its own times. Without --data the engine stands in the wire, and \
            what comes out is held against what went in; with --data it takes the place of the proxy in the capture and \
            decides by the rules of that directory. A script (its name ends with .script) says itself who takes part, \
            under which rules, and what must come of it.

            EXAMPLE
              tsunagi replay Fixtures/forwarding/no-answer.script --svg ladder.svg
              tsunagi replay trace.pcap --data ./data --json

            Exit codes: 0 all as it must be, 1 something else happened or the file can't be read, 64 wrong usage.
            """)

    @Argument(help: "A file.pcap, file.pcapng or file.script.")
    var file: String

    @Option(
        name: .customLong("data"),
        help: ArgumentHelp("Use the rules of this data directory instead of the script's.", valueName: "dir"))
    var dataDirectory: String?

    @Option(
        help: ArgumentHelp("With --data: the server's configuration, for its limits and voice mail.", valueName: "file")
    )
    var config: String?

    @Option(help: ArgumentHelp("Draw the ladder into this file.", valueName: "file"))
    var svg: String?

    @Flag(help: "With --svg: replace a file that is there already.")
    var overwrite = false

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        if config != nil, dataDirectory == nil { throw ValidationError("--config goes with --data.") }
        if overwrite, svg == nil { throw ValidationError("--overwrite goes with --svg.") }
        if svg == "-" { throw ValidationError("The ladder's drawing is a file: give its name.") }
    }

    func run() throws {
        try CommandOutput(json: json).answering { output in
            try ReadFile.require(file)
            let report = try ReplayFile.replay(file, rules: try rules())
            if let svg { try write(report.ladder.svg(), to: svg) }
            let sheet = ReplaySheet(file: file, report)
            try output.show(sheet, text: sheet.text)
            guard report.failures.isEmpty else {
                // What was shown as JSON has its failures in it already.
                for failure in report.failures { CommandOutput(json: false).refuse(failure) }
                throw ExitCode.failure
            }
        }
    }

    private func rules() throws -> ReplayRules? {
        guard let dataDirectory else { return nil }
        // A replay reads; it makes no directory where none is.
        let reader = try ControlReader(try DataDirectory(existing: dataDirectory))
        let server = try ConfigurationLoader.load(file: config)
        let secret = Array(repeating: UInt8(0x54), count: 32)
        let configuration = RoutingConfiguration(
            server, listeners: [], realm: try reader.realm(), secret: secret, nonceSecret: secret)
        return ReplayRules(directory: reader, configuration: configuration)
    }

    private func write(_ picture: String, to path: String) throws {
        let place = try FileInPlace(path, replaces: overwrite)
        try place.write(Array(picture.utf8))
        try place.putInPlace()
    }
}
