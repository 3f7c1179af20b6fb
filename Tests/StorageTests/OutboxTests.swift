import GRDB
import Testing

@testable import Storage

@Suite struct OutboxTests {
    let temporary: TemporaryDataDirectory
    let control: ControlDatabase

    init() throws {
        temporary = try TemporaryDataDirectory()
        control = try ControlDatabase(temporary.directory)
    }

    private func message(
        _ event: String, channel: OutboxChannel = .mail, isSecret: Bool = true, expiresAt: Int64? = nil,
        isOptional: Bool = false
    ) -> OutboxMessage {
        OutboxMessage(
            event: event, kind: channel == .mail ? "mail-code" : "sms-code", channel: channel,
            recipient: channel == .mail ? "taro@example.jp" : "09012345678", language: "ja",
            subject: channel == .mail ? "件名" : "", body: "012345", isSecret: isSecret, isRepeatable: false,
            expiresAt: expiresAt, isOptional: isOptional)
    }

    @discardableResult
    private func enqueue(_ message: OutboxMessage, at now: Int64 = 1_000) throws -> Int64 {
        try #require(try control.write { try $0.enqueue(message, at: now) })
    }

    private func entry(_ id: Int64) throws -> OutboxEntry {
        try #require(try control.read { try $0.outboxEntry(id) })
    }

    private func claim(_ channel: OutboxChannel = .mail, at now: Int64) throws -> Int64? {
        try control.write { try $0.claimMessage(channel, at: now)?.id }
    }

    @Test("there is one message for an event, however often it is put there")
    func oneForEachEvent() throws {
        let id = try enqueue(message("a"))
        #expect(try control.write { try $0.enqueue(message("a", isSecret: false), at: 2_000) } == nil)
        #expect(try control.read { try $0.outbox(OutboxFilter(limit: 9)) }.map(\.id) == [id])
        #expect(try entry(id).isSecret)
        #expect(try entry(id).nextAttemptAt == 1_000)
    }

