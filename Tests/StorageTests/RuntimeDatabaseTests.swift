import Directory
import GRDB
import Glibc
import Testing

@testable import Storage

@Suite struct RuntimeDatabaseTests {
    let temporary: TemporaryDataDirectory
    let runtime: RuntimeDatabase

    init() throws {
        temporary = try TemporaryDataDirectory()
        runtime = try RuntimeDatabase(temporary.directory)
    }

    private let phone = Binding(
        contact: "sip:alice@192.0.2.1:5062", parameters: ";+sip.instance=\"<urn:uuid:1>\"", q: 500, callID: "a@b",
        cseq: .max, expiresAt: 10_000, received: "udp:192.0.2.9:40000",
        path: ["<sip:p1.example;lr>", "<sip:p2.example;lr>"], userAgent: "baresip")
    private let desk = Binding(contact: "sip:alice@192.0.2.2", callID: "c", cseq: 1, expiresAt: 5_000)

    @Test("a committed registration is there for the server that starts next, with everything it had")
    func loadsWhatWasCommitted() throws {
        let change = BindingChange(number: .alice, bindings: [phone, desk])
        try runtime.commit([change, BindingChange(number: .bob, bindings: [desk])])
        try runtime.commit([BindingChange(number: .bob, bindings: [])])
        let restarted = try RuntimeDatabase(temporary.directory)
        #expect(try restarted.loadBindings(now: 0) == [change])
    }

    @Test("expired registrations are neither loaded nor listed")
    func leavesOutExpired() throws {
        try runtime.commit([BindingChange(number: .alice, bindings: [phone, desk])])
        #expect(try runtime.bindings(now: 5_000) == [BindingChange(number: .alice, bindings: [phone])])
        #expect(try runtime.bindings(of: .bob, now: 0) == [])
        #expect(try runtime.loadBindings(now: 5_000) == [BindingChange(number: .alice, bindings: [phone])])
        #expect(try runtime.loadBindings(now: 10_000) == [])
    }

