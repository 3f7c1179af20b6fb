import Logging
import Synchronization
import Testing

@testable import SIPTransport

@Suite("What fails again and again is told when it begins, each minute, and when it is over")
struct FaultLogTests {
    /// Keeps what is told.
    private final class Journal: Sendable {
        let lines = Mutex<[String]>([])
        let now = Mutex(ContinuousClock.Instant.now)

        var log: FaultLog {
            let logger = Logger(label: "test") { _ in Handler(journal: self) }
            return FaultLog("it can't be stored", logger) { self.now.withLock { $0 } }
        }

        func wait(_ duration: Duration) { now.withLock { $0 += duration } }
        func take() -> [String] {
            lines.withLock { lines in
                defer { lines = [] }
                return lines
            }
        }
    }

    private struct Handler: LogHandler {
        let journal: Journal
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        init(journal: Journal) { self.journal = journal }

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            journal.lines.withLock { $0.append("\(event.level): \(event.message)") }
        }
    }

    private struct Full: Error, CustomStringConvertible {
        let description: String
    }

    @Test("a thousand failures in a minute are one line, and their end another")
    func oneLine() {
        let journal = Journal()
        let log = journal.log
        for _ in 0..<1_000 { log.failed(Full(description: "the disk is full")) }
        #expect(journal.take() == ["error: it can't be stored: the disk is full"])
        journal.wait(.seconds(60))
        log.failed(Full(description: "the disk is full"))
        #expect(journal.take() == ["error: it can't be stored: the disk is full (1001 times so far)"])
        journal.wait(.seconds(5))
        log.worked()
        log.worked()
        #expect(journal.take() == ["notice: over: it can't be stored (for 65 s, 1001 times)"])
    }

    @Test("another cause is told at once")
    func otherCause() {
        let journal = Journal()
        let log = journal.log
        log.failed(Full(description: "the disk is full"))
        log.failed(Full(description: "it is busy"))
        #expect(
            journal.take() == [
                "error: it can't be stored: the disk is full", "error: it can't be stored: it is busy (2 times so far)",
            ])
    }
}
