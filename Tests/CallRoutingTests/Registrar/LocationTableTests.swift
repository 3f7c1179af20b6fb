import CallRouting
import Directory
import SIPTransaction
import Testing

@Suite("Location table")
struct LocationTableTests {
    private let start = Instant(milliseconds: 1_700_000_000_000)

    private func number(_ index: Int) -> PhoneNumber { PhoneNumber(trustedCanonical: "+8150\(10_000_000 + index)") }

    private func binding(_ contact: String, q: Int = 1000, seconds: Int = 60) -> Binding {
        Binding(
            contact: contact, q: q, callID: "x", cseq: 1, expiresAt: start.milliseconds + Int64(seconds) * 1000)
    }

    @Test("Contacts come by q, equal ones in the order of the change, without those that have expired")
    func lookup() {
        let table = LocationTable()
        table.apply(
            BindingChange(
                number: number(1),
                bindings: [
                    binding("a", q: 500), binding("b", q: 700, seconds: 10), binding("c", q: 500), binding("d", q: 900),
                ]))
        #expect(table.bindings(of: number(1), at: start).map(\.contact) == ["d", "b", "a", "c"])
        #expect(table.bindings(of: number(1), at: start + .seconds(10)).map(\.contact) == ["d", "a", "c"])
        #expect(table.bindings(of: number(1), at: start + .seconds(60)).isEmpty)
        #expect(table.bindings(of: number(2), at: start).isEmpty)
        #expect(table.count == 4)
    }

    @Test("The count is of those that have not expired")
    func count() {
        let table = LocationTable()
        table.apply(BindingChange(number: number(1), bindings: [binding("a", seconds: 10), binding("b")]))
        #expect(table.count(of: number(1), at: start) == 2)
        #expect(table.count(of: number(1), at: start + .seconds(10)) == 1)
        #expect(table.count(of: number(1), at: start + .seconds(60)) == 0)
        #expect(table.count(of: number(2), at: start) == 0)
    }

    @Test("A number's contacts are the latest ones, whether it or thousands of others were asked for before")
    func manyNumbers() {
        let table = LocationTable()
        table.load((0..<2500).map { BindingChange(number: number($0), bindings: [binding("old-\($0)")]) })
        for index in 0..<2500 {
            #expect(table.bindings(of: number(index), at: start).map(\.contact) == ["old-\(index)"])
        }
        for index in [0, 1499, 2499] {
            table.apply(BindingChange(number: number(index), bindings: [binding("new-\(index)")]))
            #expect(table.bindings(of: number(index), at: start).map(\.contact) == ["new-\(index)"])
        }
        table.apply(BindingChange(number: number(2499), bindings: []))
        #expect(table.bindings(of: number(2499), at: start).isEmpty)
        for index in 0..<2499 {
            let contact = [0, 1499].contains(index) ? "new-\(index)" : "old-\(index)"
            #expect(table.bindings(of: number(index), at: start).map(\.contact) == [contact])
        }
    }

    @Test("A change takes the place of all that the number had")
    func changes() {
        let table = LocationTable()
        table.load([
            BindingChange(number: number(1), bindings: [binding("a"), binding("b")]),
            BindingChange(number: number(2), bindings: [binding("c")]),
        ])
        #expect(table.count == 3)
        table.apply(BindingChange(number: number(1), bindings: [binding("d")]))
        #expect(table.bindings(of: number(1), at: start).map(\.contact) == ["d"])
        table.apply(BindingChange(number: number(1), bindings: []))
        table.apply(BindingChange(number: number(1), bindings: []))
        #expect(table.bindings(of: number(1), at: start).isEmpty)
        table.apply(BindingChange(number: number(3), bindings: [binding("e")]))
        #expect(table.bindings(of: number(2), at: start).map(\.contact) == ["c"])
        #expect(table.bindings(of: number(3), at: start).map(\.contact) == ["e"])
        #expect(table.count == 2)
    }

