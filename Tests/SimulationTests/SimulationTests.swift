import Replay
import Simulation
import Testing

@Suite("Calls of every kind on a network that fails")
struct SimulationTests {
    @Test("what must always hold holds, whatever the network does", arguments: 1...24)
    func holds(seed: UInt64) {
        let report = Simulation(seed: seed, calls: 100).run()
        #expect(report.broken.isEmpty, "seed \(seed): \(report.broken.prefix(2).joined(separator: "\n\n"))")
        #expect(report.calls == 100)
    }

    @Test("where one datagram in ten is lost each way, every call comes to its end at the caller", arguments: 1...8)
    func lossy(seed: UInt64) {
        var conditions = NetworkConditions()
        conditions.loss = 0.1
        let report = Simulation(seed: 1_000 + seed, calls: 100, conditions: conditions, disturbs: false).run()
        #expect(report.broken.isEmpty, "seed \(1_000 + seed): \(report.broken.prefix(2).joined(separator: "\n\n"))")
        #expect(report.unheard == 0 && report.lost > report.datagrams / 20)
    }

    @Test("a call of a simulation takes the same course as a script", arguments: 1...8)
    func scripts(seed: UInt64) throws {
        let report = Simulation(seed: 2_000 + seed, calls: 50, disturbs: false).run(writesAll: true)
        #expect(report.scripts.count == 50)
        for script in report.scripts where script.text.contains("sends INVITE") {
            let replayed = ScriptRunner.run(try Script(script.text, file: script.name))
            #expect(replayed.failures == [], "\(script.text)\n\(replayed.ladder.text())")
        }
    }

    @Test("the same seed makes the same run")
    func repeats() {
        let reports = (1...2).map { _ in Simulation(seed: 7, calls: 60).run() }
        #expect(reports[0].datagrams == reports[1].datagrams && reports[0].duration == reports[1].duration)
        #expect(reports[0].answered == reports[1].answered)
    }
}
