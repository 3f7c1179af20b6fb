package import Directory
package import SIPTransaction
internal import Synchronization

/// The bindings of all numbers, in memory, shared by all shards. What it holds was committed before.
package final class LocationTable: Sendable {
    /// Numbers that one sweep looks at, at least; of a large table it looks at a sixtieth.
    static let sweepLength = 1000

    private struct Entry {
        let number: PhoneNumber
        /// By q, then by how recent; never empty.
        var bindings: PackedBindings
    }

    private struct Table {
        var places: [PhoneNumber: UInt32] = [:]
        var entries: [Entry?] = []
        var free: [UInt32] = []
        var bindingCount = 0
        /// Where the next sweep goes on.
        var sweep = 0

        mutating func replace(_ number: PhoneNumber, with bindings: PackedBindings) {
            if let place = places[number] {
                bindingCount -= entries[Int(place)]?.bindings.count ?? 0
                if bindings.count == 0 {
                    entries[Int(place)] = nil
                    places[number] = nil
                    free.append(place)
                } else {
                    entries[Int(place)]?.bindings = bindings
                }
            } else if bindings.count > 0 {
                let place = free.popLast() ?? UInt32(entries.count)
                if Int(place) == entries.count { entries.append(nil) }
                entries[Int(place)] = Entry(number: number, bindings: bindings)
                places[number] = place
            }
            bindingCount += bindings.count
        }
    }

    private let table = Mutex(Table())

    package init() {}

    /// Contacts of all numbers, some of which may have expired and wait to be swept.
    package var count: Int { table.withLock { $0.bindingCount } }

    /// Those that have not expired: higher q first, of the same q the one registered last.
    package func bindings(of number: PhoneNumber, at now: Instant) -> [Binding] {
        let packed = table.withLock { table -> PackedBindings? in
            guard let place = table.places[number] else { return nil }
            return table.entries[Int(place)]?.bindings
        }
        return packed?.bindings(expiringAfter: now.milliseconds) ?? []
    }

    /// Makes a committed change visible.
    package func apply(_ change: BindingChange) {
        let bindings = PackedBindings(change.bindings.sorted { $0.q > $1.q })
        table.withLock { $0.replace(change.number, with: bindings) }
    }

    /// Takes what was stored, when a server starts.
    package func load(_ changes: [BindingChange]) {
        table.withLock { table in
            table.places.reserveCapacity(table.places.count + changes.count)
            table.entries.reserveCapacity(table.entries.count + changes.count)
            for change in changes {
                table.replace(change.number, with: PackedBindings(change.bindings.sorted { $0.q > $1.q }))
            }
        }
    }

    /// Frees what has expired among the next thousand numbers, or the next sixtieth of all: sixty calls see them all.
    ///
    /// - Returns: the numbers that lost contacts, with what is left of each: to be told, not to be stored. A REGISTER
    ///   may be on its way to the disk, and an older list stored after it would undo it; what is stored expires by
    ///   its own time.
    package func removeExpired(at now: Instant) -> [BindingChange] {
        let time = now.milliseconds
        return table.withLock { table in
            var changes: [BindingChange] = []
            let length = max(Self.sweepLength, table.entries.count / 60 + 1)
            for _ in 0..<min(length, table.entries.count) {
                if table.sweep >= table.entries.count { table.sweep = 0 }
                let place = table.sweep
                table.sweep += 1
                guard let entry = table.entries[place], entry.bindings.hasExpired(at: time) else { continue }
                let left = entry.bindings.bindings(expiringAfter: time)
                table.replace(entry.number, with: PackedBindings(left))
                changes.append(BindingChange(number: entry.number, bindings: left))
            }
            return changes
        }
    }
}
