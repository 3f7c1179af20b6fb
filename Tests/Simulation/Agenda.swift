/// What is to happen, in order of time; of two things at the same time, what was put in first.
struct Agenda<Item> {
    private struct Entry {
        /// Milliseconds.
        let time: Int64
        let serial: UInt64
        let item: Item

        func comesBefore(_ other: Entry) -> Bool { (time, serial) < (other.time, other.serial) }
    }

    /// A binary heap.
    private var entries: [Entry] = []
    private var serial: UInt64 = 0

    var count: Int { entries.count }
    var nextTime: Int64? { entries.first?.time }

    mutating func add(_ item: Item, at time: Int64) {
        serial += 1
        entries.append(Entry(time: time, serial: serial, item: item))
        var place = entries.count - 1
        while place > 0, entries[place].comesBefore(entries[(place - 1) / 2]) {
            entries.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    mutating func removeFirst() -> Item? {
        guard let first = entries.first else { return nil }
        entries.swapAt(0, entries.count - 1)
        entries.removeLast()
        var place = 0
        while true {
            var least = place
            for child in [2 * place + 1, 2 * place + 2] where child < entries.count {
                if entries[child].comesBefore(entries[least]) { least = child }
            }
            if least == place { return first.item }
            entries.swapAt(place, least)
            place = least
        }
    }
}