    @Test("A removal holds for changes that were made before it, and not for those made after it")
    func removals() {
        let table = LocationTable()
        table.apply(BindingChange(number: number(1), bindings: [binding("a"), binding("b")]))
        let before = BindingChange(
            number: number(1), bindings: [binding("a"), binding("b"), binding("c")], knownRemovals: table.removalCount)
        table.remove([BindingRemoval(number: number(1), contact: "a")])
        #expect(table.bindings(of: number(1), at: start).map(\.contact) == ["b"])
        #expect(table.count == 1)
        #expect(table.settled(before).bindings.map(\.contact) == ["b", "c"])
        table.apply(before)
        #expect(table.bindings(of: number(1), at: start).map(\.contact) == ["b", "c"])
        let after = BindingChange(
            number: number(1), bindings: before.bindings, knownRemovals: table.removalCount)
        table.apply(after)
        #expect(table.bindings(of: number(1), at: start).map(\.contact) == ["a", "b", "c"])
        table.remove([1, 2].map { BindingRemoval(number: number($0), contact: nil) })
        #expect(table.settled(after).bindings.isEmpty)
        table.apply(after)
        #expect(table.bindings(of: number(1), at: start).isEmpty)
        #expect(table.count == 0)
    }

    @Test("Removals are remembered for what is under way, however many there were before")
    func manyRemovals() {
        let table = LocationTable()
        let first = BindingChange(number: number(0), bindings: [binding("a"), binding("b")])
        for index in 0..<5_000 {
            let change = BindingChange(
                number: number(index), bindings: [binding("a"), binding("b")], knownRemovals: table.removalCount)
            table.remove([BindingRemoval(number: number(index), contact: "a")])
            #expect(table.settled(change).bindings.map(\.contact) == ["b"])
            #expect(table.settled(table.settled(change)).bindings.map(\.contact) == ["b"])
        }
        #expect(table.removalCount == 5_000)
        // So long ago that it is forgotten.
        #expect(table.settled(first).bindings == first.bindings)
    }

    @Test("What is removed at once is remembered whole, however much it is")
    func manyRemovalsAtOnce() {
        let table = LocationTable()
        let changes = (0..<1_500).map {
            BindingChange(number: number($0), bindings: [binding("a"), binding("b")])
        }
        table.load(changes)
        table.remove(changes.map { BindingRemoval(number: $0.number, contact: "a") })
        #expect(table.count == 1_500)
        changes.forEach(table.apply)
        #expect(table.count == 1_500)
        #expect(changes.allSatisfy { table.settled($0).bindings.map(\.contact) == ["b"] })
    }

    @Test("Sixty sweeps free everything that has expired, each of them a part, and tell each number once")
    func sweep() {
        let table = LocationTable()
        table.load(
            (0..<90_000).map { index in
                let lasting = index % 3 == 0 ? [binding("b", seconds: 600)] : []
                return BindingChange(number: number(index), bindings: [binding("a", seconds: 30)] + lasting)
            })
        let later = start + .seconds(31)
        var told: [PhoneNumber: Int] = [:]
        var left = 0
        for _ in 0..<60 {
            let changes = table.removeExpired(at: later)
            #expect(changes.count <= 1501)
            for change in changes {
                told[change.number, default: 0] += 1
                left += change.bindings.count
            }
        }
        #expect(told.count == 90_000 && told.values.allSatisfy { $0 == 1 })
        #expect(left == 30_000)
        #expect(table.count == 30_000)
        #expect(table.bindings(of: number(3), at: later).map(\.contact) == ["b"])
        for _ in 0..<60 { _ = table.removeExpired(at: start + .seconds(600)) }
        #expect(table.count == 0)
        #expect(table.removeExpired(at: start + .seconds(601)).isEmpty)
    }

    @Test("Shards may use it at the same time")
    func concurrency() async {
        let table = LocationTable()
        await withTaskGroup(of: Void.self) { group in
            for shard in 0..<4 {
                group.addTask { [start] in
                    for index in 0..<2000 {
                        let number = number(shard * 10_000 + index)
                        table.apply(BindingChange(number: number, bindings: [binding("x")]))
                        _ = table.bindings(of: number, at: start)
                        if index % 2 == 0 { table.apply(BindingChange(number: number, bindings: [])) }
                    }
                }
            }
        }
        #expect(table.count == 4000)
    }
}
