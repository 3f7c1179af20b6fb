import SignIn
import Testing

@testable import Portal

@Suite struct ConnectionTableTests {
    private let one = NetworkOrigin(address: "192.0.2.1")
    private let other = NetworkOrigin(address: "192.0.2.2")

    @Test("an address has its limit, and all together have theirs")
    func limits() {
        let table = ConnectionTable(limit: 3, limitOfOne: 2)
        #expect(table.admit(one, isProxy: false) && table.admit(one, isProxy: false))
        #expect(!table.admit(one, isProxy: false))
        #expect(table.admit(other, isProxy: false))
        #expect(!table.admit(other, isProxy: false) && table.count == 3)
        table.forget(one)
        #expect(table.admit(other, isProxy: false))
    }

    @Test("a proxy has the limit of all")
    func proxies() {
        let table = ConnectionTable(limit: 3, limitOfOne: 1)
        for _ in 0..<3 { #expect(table.admit(one, isProxy: true)) }
        #expect(!table.admit(one, isProxy: true))
        for _ in 0..<3 { table.forget(one) }
        #expect(table.count == 0)
    }
}