    @Test("a removal by another process is told to the server once")
    func tellsRemovals() throws {
        try runtime.commit([BindingChange(number: .alice, bindings: [phone, desk])])
        _ = try runtime.takeRemovals(now: 10)
        let command = try RuntimeDatabase(temporary.directory)
        #expect(try command.removeBindings(of: .alice, contact: desk.contact, now: 1) == [desk])
        #expect(try command.removeBindings(of: .bob, now: 2) == [])
        #expect(
            try runtime.takeRemovals(now: 10)
                == [.init(number: .alice, contact: desk.contact), .init(number: .bob, contact: nil)])
        #expect(try runtime.takeRemovals(now: 10) == [])
        #expect(try runtime.bindings(now: 0) == [BindingChange(number: .alice, bindings: [phone])])
    }

    @Test("what is removed while another process holds the lock is told without waiting for it")
    func tellsRemovalsUnderALock() throws {
        try runtime.commit([BindingChange(number: .alice, bindings: [phone, desk])])
        let command = try RuntimeDatabase(temporary.directory)
        _ = try command.removeBindings(of: .alice, now: 1)
        let told = try command.write { _ in try runtime.takeRemovals(now: 10) }
        #expect(told == [.init(number: .alice, contact: nil)])
    }

    @Test("what is to be stored is asked for when no command can remove anything any more, and all that was is told")
    func settlesUnderTheLock() throws {
        try runtime.commit([BindingChange(number: .alice, bindings: [phone, desk])])
        let command = try RuntimeDatabase(temporary.directory)
        #expect(try command.removeBindings(of: .alice, contact: desk.contact, now: 1) == [desk])
        var told: [BindingRemoval] = []
        try runtime.commit([BindingChange(number: .alice, bindings: [phone, desk])]) { changes in
            told = (try? runtime.takeRemovals(now: 2)) ?? []
            return changes.map { BindingChange(number: $0.number, bindings: [phone]) }
        }
        #expect(told == [.init(number: .alice, contact: desk.contact)])
        #expect(try command.bindings(now: 0) == [BindingChange(number: .alice, bindings: [phone])])
    }

    @Test("a file that was moved away makes room for another one, which gets what it lacks and keeps what it has")
    func replaced() throws {
        try runtime.commit([BindingChange(number: .alice, bindings: [phone, desk])])
        #expect(try !runtime.reopenIfReplaced())
        let path = temporary.directory.runtimePath
        #expect(unsafe rename(path, path + ".away") == 0)
        #expect(try runtime.reopenIfReplaced())
        #expect(try runtime.bindings(now: 0) == [])
        try runtime.commit([BindingChange(number: .bob, bindings: [desk])])
        try runtime.commitMissing([
            BindingChange(number: .alice, bindings: [phone]), BindingChange(number: .bob, bindings: [phone]),
        ])
        let other = try RuntimeDatabase(temporary.directory)
        #expect(
            try other.bindings(now: 0)
                == [BindingChange(number: .alice, bindings: [phone]), BindingChange(number: .bob, bindings: [desk])])
        #expect(try !runtime.reopenIfReplaced())
    }

    @Test("a file that was moved away without its log has all that was stored, and its log becomes nobody else's")
    func movedWithoutLog() throws {
        try runtime.commit([BindingChange(number: .alice, bindings: [phone])])
        let path = temporary.directory.runtimePath
        let other = try TemporaryDataDirectory()
        _ = try RuntimeDatabase(other.directory)
        #expect(unsafe rename(path, path + ".away") == 0)
        #expect(unsafe rename(other.directory.runtimePath, path) == 0)
        #expect(try runtime.reopenIfReplaced())
        #expect(try runtime.bindings(now: 0) == [])
        try runtime.commit([BindingChange(number: .bob, bindings: [desk])])
        #expect(unsafe rename(path + ".away", path) == 0)
        #expect(try runtime.reopenIfReplaced())
        #expect(try runtime.bindings(now: 0) == [BindingChange(number: .alice, bindings: [phone])])
    }

    @Test("a file that is put back does not tell once more what had been removed before")
    func replacedByTheOneBefore() throws {
        _ = try RuntimeDatabase(temporary.directory).removeBindings(of: .alice, now: 1)
        #expect(try runtime.takeRemovals(now: 2) == [.init(number: .alice, contact: nil)])
        let path = temporary.directory.runtimePath
        #expect(unsafe rename(path, path + ".away") == 0)
        #expect(try runtime.reopenIfReplaced())
        #expect(try runtime.takeRemovals(now: 3) == [])
        #expect(unsafe rename(path + ".away", path) == 0)
        #expect(try runtime.reopenIfReplaced())
        _ = try RuntimeDatabase(temporary.directory).removeBindings(of: .bob, now: 4)
        #expect(try runtime.takeRemovals(now: 5) == [.init(number: .bob, contact: nil)])
    }

    @Test(
        "bans are kept until they end, the longer one counts, and a server is told of all when a command has changed them"
    )
    func keepsBans() throws {
        func ban(_ source: String, until: Int64) -> Ban { Ban(source: source, reason: .flood, since: 1, until: until) }
        try runtime.add([ban("192.0.2.1", until: 100), ban("192.0.2.2", until: 200)], now: 1)
        try runtime.add([ban("192.0.2.1", until: 50)], now: 1)
        #expect(try runtime.bans(now: 99).map(\.until) == [100, 200])
        #expect(try runtime.takeChangedBans(now: 100) == [ban("192.0.2.2", until: 200)])
        #expect(try runtime.takeChangedBans(now: 100) == nil)
        let command = try RuntimeDatabase(temporary.directory)
        #expect(try command.removeBan(of: "192.0.2.2", now: 100) == ban("192.0.2.2", until: 200))
        #expect(try command.removeBan(of: "192.0.2.2", now: 100) == nil)
        #expect(try runtime.takeChangedBans(now: 100) == [])
    }

    @Test("bans are bounded, and those that end first make room, whenever they came")
    func boundsBans() throws {
        func ban(_ number: Int, until: Int64) -> Ban {
            Ban(source: "\(number)", reason: .scanner, since: Int64(number), until: until)
        }
        try runtime.add([ban(-1, until: 1_000_000)], now: 1)
        try runtime.add((0..<Ban.limit + 10).map { ban($0, until: 1_000 + Int64($0)) }, now: 1)
        let kept = try runtime.bans(now: 1)
        #expect(kept.count == Ban.limit)
        #expect(kept.contains { $0.source == "-1" })
        #expect(kept.map(\.until).min() == 1_011)
        try runtime.add([ban(Ban.limit + 10, until: 999)], now: 1)
        #expect(try runtime.bans(now: 1) == kept)
    }

    @Test("a database of the release before keeps its bans, and finds those that end first without reading all")
    func migratesBans() throws {
        let old = try TemporaryDataDirectory()
        let second = Schema(
            applicationID: RuntimeSchema.schema.applicationID,
            migrations: Array(RuntimeSchema.schema.migrations.prefix(2)))
        _ = try DatabaseFile.open(old.directory.runtimePath, schema: second, directory: old.directory)
        try old.sqlite("runtime.db", "INSERT INTO ban VALUES ('192.0.2.1', 'flood', 1, 100)")
        let migrated = try RuntimeDatabase(old.directory)
        #expect(try migrated.bans(now: 1) == [Ban(source: "192.0.2.1", reason: .flood, since: 1, until: 100)])
        for statement in ["DELETE FROM ban WHERE until <= 1", "SELECT source FROM ban ORDER BY until LIMIT 1"] {
            let plan = try migrated.read { db in
                try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + statement).map { $0["detail"] as String }
            }
            #expect(plan.contains { $0.contains("ban_by_end") }, "\(statement): \(plan)")
        }
    }

    @Test("a database of the release before keeps its calls, their details and their size")
    func migratesCalls() throws {
        let old = try TemporaryDataDirectory()
        let third = Schema(
            applicationID: RuntimeSchema.schema.applicationID,
            migrations: Array(RuntimeSchema.schema.migrations.prefix(3)))
        _ = try DatabaseFile.open(old.directory.runtimePath, schema: third, directory: old.directory)
        let detail = #"{"decisions":[{"emergency":{"number":"110"}}],"legs":[],"ladder":[]}"#
        for sequence in 1...3 {
            try old.sqlite(
                "runtime.db",
                """
                INSERT INTO call VALUES (
                    \(sequence), 'call-\(sequence)', 'c', \(sequence), NULL, 9, '1', '2', 200, \(detail.count + 200));
                INSERT INTO call_detail VALUES (\(sequence), CAST('\(detail)' AS BLOB));
                """)
        }
        try old.sqlite("runtime.db", "UPDATE call_log SET count = 3, bytes = \(3 * (detail.count + 200))")
        let migrated = try RuntimeDatabase(old.directory)
        try migrated.append([call(4), call(5)])
        #expect(try migrated.calls().map(\.id) == ["call-5", "call-4", "call-3", "call-2", "call-1"])
        #expect(try migrated.call(id: "call-2")?.decisions == [.emergency(number: "110")])
        #expect(try migrated.call(id: "call-5") == call(5))
        #expect(try migrated.prune(olderThan: 0, maximumCount: 1, maximumBytes: .max) == 4)
        #expect(try migrated.call(id: "call-5") == call(5))
        #expect(try migrated.prune(olderThan: 0, maximumCount: 0, maximumBytes: .max) == 1)
        #expect(try leftOvers(in: migrated) == [0, 0, 0])
        let (references, state) = try migrated.read { db in
            (
                try Row.fetchAll(db, sql: "PRAGMA foreign_key_list(call_detail)"),
                try String.fetchOne(db, sql: "PRAGMA integrity_check")
            )
        }
        #expect(references.isEmpty && state == "ok")
        try expectSeeks(in: migrated)
    }

    @Test("to remove the details of some calls, no more is read than has to do with them")
    func seeksDetails() throws { try expectSeeks(in: runtime) }

    private func expectSeeks(in database: RuntimeDatabase) throws {
        let plan = try database.read { db in
            try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + RuntimeDatabase.detailRemoval, arguments: ["[1]"]).map {
                $0["detail"] as String
            }
        }
        #expect(plan.contains("SEARCH c USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"), "\(plan)")
        #expect(!plan.contains { $0.hasPrefix("SCAN call") || $0 == "SCAN c" }, "\(plan)")
    }

    /// How many rows of details there are; and what the log believes that it holds, in calls and octets.
    private func leftOvers(in database: RuntimeDatabase) throws -> [Int] {
        try database.read { db in
            let row = try Row.fetchOne(
                db, sql: "SELECT (SELECT count(*) FROM call_detail), count, bytes FROM call_log")
            return row.map { [$0[0], $0[1], $0[2]] } ?? []
        }
    }

    @Test("details that share a row come back each with its call, and leave with the last of them")
    func sharesRows() throws {
        let calls = (1...500).map { call($0) }
        try runtime.append(calls)
        // One that is known stands between two that are not.
        try runtime.append([call(501), call(250), call(502)])
        let rows = try leftOvers(in: runtime)[0]
        #expect((2..<100).contains(rows), "\(rows)")
        for each in calls + [call(501), call(502)] { #expect(try runtime.call(id: each.id) == each) }
        for left in stride(from: 499, through: 1, by: -7) {
            try runtime.prune(olderThan: 0, maximumCount: left, maximumBytes: .max)
            #expect(try runtime.call(id: "call-502") == call(502))
            #expect(try runtime.call(id: "call-\(503 - left)") == call(503 - left))
            #expect(try runtime.call(id: "call-\(502 - left)") == nil)
        }
        #expect(try leftOvers(in: runtime)[0] == 1)
        try runtime.prune(olderThan: 0, maximumCount: 0, maximumBytes: .max)
        #expect(try leftOvers(in: runtime) == [0, 0, 0])
    }

    @Test("where the last calls of a row have gone, new ones take their place and not their details")
    func givesPlacesAgain() throws {
        // The clock was set back: the last ones of these began first.
        try runtime.append([call(30), call(31), call(10), call(11)])
        try runtime.prune(olderThan: 20, maximumCount: .max, maximumBytes: .max)
        try runtime.append([call(40), call(41)])
        #expect(try runtime.calls().map(\.id) == ["call-41", "call-40", "call-31", "call-30"])
        for index in [30, 31, 40, 41] { #expect(try runtime.call(id: "call-\(index)") == call(index)) }
        // And the first ones of these.
        try runtime.append([call(12), call(50), call(13)])
        try runtime.prune(olderThan: 45, maximumCount: .max, maximumBytes: .max)
        try runtime.append([call(51)])
        for index in [50, 51] { #expect(try runtime.call(id: "call-\(index)") == call(index)) }
        #expect(try leftOvers(in: runtime)[0] == 2)
    }

    @Test("a server that starts has nothing to forget")
    func startsWithoutRemovals() throws {
        _ = try runtime.removeBindings(of: .alice, now: 1)
        let server = try RuntimeDatabase(temporary.directory)
        _ = try server.loadBindings(now: 2)
        #expect(try server.takeRemovals(now: 10) == [])
    }

    private func call(_ index: Int, to callee: PhoneNumber = .bob) -> CallRecord {
        CallRecord(
            id: "call-\(index)", callID: "\(index)@test", startedAt: Int64(index), answeredAt: nil,
            endedAt: Int64(index + 1), caller: "05011111111", callee: callee.national, status: 486,
            decisions: [.forwarded(condition: .busy, number: "05022222222", to: "0312345678"), .cancelledByCaller],
            legs: [.init(target: "sip:x", sentTo: "udp:192.0.2.1:5060", startedAt: 1, ringingAt: 2, status: 486)],
            ladder: [.init(at: 1, from: "a", to: "b", label: "INVITE sip:ü\"\\\n")])
    }

    @Test("a call is shown as it was logged")
    func showsCall() throws {
        try runtime.append([call(1), call(2)])
        try runtime.append([call(2)])
        #expect(try runtime.call(id: "call-2") == call(2))
        #expect(try runtime.call(id: "call-3") == nil)
        #expect(try runtime.calls().map(\.id) == ["call-2", "call-1"])
    }

    @Test("every decision comes back from the log as it was taken")
    func keepsDecisions() throws {
        let decisions: [Decision] = [
            .emergency(number: "110"), .emergencyCallback, .callerHidden, .callerShown, .callerIdentified(as: "a\"\\b"),
            .callerWithoutNumber(.payphone), .callerUnknown, .callerNotEntitled(number: "1"),
            .anonymousRejected(.withheld, number: "1", status: 433), .anonymousAccepted(.interaction, number: "1"),
            .callerBlocked(caller: "2", number: "1", status: 603),
            .forwarded(condition: .noAnswer, number: "1", to: "sip:ü@x\u{1}\r\n"), .deflected(number: "1", to: "2"),
            .forwardingLimitReached(limit: 5, status: 480), .forwardingLoop(path: ["1", "2", "1"], status: 482),
            .forwardingLoop(path: [], status: 482), .noRule(condition: .busy, number: "1"),
            .wouldForward(condition: .always, number: "1", to: "2", afterSeconds: nil),
            .wouldForward(condition: .noAnswer, number: "1", to: "2", afterSeconds: 20),
            .rings(number: "1", contacts: 2), .notRegistered(number: "1"), .busy(number: "1"),
            .notAnswered(number: "1", afterSeconds: 20), .notAnswered(number: "1", afterSeconds: nil),
            .unreachable(number: "1", status: 408), .failed(number: "1", status: 500),
            .toTrunk(prefix: "03", number: "0312345678", hop: "sip:gw"), .toURI("sip:a"), .toVoicemail("sip:v"),
            .noSuchNumber("9"), .noRoute("0312345678"), .answered(by: "1"), .cancelledByCaller,
            .refused(status: 403, reason: ""),
        ]
        let record = CallRecord(
            id: "call-1", callID: "1@test", startedAt: 1, endedAt: 2, caller: "1", callee: "2", status: 200,
            decisions: decisions, legs: [], ladder: [])
        try runtime.append([record])
        #expect(try runtime.call(id: record.id) == record)
    }

    @Test("texts of any length and the ends of the number range come back from the log")
    func keepsLengths() throws {
        for length in 0...80 {
            // Six octets each in the log, the last ones of them where the memory for it may end.
            let text = String(repeating: "\u{1F}", count: length * 11)
            let leg = CallRecord.Leg(target: text, sentTo: "", startedAt: .min, ringingAt: .max, endedAt: -1, status: 0)
            let record = CallRecord(
                id: "text-\(length)", callID: "1@test", startedAt: 1, endedAt: 2, caller: "1", callee: "2", status: 200,
                decisions: [.toURI(text)], legs: [leg], ladder: [])
            try runtime.append([record, call(length)])
            #expect(try runtime.call(id: record.id) == record)
            #expect(try runtime.call(id: "call-\(length)") == call(length))
        }
    }

    @Test("calls are listed newest first, by number, time and count")
    func filtersCalls() throws {
        try runtime.append((1...10).map { call($0, to: $0.isMultiple(of: 2) ? .bob : .office) })
        #expect(try runtime.calls(.init(limit: 2)).map(\.id) == ["call-10", "call-9"])
        #expect(try runtime.calls(.init(number: .office, limit: 2)).map(\.id) == ["call-9", "call-7"])
        #expect(try runtime.calls(.init(number: .alice, since: 9)).map(\.id) == ["call-10", "call-9"])
        #expect(try runtime.calls(.init(number: .bob, since: 10)).map(\.id) == ["call-10"])
    }

    @Test("a call is found by its number in any form of it, also where that was called at another domain")
    func findsForms() throws {
        func log(_ id: String, from caller: String, to callee: String) throws {
            try runtime.append([
                CallRecord(
                    id: id, callID: id, startedAt: Int64(id) ?? 0, endedAt: 9, caller: caller, callee: callee,
                    status: 200, decisions: [], legs: [], ladder: [])
            ])
        }
        try log("1", from: "05012345678", to: "1001")
        try log("2", from: "unknown", to: "05012345678")
        try log("3", from: "unknown", to: "sip:05012345678@elsewhere.test;user=phone")
        try log("4", from: "unknown", to: "sips:+81-50-1234-5678;ext=1@elsewhere.test")
        try log("5", from: "unknown", to: "tel:+81(50)1234-5678;phone-context=a")
        try log("6", from: "unknown", to: "sip:1001@elsewhere.test")
        try log("7", from: "unknown", to: "sip:05012345679@05012345678.test")
        func calls(_ number: String) throws -> [String] {
            try runtime.calls(.init(number: PhoneNumber(typed: number))).map(\.id)
        }
        for form in ["050-1234-5678", "05012345678", "+815012345678", "０５０（１２３４）５６７８", "tel:+81-50-1234-5678"] {
            #expect(try calls(form) == ["5", "4", "3", "2", "1"], "\(form)")
        }
        // Another domain's extensions are nobody here.
        #expect(try calls("1001") == ["1"])
    }

    @Test("a call that began in the future, while the clock was wrong, keeps no older one in the log")
    func prunesBehindTheFuture() throws {
        try runtime.append([call(1_000_000)] + (1...5_000).map { call($0) })
        #expect(try runtime.prune(olderThan: 4_999, maximumCount: .max, maximumBytes: .max) == 4_998)
        #expect(try runtime.calls().map(\.id) == ["call-1000000", "call-5000", "call-4999"])
        // It is the only one that is left of its row, and most rows have gone.
        #expect(try leftOvers(in: runtime)[0] <= 3)
        for index in [1_000_000, 5_000, 4_999] { #expect(try runtime.call(id: "call-\(index)") == call(index)) }
        #expect(try runtime.prune(olderThan: 0, maximumCount: 2, maximumBytes: .max) == 1)
        #expect(try runtime.prune(olderThan: 0, maximumCount: 2, maximumBytes: .max) == 0)
    }

    @Test("the log is bounded by age, count and size, and the oldest calls go first")
    func prunes() throws {
        try runtime.append((1...5_000).map { call($0) })
        #expect(try runtime.prune(olderThan: 101, maximumCount: .max, maximumBytes: .max) == 100)
        #expect(try runtime.prune(olderThan: 0, maximumCount: 1_000, maximumBytes: .max) == 3_900)
        #expect(try runtime.calls(.init(limit: 5_000)).last?.id == "call-4001")
        #expect(try runtime.prune(olderThan: 0, maximumCount: .max, maximumBytes: 10_000) > 900)
        #expect(try runtime.calls().first?.id == "call-5000")
        #expect(try runtime.prune(olderThan: 0, maximumCount: .max, maximumBytes: 10_000) == 0)
        try runtime.prune(olderThan: .max, maximumCount: 0, maximumBytes: 0)
        #expect(try runtime.calls().isEmpty)
    }
}
