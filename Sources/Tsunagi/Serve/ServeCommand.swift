import ArgumentParser
import Foundation
import Glibc
import SIPTransport

/// `tsunagi serve`: the server, until it is told to stop.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Serve SIP and the web sites, until SIGTERM or SIGINT.",
        discussion: """
            Calls that are being set up are given some time to end (timers.shutdown); a second signal ends at once.

            EXAMPLE
              tsunagi serve --sip udp:127.0.0.1:5060 --sip tcp:127.0.0.1:5060 \\
                  --domain lab.test
              tsunagi serve --metrics 127.0.0.1:9090
            """)

    @Option(
        name: .customLong("data"),
        help: ArgumentHelp("The data directory (default: $TSUNAGI_DATA, or ./data).", valueName: "dir"))
    var dataDirectory: String?

    @Option(
        name: .customLong("sip"),
        help: ArgumentHelp(
            "Where to listen, such as udp:127.0.0.1:5060 or tcp:[::1]:5060; may be repeated.", valueName: "address"))
    var listeners: [String] = []

    @Option(
        name: .customLong("domain"),
        help: ArgumentHelp("A name that calls to our numbers are addressed with; may be repeated.", valueName: "host"))
    var domains: [String] = []

    @Option(
        name: .customLong("http"),
        help: ArgumentHelp(
            "Where to serve the web sites (default: 127.0.0.1:8080), or off.", valueName: "address"))
    var httpListener: String?

    @Option(
        help: ArgumentHelp(
            "Where to tell metrics and health (default: 127.0.0.1, any free port), or off.", valueName: "address"))
    var metrics: String?

    @Option(
        name: .customLong("tls-cert"),
        help: ArgumentHelp(
            "The certificate of the web sites with those that it was signed by (PEM); read anew when it changes.",
            valueName: "file"))
    var certificate: String?

    @Option(name: .customLong("tls-key"), help: ArgumentHelp("Its private key (PEM).", valueName: "file"))
    var certificateKey: String?

    @Flag(help: "Show codes and mails at /lab/outbox, on a loopback address only.")
    var lab = false

    @Option(
        name: .customLong("config"),
        help: ArgumentHelp(
            "A configuration file in YAML or JSON; environment and options go before it.", valueName: "file"))
    var configurationFile: String?

    @Option(
        help: ArgumentHelp(
            "A capture server that gets a copy of every SIP message (HEPv3 over UDP).", valueName: "address"))
    var hep: String?

    @Option(help: ArgumentHelp("How the log is written: text, or json.", valueName: "format"))
    var logFormat: String?

    @Option(help: ArgumentHelp("Event loops that share the calls (default: one for each core).", valueName: "count"))
    var shards: Int?

    func run() async throws {
        do {
            try await serve()
        } catch {
            CommandOutput(json: false).refuse("\(error)")
            throw ExitCode.failure
        }
    }

    private func serve() async throws {
        let configuration = try ConfigurationLoader.load(file: configurationFile, overrides: overrides)
        // A log or a shell that goes away must not end the server.
        _ = signal(SIGPIPE, SIG_IGN)
        let signals = ShutdownSignals()
        Self.raiseFileLimit()
        let composition = try await ServerComposition.start(configuration, dataDirectory: dataDirectory)
        print(composition.readyLine)
        // All streams: whoever waits for this line reads it through a pipe.
        fflush(nil)
        await signals.first()
        await composition.stop()
    }

    private var overrides: [ConfigurationLoader.Override] {
        var overrides: [ConfigurationLoader.Override] = []
        if !listeners.isEmpty { overrides.append(.init(key: "sip.listen", values: listeners, option: "--sip")) }
        if !domains.isEmpty { overrides.append(.init(key: "domains", values: domains, option: "--domain")) }
        if let httpListener { overrides.append(.init(key: "http.listen", values: [httpListener], option: "--http")) }
        if let metrics { overrides.append(.init(key: "metrics.listen", values: [metrics], option: "--metrics")) }
        if let certificate {
            overrides.append(.init(key: "http.tls.certificate", values: [certificate], option: "--tls-cert"))
        }
        if let certificateKey {
            overrides.append(.init(key: "http.tls.key", values: [certificateKey], option: "--tls-key"))
        }
        if lab { overrides.append(.init(key: "http.lab", values: ["on"], option: "--lab")) }
        if let hep { overrides.append(.init(key: "hep.server", values: [hep], option: "--hep")) }
        if let logFormat {
            overrides.append(.init(key: "log.format", values: [logFormat], option: "--log-format"))
        }
        if let shards { overrides.append(.init(key: "shards", values: ["\(shards)"], option: "--shards")) }
        return overrides
    }

    /// Each TCP connection takes a file descriptor; the usual soft limit of 1,024 is for programs that use select(2).
    private static func raiseFileLimit() {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
