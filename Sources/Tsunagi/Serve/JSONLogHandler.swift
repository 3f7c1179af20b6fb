import Foundation
import Logging

/// Writes what a server tells as one JSON object a line, for programs that gather logs. What belongs to a call has its
/// Call-ID under `call-id`.
struct JSONLogHandler: LogHandler {
    var logLevel = Logger.Level.info
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?
    private let write: @Sendable (String) -> Void

    /// - Parameter write: takes whole lines.
    init(write: @escaping @Sendable (String) -> Void = { StandardError.write($0) }) {
        self.write = write
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: Logging.LogEvent) {
        let facts = metadata.merging(metadataProvider?.get() ?? [:]) { $1 }.merging(event.metadata ?? [:]) { $1 }
        write(Self.line(at: Date(), event.level, event.message.description, facts, event.error))
    }

    static func line(
        at time: Date, _ level: Logger.Level, _ message: String, _ facts: Logger.Metadata, _ error: (any Error)? = nil
    ) -> String {
        var members = [
            ("time", time.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))),
            ("level", level.rawValue),
            ("message", message),
        ]
        if let error { members.append(("error", "\(error)")) }
        let taken = Set(members.map(\.0))
        members += facts.sorted { $0.key < $1.key }.filter { !taken.contains($0.key) }.map { ($0, "\($1)") }
        return "{" + members.map { "\(quoted($0)):\(quoted($1))" }.joined(separator: ",") + "}\n"
    }

    private static func quoted(_ text: String) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        return (try? encoder.encode(text)).map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
    }
}
