package import Directory
package import SIPTransaction
internal import Synchronization

/// The bindings of all numbers, in memory, shared by all shards. What it holds was committed before.
package final class LocationTable: Sendable {
    /// Numbers that one sweep looks at, at least; of a large table it looks at a sixtieth.
    static let sweepLength = 1000

    /// Numbers whose bindings are kept unpacked as well: those that were called last.
    static let unpackedLimit = 1000

    /// Removals that are remembered with those told last, for the changes that were on their way to the disk when they were
    /// told.
    static let removalLimit = 1000

    private struct Entry {
        let number: PhoneNumber
        /// By q, then by how recent; never empty.
        let packed: PackedBindings
        /// The same once more, or empty.
        var unpacked: [Binding] = []
    }

    private struct Table {
        var places: [PhoneNumber: UInt32] = [:]
        var entries: [Entry?] = []
        var free: [UInt32] = []
        var bindingCount = 0
        /// Where the next sweep goes on.
        var sweep = 0
        /// Places of entries that are unpacked; some may have been replaced since.
        var unpacked: [UInt32] = []
        var oldestUnpacked = 0
        /// Those told last, and how many there were before them.
        var removals: [BindingRemoval] = []
        var formerRemovals = 0

        var removalCount: Int { formerRemovals + removals.count }

        /// What a change has without the contacts that were removed since it was made.
        func left(of change: BindingChange) -> [Binding] {
            removals.dropFirst(max(0, change.knownRemovals - formerRemovals)).reduce(change.bindings) { left, removal in
                removal.number == change.number ? removal.left(of: left) : left
            }
        }

        /// Nothing of what is told at once is forgotten, however much it is.
        mutating func remember(_ told: [BindingRemoval]) {
            let forgotten = max(0, removals.count - LocationTable.removalLimit)
            removals.removeFirst(forgotten)
            formerRemovals += forgotten
            removals += told
        }

        mutating func replace(_ number: PhoneNumber, with bindings: PackedBindings) {
            if let place = places[number] {
                bindingCount -= entries[Int(place)]?.packed.count ?? 0
                if bindings.count == 0 {
                    entries[Int(place)] = nil
                    places[number] = nil
                    free.append(place)
                } else {
                    entries[Int(place)] = Entry(number: number, packed: bindings)
                }
            } else if bindings.count > 0 {
                let place = free.popLast() ?? UInt32(entries.count)
                if Int(place) == entries.count { entries.append(nil) }
                entries[Int(place)] = Entry(number: number, packed: bindings)
                places[number] = place
            }
            bindingCount += bindings.count
        }

        /// All bindings of the entry at this place, those that have expired included.
        mutating func bindings(at place: UInt32) -> [Binding] {
            guard let entry = entries[Int(place)] else { return [] }
            guard entry.unpacked.isEmpty else { return entry.unpacked }
            let bindings = entry.packed.bindings()
            entries[Int(place)]?.unpacked = bindings
            makeRoom(for: place)
            return bindings
        }

        /// The entry that was unpacked longest ago makes room for the one at this place.
        private mutating func makeRoom(for place: UInt32) {
            guard unpacked.count >= LocationTable.unpackedLimit else { return unpacked.append(place) }
            let former = unpacked[oldestUnpacked]
            if former != place { entries[Int(former)]?.unpacked = [] }
            unpacked[oldestUnpacked] = place
            oldestUnpacked = (oldestUnpacked + 1) % unpacked.count
        }
    }

    private let table = Mutex(Table())

    package init() {}

    /// Contacts of all numbers, some of which may have expired and wait to be swept.
    package var count: Int { table.withLock { $0.bindingCount } }

    /// Those that have not expired: higher q first, of the same q the one registered last.
    package func bindings(of number: PhoneNumber, at now: Instant) -> [Binding] {
        let bindings = table.withLock { table in
            table.places[number].map { table.bindings(at: $0) } ?? []
        }
        let time = now.milliseconds
        return bindings.contains { $0.expiresAt <= time } ? bindings.filter { $0.expiresAt > time } : bindings
    }

    /// How many have not expired.
    package func count(of number: PhoneNumber, at now: Instant) -> Int {
        table.withLock { table in
            guard let place = table.places[number] else { return 0 }
            return table.entries[Int(place)]?.packed.count(expiringAfter: now.milliseconds) ?? 0
        }
    }

    /// Makes a committed change visible, but for what was removed since it was made.
    package func apply(_ change: BindingChange) {
        let bindings = PackedBindings(change.bindings.sorted { $0.q > $1.q })
        table.withLock { table in
            let left = table.left(of: change)
            let isWhole = left.count == change.bindings.count
            table.replace(change.number, with: isWhole ? bindings : PackedBindings(left.sorted { $0.q > $1.q }))
        }
    }

    /// Takes contacts away, and from all changes that were made before and are under way.
    package func remove(_ removals: [BindingRemoval]) {
        guard !removals.isEmpty else { return }
        table.withLock { table in
            table.remember(removals)
            for removal in removals {
                guard let place = table.places[removal.number], let entry = table.entries[Int(place)] else { continue }
                table.replace(removal.number, with: PackedBindings(removal.left(of: entry.packed.bindings())))
            }
        }
    }

    /// Removals that were told so far. Whoever makes a change asks for it before the bindings that the change is built on.
    package var removalCount: Int { table.withLock { $0.removalCount } }

    /// A change as it is to be stored, or built on, now: without what was removed since it was made.
    package func settled(_ change: BindingChange) -> BindingChange {
        table.withLock { table in
            BindingChange(
                number: change.number, bindings: table.left(of: change), knownRemovals: table.removalCount)
        }
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

    /// Everything that has not expired, some numbers at a time, in no order: to be stored anew.
    ///
    /// - Parameters:
    ///   - place: 0 first, then what the last call has returned.
    ///   - limit: how many numbers are looked at.
    /// - Returns: the next place; nil when there is no more.
    package func page(from place: Int, limit: Int, at now: Instant) -> (changes: [BindingChange], next: Int?) {
        table.withLock { table in
            let end = min(table.entries.count, place + limit)
            let changes = table.entries[min(place, end)..<end].compactMap { entry -> BindingChange? in
                guard let entry else { return nil }
                let bindings = entry.packed.bindings().filter { $0.expiresAt > now.milliseconds }
                return bindings.isEmpty ? nil : BindingChange(number: entry.number, bindings: bindings)
            }
            return (changes, end < table.entries.count ? end : nil)
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
                guard let entry = table.entries[place], entry.packed.hasExpired(at: time) else { continue }
                let left = entry.packed.bindings().filter { $0.expiresAt > time }
                table.replace(entry.number, with: PackedBindings(left))
                changes.append(BindingChange(number: entry.number, bindings: left))
            }
            return changes
        }
    }
}
