import ArgumentParser
import Foundation
import Metering
import Storage

/// `tsunagi top`: what a running server does, in the terminal.
struct TopCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "top", abstract: "Show what a running server does: calls, outcomes, phones, load, limits.",
        discussion: """
            The server is the one that runs on the data directory, or the one whose metrics are told at --server. \
            q or Ctrl-C ends.

            EXAMPLE
              tsunagi top
              tsunagi top --once --json --server 127.0.0.1:9090
            """)

    @Option(
        name: .customLong("data"),
        help: ArgumentHelp("The data directory (default: $TSUNAGI_DATA, or ./data).", valueName: "dir"))
    var dataDirectory: String?

    @Option(help: ArgumentHelp("Where the server tells its metrics, instead.", valueName: "host:port"))
    var server: String?

    @Option(help: ArgumentHelp("Seconds from one look to the next.", valueName: "seconds"))
    var interval = 1

    @Flag(help: "Look once, for as many seconds, print it and end.")
    var once = false

    @Flag(help: "Print JSON: an object a line.")
    var json = false

    func validate() throws {
        guard (1...3600).contains(interval) else { throw ValidationError("--interval is 1 to 3600 seconds") }
        if let server, IPText.hostAndPort(server) == nil {
            throw ValidationError("--server is a host and a port, such as 127.0.0.1:9090")
        }
    }

    func run() throws {
        try CommandOutput(json: json).answering { _ in
            var watch = try Watch(client())
            guard !once, !json, let screen = FullScreen() else { return try printLoads(&watch) }
            defer { screen.end() }
            show(&watch, on: screen)
        }
    }

    private func client() throws -> ManagementClient {
        if let server, let (host, port) = IPText.hostAndPort(server) { return ManagementClient(host: host, port: port) }
        let directory = try DataDirectory(existing: dataDirectory)
        guard let address = DataDirectoryLock.management(of: directory), let (host, port) = IPText.hostAndPort(address)
        else { throw NoServer(directory: directory.path) }
        return ManagementClient(host: host, port: port)
    }

    private func printLoads(_ watch: inout Watch) throws {
        repeat {
            Thread.sleep(forTimeInterval: Double(interval))
            let load = try watch.look()
            if json {
                StandardOutput.write(try Self.encoded(load) + "\n")
            } else {
                let screen = TopScreen(load: load, address: watch.client.address)
                StandardOutput.write(
                    screen.lines(width: 80).map(\.text).joined(separator: "\n") + (once ? "\n" : "\n\n"))
            }
            try StandardOutput.flush()
        } while !once
    }

    private func show(_ watch: inout Watch, on screen: FullScreen) {
        var last: ServerLoad?
        screen.draw([(.quiet, "tsunagi top: looking at \(watch.client.address) …")])
        while screen.pause(for: .seconds(interval)) {
            var trouble: String?
            do {
                last = try watch.look()
            } catch {
                trouble = "\(error)"
            }
            guard let last else { continue }
            screen.draw(
                TopScreen(load: last, address: watch.client.address, trouble: trouble)
                    .lines(width: FullScreen.size.width))
        }
    }

    private static func encoded(_ load: ServerLoad) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(load), as: UTF8.self)
    }

    /// Looks at a server again and again.
    private struct Watch {
        let client: ManagementClient
        private var last: MetricsReading
        private var lastAt = ContinuousClock.now

        init(_ client: ManagementClient) throws {
            self.client = client
            last = MetricsReading(try client.get("/metrics"))
        }

        mutating func look() throws -> ServerLoad {
            let reading = MetricsReading(try client.get("/metrics"))
            let now = ContinuousClock.now
            defer { (last, lastAt) = (reading, now) }
            return ServerLoad(
                from: last, to: reading, seconds: (now - lastAt) / .seconds(1), at: Date().timeIntervalSince1970)
        }
    }

    /// The data directory names no server.
    private struct NoServer: Error, CustomStringConvertible {
        let directory: String

        var description: String {
            "no server runs on the data directory \(directory), or it tells no metrics (metrics.listen is off): start "
                + "one with \"tsunagi serve\", or name the address of another with --server"
        }
    }
}
