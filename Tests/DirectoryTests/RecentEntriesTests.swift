import Directory
import Testing

@Suite("What was found out lately") struct RecentEntriesTests {
    @Test("memory does not grow, and what is in use stays, however much else is brought")
    func bounds() {
        var entries = RecentEntries<String, Int>(limit: 100)
        entries.put(-1, for: "used")
        entries.put(-2, for: "looked at")
        for number in 0..<1_000 {
            entries.put(number, for: "\(number)")
            #expect(entries.use("used") == -1)
            _ = entries["looked at"]
            #expect(entries.count <= 100)
        }
        #expect(entries["looked at"] == nil)
        #expect(entries["999"] == 999 && entries.use("0") == nil)
    }

    @Test("an entry has the value that it was given last, whichever half it was in, and none once it is removed")
    func values() {
        var entries = RecentEntries<Int, Int?>(limit: 4)
        for key in 1...3 { entries.put(key, for: key) }
        entries.put(nil, for: 1)
        entries.put(30, for: 3)
        #expect(entries.use(1) == .some(nil) && entries.use(3) == 30)
        #expect(entries.count == 3)
        entries.put(4, for: 4)
        entries.remove(1)
        entries.remove(4)
        #expect(entries.use(1) == nil && entries[4] == nil && entries[3] == 30)
        entries.removeAll()
        #expect(entries.count == 0 && entries[3] == nil)
    }
}
