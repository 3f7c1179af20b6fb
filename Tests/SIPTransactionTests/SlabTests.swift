import SIPTransaction
import Testing

@Suite("Slab")
struct SlabTests {
    @Test("A name that has outlived its element finds nothing, though its place is used again")
    func generations() {
        let slab = Slab<String>()
        let first = slab.insert("first")
        let removed = slab.remove(first)
        #expect(removed == "first")
        let second = slab.insert("second")
        #expect(second.index == first.index && second != first)
        #expect(slab[first] == nil && !slab.contains(first))
        slab[first] = "ghost"
        slab[first]?.append("!")
        #expect(slab[second] == "second")
        let removedAgain = slab.remove(first)
        #expect(removedAgain == nil)
        #expect(slab.count == 1)
    }

    @Test("Names that were never given out find nothing")
    func strangeNames() {
        let slab = Slab<Int>()
        #expect(slab[SlotID(index: 0, generation: 0)] == nil)
        let removed = slab.remove(SlotID(index: .max, generation: 1))
        #expect(removed == nil)
        let id = slab.insert(1)
        #expect(slab[SlotID(index: id.index, generation: id.generation &+ 1)] == nil)
        #expect(slab[SlotID(index: id.index &+ 1, generation: id.generation)] == nil)
    }

    @Test("Elements change in place, and the names of all are known in the order of their places")
    func elements() {
        let slab = Slab<Int>()
        let ids = (0..<10).map { slab.insert($0) }
        for id in ids where id.index % 2 == 0 { slab.remove(id) }
        #expect(slab.count == 5)
        #expect(slab.ids.map(\.index) == [1, 3, 5, 7, 9])
        slab[ids[3]]? += 100
        #expect(slab[ids[3]] == 103)
        let reused = (0..<7).map { slab.insert($0) }
        #expect(slab.count == 12)
        #expect(Set(reused).isDisjoint(with: ids))
        for id in slab.ids { slab.remove(id) }
        #expect(slab.count == 0)
    }

    @Test("An element set to nil by its name is gone like a removed one")
    func setToNil() {
        let slab = Slab<Int>()
        let id = slab.insert(1)
        slab[id] = nil
        #expect(!slab.contains(id))
        #expect(slab.count == 0)
        let next = slab.insert(2)
        #expect(slab[next] == 2)
        #expect(slab[id] == nil)
    }
}
