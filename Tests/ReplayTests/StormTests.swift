import Directory
import Testing

@Suite struct StormTests {
    @Test("whatever phones, callers and the network do, every call ends once and nothing is left", arguments: 0..<40)
    func storm(_ seed: Int) {
        var storm = Storm(seed: UInt64(seed))
        storm.run(calls: 30)
        #expect(storm.broken == [])
    }

    @Test("the same seed makes the same run")
    func deterministic() {
        func records() -> [String] {
            var storm = Storm(seed: 99)
            storm.run(calls: 10)
            return storm.records.map { "\($0.callID) \($0.status) \($0.decisions.map(\.description))" }
        }
        #expect(records() == records())
    }
}
