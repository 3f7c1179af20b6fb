import Metering
import Testing

@testable import Tsunagi

@Suite("What tsunagi top shows") struct TopTests {
    private func metrics(answered: Int, busy: Int, cpu: Double, limit: Int, up: Int = 1) -> MetricsReading {
        MetricsReading(
            """
            tsunagi_build_info{version="1.2.3"} 1
            process_start_time_seconds 1000
            process_resident_memory_bytes 54000000
            process_open_fds 132
            process_cpu_seconds_total 3
            tsunagi_calls_in_progress 12
            tsunagi_calls_begun_total \(answered + busy + 12)
            tsunagi_calls_total{outcome="answered"} \(answered)
            tsunagi_calls_total{outcome="busy"} \(busy)
            tsunagi_call_rules_total{rule="forwarded_unconditional"} 7
            tsunagi_registered_contacts 10532
            tsunagi_requests_total{direction="received",method="INVITE"} 100
            tsunagi_requests_total{direction="sent",method="INVITE"} 90
            tsunagi_transactions{side="server"} 4
            tsunagi_transactions{side="client"} 3
            tsunagi_shard_up{shard="0"} \(up)
            tsunagi_shard_batches_total{shard="0"} 5
            tsunagi_shard_cpu_seconds_total{shard="0"} \(cpu)
            tsunagi_shard_delay_seconds{shard="0"} 0.0004
            tsunagi_limit_hits_total{limit="transactions"} \(limit)
            tsunagi_limit_hits_total{limit="breadth"} 0
            tsunagi_outbox_messages{channel="mail",state="failed"} 2
            """)
    }

    private func load(limit: Int = 0, up: Int = 1) -> ServerLoad {
        ServerLoad(
            from: metrics(answered: 1000, busy: 10, cpu: 1, limit: 0),
            to: metrics(answered: 1086, busy: 10, cpu: 1.9, limit: limit, up: up), seconds: 2, at: 12_345)
    }

    @Test("rates are differences over time, totals are those of the second reading")
    func rates() {
        let load = load()
        #expect(load.version == "1.2.3" && load.uptime == 11_345 && load.callsInProgress == 12)
        #expect(load.answered == ServerLoad.Count(name: "answered", total: 1086, perSecond: 43))
        #expect(load.outcomes.map(\.name) == ["answered", "busy"] && load.outcomes[1].perSecond == 0)
        #expect(load.shards.count == 1 && abs(load.shards[0].load - 0.45) < 1e-9)
        #expect(load.requests.total == 100 && load.transactions == 7 && load.limits.isEmpty && load.outboxFailed == 2)
    }

    @Test("a server that was started anew in between has no rates below zero")
    func restarted() {
        let load = ServerLoad(
            from: metrics(answered: 1000, busy: 10, cpu: 5, limit: 0),
            to: metrics(answered: 3, busy: 0, cpu: 0.1, limit: 0), seconds: 1, at: 1001)
        #expect(load.answered.perSecond == 0 && load.answered.total == 3 && load.shards[0].load == 0)
    }

    @Test("everything fits into 80 columns, and narrower terminals get it cut off")
    func width() {
        let screen = TopScreen(
            load: load(limit: 5), address: "127.0.0.1:9090", trouble: String(repeating: "x", count: 200))
        #expect(screen.lines(width: 80).allSatisfy { $0.text.count <= 80 })
        #expect(screen.lines(width: 30).allSatisfy { $0.text.count <= 30 })
        let text = TopScreen(load: load(), address: "127.0.0.1:9090").lines(width: 200).map(\.text)
        #expect(text.allSatisfy { $0.count <= 80 })
        #expect(text[0] == "tsunagi 1.2.3 at 127.0.0.1:9090, up 3:09:05")
        #expect(
            text.contains { $0.hasPrefix("calls     12 being set up") && $0.hasSuffix("43.0/s begun, 43.0/s answered") }
        )
        #expect(
            text.contains { $0.hasPrefix("answered") && $0.contains("1,086") && $0.contains("forwarded_unconditional") }
        )
        #expect(text.contains { $0.contains("45 %") })
    }

    @Test("a limit that was hit, a shard that hangs and messages that failed are set off")
    func alarms() {
        let lines = TopScreen(load: load(limit: 5, up: 0), address: "a:1").lines(width: 80)
        let alarms = lines.filter { $0.style == .alarm }.map(\.text)
        #expect(alarms.contains { $0.contains("limit hit: transactions, 5 times") })
        #expect(alarms.contains { $0.contains("does not answer") } && alarms.contains { $0.contains("2 failed") })
        #expect(!TopScreen(load: load(), address: "a:1").lines(width: 80).contains { $0.text.contains("limit hit") })
    }

    @Test("numbers are short and easy to read")
    func numbers() {
        #expect([0, 999, 1000, 1_234_567].map(TopScreen.grouped) == ["0", "999", "1,000", "1,234,567"])
        #expect(TopScreen.short(123_456_789) == "123M" && TopScreen.short(9_999_999) == "9,999,999")
        #expect([0, 0.04, 12.34, 999.9, 12_345.6].map(TopScreen.decimal) == ["0.0", "0.0", "12.3", "999.9", "12,346"])
        #expect(TopScreen.clock(59) == "0:00:59" && TopScreen.clock(90_061) == "1d 1:01:01")
    }

    @Test("without a server it says so, and what to do")
    func noServer() throws {
        let tsunagi = TsunagiProcess()
        #expect(try tsunagi.run("number", "add", "1001").exitCode == 0)
        let answer = try tsunagi.run("top", "--once")
        #expect(answer.exitCode == 1 && answer.errors.contains("no server runs on the data directory"))
        // A port of the range that nobody is given.
        let elsewhere = try tsunagi.run("top", "--once", "--json", "--server", "127.0.0.1:1")
        #expect(elsewhere.exitCode == 1 && elsewhere.errors.contains("nothing answers at 127.0.0.1:1"))
        #expect((elsewhere.object["error"] as? String)?.contains("--server") == true)
        #expect(try tsunagi.run("top", "--server", "nonsense").exitCode == 64)
    }
}