    @Test("a message is there if and only if its change is")
    func sameTransaction() throws {
        struct Refusal: Error {}
        #expect(throws: Refusal.self) {
            try control.write { transaction in
                try transaction.enqueue(message("a"), at: 1)
                throw Refusal()
            }
        }
        #expect(try control.read { try $0.outbox(OutboxFilter(limit: 9)) }.isEmpty)
    }

    @Test("a message is claimed once, the one that is due first before the others, and each by its channel")
    func claimsOnce() throws {
        let late = try enqueue(message("late"), at: 3_000)
        let (first, second) = (try enqueue(message("1")), try enqueue(message("2")))
        let sms = try enqueue(message("3", channel: .sms))
        #expect(try control.read { try $0.nextOutboxMoment(.mail) } == 1_000)
        #expect(try claim(at: 999) == nil)
        #expect(try [claim(at: 2_000), claim(at: 2_000), claim(at: 2_000)] == [first, second, nil])
        #expect(try entry(first).state == .sending && entry(first).attempts == 1)
        #expect(try claim(.sms, at: 2_000) == sms)
        #expect(try control.read { try $0.nextOutboxMoment(.mail) } == 3_000)
        #expect(try claim(at: 3_000) == late)
        #expect(try control.read { try $0.nextOutboxMoment(.mail) } == nil)
        #expect(try control.write { try $0.interruptedMessages(.mail) }.map(\.id) == [late, first, second])
    }

    @Test(
        "what is secret is erased when it has been sent, and stays where it is kept to be read",
        arguments: [
            (OutboxSettlement.sent, OutboxState.sent, true), (.kept, .kept, false),
            (.waiting(until: 9_000_000, reason: "x"), .waiting, false), (.failed(reason: "x"), .failed, false),
            (.returned, .waiting, false),
        ])
    func settles(settlement: OutboxSettlement, state: OutboxState, isErased: Bool) throws {
        let (secret, open) = (try enqueue(message("a")), try enqueue(message("b", isSecret: false)))
        for id in [secret, open] {
            #expect(try claim(at: 2_000) == id)
            // Later than the other is looked for.
            try control.write { try $0.settle(id, as: settlement, at: 3_000) }
            #expect(try entry(id).state == state)
        }
        #expect(try (entry(secret).body == nil) == isErased)
        #expect(try entry(open).body == "012345")
        #expect(try entry(open).attempts == (settlement == .returned ? 0 : 1))
    }

    @Test("a code that was not sent in time is not sent any more, and is erased, also when it had failed before")
    func expires() throws {
        let waiting = try enqueue(message("a", expiresAt: 5_000))
        let failed = try enqueue(message("b", expiresAt: 5_000), at: 900)
        #expect(try claim(at: 2_000) == failed)
        try control.write { try $0.settle(failed, as: .failed(reason: "550"), at: 2_000) }
        #expect(try claim(at: 5_000) == nil)
        #expect(try control.write { try $0.expireMessages(.mail, at: 4_999) } == 0)
        #expect(try control.write { try $0.expireMessages(.mail, at: 5_000) } == 2)
        for id in [waiting, failed] {
            #expect(try entry(id).state == .expired && entry(id).body == nil)
            #expect(try control.write { try $0.requeueMessage(id, at: 1) } == false)
        }
        #expect(try entry(failed).lastError == "550")
        #expect(try control.read { try $0.nextOutboxMoment(.mail) } == nil)
    }

    @Test("a code that is kept to be read can be read until a while after it has expired, and is erased then")
    func erasesKept() throws {
        let code = try enqueue(message("a", expiresAt: 5_000))
        let open = try enqueue(message("b", isSecret: false, expiresAt: 5_000))
        for id in [code, open] {
            #expect(try claim(at: 2_000) == id)
            try control.write { try $0.settle(id, as: .kept, at: 2_000) }
        }
        let end = 5_000 + OutboxEntry.readableAfterExpiry
        #expect(try control.read { try $0.nextOutboxMoment(.mail) } == end)
        try control.write { try $0.expireMessages(.mail, at: end - 1) }
        #expect(try entry(code).body == "012345")
        #expect(try control.write { try $0.expireMessages(.mail, at: end) } == 0)
        #expect(try entry(code).body == nil && entry(code).state == .kept)
        #expect(try entry(open).body == "012345")
        #expect(try control.read { try $0.nextOutboxMoment(.mail) } == nil)
    }

    @Test("what failed or waits is tried anew or given up, and nothing else is")
    func requeuesAndDiscards() throws {
        let id = try enqueue(message("a"))
        #expect(try claim(at: 1_000) == id)
        #expect(try control.write { try $0.requeueMessage(id, at: 1) } == false)
        #expect(try control.write { try $0.discardMessage(id, at: 1) } == false)
        try control.write { try $0.settle(id, as: .failed(reason: "x"), at: 2_000) }
        #expect(try control.write { try $0.requeueMessage(id, at: 9_000) })
        #expect(try entry(id).state == .waiting && entry(id).attempts == 0 && entry(id).queuedAt == 9_000)
        #expect(try entry(id).createdAt == 1_000)
        #expect(try control.write { try $0.discardMessage(id, at: 9_000) })
        #expect(try entry(id).state == .discarded && entry(id).body == nil)
        #expect(try control.write { try $0.requeueMessage(id, at: 1) } == false)
    }

    @Test("settled messages are forgotten after their time, and waiting ones never")
    func forgets() throws {
        for event in ["a", "b", "c"] { try enqueue(message(event)) }
        for settledAt in [2_000, 3_000] as [Int64] {
            let id = try #require(try claim(at: 1_000))
            try control.write { try $0.settle(id, as: .sent, at: settledAt) }
        }
        #expect(try control.write { try $0.forgetMessages(settledBefore: 3_000) } == 1)
        #expect(try control.read { try $0.outbox(OutboxFilter(limit: 9)) }.map(\.event) == ["c", "b"])
        #expect(try control.read { try $0.outbox(OutboxFilter(state: .sent, limit: 9)) }.map(\.event) == ["b"])
        #expect(try control.read { try $0.outbox(OutboxFilter(channel: .sms, limit: 9)) }.isEmpty)
        #expect(try control.read { try $0.outbox(OutboxFilter(before: 3, limit: 1)) }.map(\.event) == ["b"])
    }

    @Test(
        "the schema itself refuses what no message may be, or become again",
        arguments: [
            "UPDATE outbox SET state = 'waiting', next_attempt_at = 1, settled_at = NULL WHERE event = 'sent'",
            "UPDATE outbox SET state = 'sending', settled_at = NULL WHERE event = 'sent'",
            "UPDATE outbox SET body = 'other' WHERE event = 'open'",
            "UPDATE outbox SET body = NULL WHERE event = 'open'",
            "UPDATE outbox SET recipient = 'other@example.jp' WHERE event = 'open'",
            "UPDATE outbox SET event = 'other' WHERE event = 'open'",
            "UPDATE outbox SET state = 'lost' WHERE event = 'open'",
            "UPDATE outbox SET state = 'failed' WHERE event = 'open'",
        ])
    func refuses(sql: String) throws {
        try enqueue(message("sent"))
        try control.write { transaction in
            let claimed = try #require(try transaction.claimMessage(.mail, at: 1_000))
            try transaction.settle(claimed.id, as: .sent, at: 1_000)
        }
        try enqueue(message("open", isSecret: false))
        #expect(throws: SQLiteToolError.self) { try temporary.sqlite("control.db", sql) }
    }

    @Test("no line break gets into a subject or an address", arguments: ["a\nb", "a\r\nBcc: x@example.jp"])
    func refusesLineBreaks(text: String) {
        let base = message("a")
        for (recipient, subject) in [(base.recipient, text), (text + "@example.jp", "s")] {
            let bad = OutboxMessage(
                event: "a", kind: base.kind, channel: .mail, recipient: recipient, language: "ja", subject: subject,
                body: "b", isSecret: false, isRepeatable: false, expiresAt: nil)
            #expect(throws: StorageError.self) { try control.write { try $0.enqueue(bad, at: 1) } }
        }
    }

    @Test("each channel has a limit, and says so instead of growing without end; codes are counted apart")
    func limits() throws {
        try fill(20_000, "NULL")
        let error = #expect(throws: StorageError.self) { try control.write { try $0.enqueue(message("a"), at: 1) } }
        #expect(error?.description.contains("the outbox holds 20000 messages of a channel that wait") == true)
        try enqueue(message("b", channel: .sms))
        try enqueue(message("c", expiresAt: 9_000))
        #expect(try claim(at: 1) == 1)
        try enqueue(message("a"))
    }

    @Test("codes have a limit of their own, and leave room for the rest")
    func limitsCodes() throws {
        try fill(100_000, "9")
        let code = message("a", expiresAt: 9_000)
        let error = #expect(throws: StorageError.self) { try control.write { try $0.enqueue(code, at: 1) } }
        #expect(error?.description.contains("the outbox holds 100000 codes of a channel that wait") == true)
        try enqueue(message("b"))
        try enqueue(message("c", channel: .sms, expiresAt: 9_000))
    }

    @Test("what is optional is dropped and counted when the outbox is full, and the change that it tells of is made")
    func dropsOptional() throws {
        try fill(20_000, "NULL")
        for event in ["a", "b"] {
            let id = try control.write { transaction in
                try transaction.execute("INSERT INTO setting (name, value) VALUES (?, 'x')", [event])
                return try transaction.enqueue(message(event, isOptional: true), at: 1)
            }
            #expect(id == nil)
        }
        #expect(
            try control.read {
                try String.fetchAll($0.db, sql: "SELECT name FROM setting WHERE value = 'x' ORDER BY name")
            } == ["a", "b"])
        #expect(try control.read { try $0.droppedMessages(.mail) } == 2)
        #expect(try control.read { try $0.droppedMessages(.sms) } == 0)
        #expect(try claim(at: 1) == 1)
        #expect(throws: StorageError.self) {
            let bad = OutboxMessage(
                event: "c", kind: "test", channel: .mail, recipient: "nowhere", language: "ja", subject: "s", body: "b",
                isSecret: false, isRepeatable: true, expiresAt: nil, isOptional: true)
            try control.write { try $0.enqueue(bad, at: 1) }
        }
    }

    /// - Parameter expiry: of each of the mails, in SQL.
    private func fill(_ count: Int, _ expiry: String) throws {
        try temporary.sqlite(
            "control.db",
            """
            INSERT INTO outbox (event, kind, channel, recipient, language, subject, body, is_secret, is_repeatable,
                created_at, queued_at, expires_at, state, settled_at)
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(count))
            SELECT 'n' || i, 'test', 'mail', 'a@b.jp', 'ja', 's', 'b', 0, 0, 1, 1, \(expiry), 'failed', 1 FROM n;
            UPDATE outbox SET state = 'waiting', next_attempt_at = 1, settled_at = NULL;
            """)
    }
}
