import Foundation
import Storage
import Synchronization
import Testing

@testable import Notification

@Suite final class OutboxSenderTests {
    /// Answers as it is told, and keeps what it was given.
    private final class Script: Delivery {
        private let state: Mutex<(outcomes: [DeliveryOutcome], delivered: [String])>
        /// Raised when the last outcome has been used, so that a test ends where it wants to.
        private let whenUsed: @Sendable () -> Void

        init(_ outcomes: [DeliveryOutcome], whenUsed: @escaping @Sendable () -> Void = {}) {
            state = Mutex((outcomes, []))
            self.whenUsed = whenUsed
        }

        var delivered: [String] { state.withLock { $0.delivered } }

        func deliver(_ message: OutboxEntry, stop: StopSignal) -> DeliveryOutcome {
            let (outcome, isLast) = state.withLock { state in
                state.delivered.append(message.event)
                return (state.outcomes.isEmpty ? .accepted : state.outcomes.removeFirst(), state.outcomes.isEmpty)
            }
            if isLast { whenUsed() }
            return outcome
        }
    }

    private let directory: DataDirectory
    private let control: ControlDatabase
    private let stop = StopSignal()
    private var now: Int64 = 1_800_000_000_000

    init() throws {
        let path = FileManager.default.temporaryDirectory.path + "/tsunagi-test-" + UUID().uuidString
        directory = try DataDirectory(path: path, environment: [:])
        control = try ControlDatabase(directory)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: directory.path)
    }

    private func enqueue(
        _ event: String, isRepeatable: Bool = true, expiresAt: Int64? = nil, through other: ControlDatabase? = nil
    ) throws {
        try (other ?? control).write { transaction in
            try transaction.enqueue(
                OutboxMessage(
                    event: event, kind: "invitation", channel: .mail, recipient: "taro@example.jp", language: "ja",
                    subject: "s", body: "b", isSecret: true, isRepeatable: isRepeatable, expiresAt: expiresAt),
                at: now)
        }
    }

    private func states() throws -> [String: OutboxState] {
        Dictionary(
            uniqueKeysWithValues: try control.read { try $0.outbox(OutboxFilter(limit: 99)) }.map {
                ($0.event, $0.state)
            })
    }

    private func sender(_ delivery: any Delivery) -> OutboxSender<SeededGenerator> {
        OutboxSender(
            .mail, in: control, by: delivery, policy: RetryPolicy(initialDelay: 10, maximumDelay: 60, patience: 300),
            generator: SeededGenerator(state: 1))
    }

    @discardableResult
    private func work(_ sender: inout OutboxSender<SeededGenerator>) throws -> [OutboxEvent] {
        var events: [OutboxEvent] = []
        try sender.work(until: stop, clock: { now }, report: { events.append($0) })
        return events
    }

    @Test("what waits is sent once, in its order, and never again")
    func sendsOnce() throws {
        for event in ["a", "b", "c"] { try enqueue(event) }
        let script = Script([])
        var sender = sender(script)
        #expect(try work(&sender).count == 3)
        try enqueue("a")
        now += 1_000_000
        #expect(try work(&sender).isEmpty)
        #expect(script.delivered == ["a", "b", "c"])
    }

    @Test("a message that another process puts into an idle outbox is seen at the next look")
    func seesOtherProcesses() throws {
        let script = Script([])
        var sender = sender(script)
        for _ in 1...2 { #expect(try work(&sender).isEmpty) }
        try enqueue("a", through: try ControlDatabase(directory))
        #expect(try work(&sender).count == 1)
        #expect(script.delivered == ["a"])
    }

    @Test("a server that is down is tried again, later and later, until the message is given up")
    func retries() throws {
        try enqueue("a")
        let script = Script(Array(repeating: .postponed(reason: "refused"), count: 99))
        var sender = sender(script)
        var moments: [Int64] = []
        let start = now
        while try states()["a"] != .failed {
            try work(&sender)
            if script.delivered.count > moments.count { moments.append((now - start) / 1000) }
            now += 1_000
        }
        let waits = zip(moments, moments.dropFirst()).map { $1 - $0 }
        #expect(moments.first == 0 && waits.count >= 5 && (moments.last ?? 0) < 300)
        #expect(waits.prefix(4).sorted() == Array(waits.prefix(4)) && waits.allSatisfy { (7...61).contains($0) })
    }

    @Test("a message whose time is over is given up without being sent")
    func expires() throws {
        try enqueue("a", expiresAt: now + 5_000)
        let script = Script([.postponed(reason: "busy")])
        var sender = sender(script)
        try work(&sender)
        now += 5_000
        #expect(try work(&sender) == [.expired(.mail, count: 1)])
        #expect(try states() == ["a": .expired])
        #expect(script.delivered == ["a"])
    }

    @Test("two servers on one outbox never send the same message")
    func claimsExclusively() throws {
        for index in 0..<40 { try enqueue("\(index)") }
        let script = Script([])
        let (other, stop, moment) = (try ControlDatabase(directory), stop, now)
        let group = DispatchGroup()
        for database in [control, other] {
            group.enter()
            Thread.detachNewThread {
                var sender = OutboxSender(
                    .mail, in: database, by: script, policy: RetryPolicy(), generator: SeededGenerator(state: 1))
                try? sender.work(until: stop, clock: { moment }, report: { _ in })
                group.leave()
            }
        }
        group.wait()
        #expect(try states().values.allSatisfy { $0 == .sent })
        #expect(script.delivered.sorted() == (0..<40).map(String.init).sorted())
    }

    @Test("a message that was sent while the database could not be told is settled later, and not sent again")
    func settlesLater() throws {
        try enqueue("a")
        try sqlite(
            """
            CREATE TRIGGER full BEFORE UPDATE ON outbox WHEN NEW.state = 'sent'
            BEGIN SELECT RAISE(ABORT, 'the disk is full'); END
            """)
        let script = Script([])
        var sender = sender(script)
        for _ in 1...3 { #expect(throws: StorageError.self) { try work(&sender) } }
        #expect(try states() == ["a": .sending])
        try sqlite("DROP TRIGGER full")
        try work(&sender)
        #expect(try states() == ["a": .sent])
        #expect(script.delivered == ["a"])
    }

    private func sqlite(_ sql: String) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["sqlite3", "-bail", directory.controlPath, sql]
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }

    @Test("after a crash in the middle of sending, a mail is sent again and a code is not")
    func recovers() throws {
        try enqueue("mail")
        try enqueue("code", isRepeatable: false)
        for _ in 1...2 { try control.write { _ = try $0.claimMessage(.mail, at: now) } }
        let script = Script([])
        var sender = sender(script)
        try work(&sender)
        #expect(script.delivered.isEmpty)
        try sender.recover(at: now) { _ in }
        #expect(try states() == ["mail": .waiting, "code": .failed])
        try work(&sender)
        #expect(script.delivered == ["mail"])
        let code = try control.read { try $0.outbox(OutboxFilter(state: .failed, limit: 1)) }.first
        #expect(code?.lastError?.contains("may have arrived, and is not sent a second time") == true)
    }

    @Test("when the server ends, what is not handed over goes back into the line")
    func stops() throws {
        for event in ["a", "b", "c"] { try enqueue(event) }
        let script = Script([.accepted, .stopped]) { [stop] in stop.raise() }
        var sender = sender(script)
        try work(&sender)
        #expect(try states() == ["a": .sent, "b": .waiting, "c": .waiting])
        #expect(script.delivered == ["a", "b"])
    }

    @Test("a message that only stays in the outbox keeps its text, and a secret one until it is worth nothing")
    func keeps() throws {
        try enqueue("a", expiresAt: now + 5_000)
        var sender = sender(OutboxOnlyDelivery())
        func entry() throws -> OutboxEntry? { try control.read { try $0.outbox(OutboxFilter(limit: 1)) }.first }
        try work(&sender)
        #expect(try entry()?.state == .kept && entry()?.body == "b")
        now += 5_000
        try work(&sender)
        #expect(try entry()?.body == "b")
        now += OutboxEntry.readableAfterExpiry
        #expect(try work(&sender).isEmpty)
        #expect(try entry()?.state == .kept && entry()?.body == nil)
    }

    @Test("what was dropped is told once, and not what was before the server started")
    func tellsDropped() throws {
        try sqlite("INSERT INTO outbox_dropped (channel, count) VALUES ('mail', 3)")
        var sender = sender(Script([]))
        #expect(try work(&sender).isEmpty)
        try sqlite("UPDATE outbox_dropped SET count = 5")
        #expect(try work(&sender) == [.dropped(.mail, count: 2)])
        #expect(try work(&sender).isEmpty)
    }
}
