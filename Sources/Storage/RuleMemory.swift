import Directory
import GRDB
import Synchronization

/// What the rules of all numbers were when they were read, for a server that has more numbers than its shards remember: a
/// call to one of a million finds its rules without a look at the file. Shared by all shards.
///
/// It answers only what is surely so still. A shard that learns of a change tells which numbers it was about before it
/// asks again; those are left to the file until ``keepUp(while:)`` has read them anew. Rules that depend on the time of day
/// are always left to the file.
package final class RuleMemory: Sendable {
    /// What is known of a number.
    enum Answer: Equatable {
        /// Nil: it is not ours.
        case record(NumberRecord?)
        /// Ask the file.
        case unknown
    }

    /// How much of it there is.
    package struct Size: Sendable, Equatable {
        package var numbers = 0
        package var octets = 0
        /// Whether all numbers are in it, but for what the file is to be asked for anyway.
        package var isWhole = false
    }

    /// Numbers that are read at once; so many, or more that have changed since, are read anew.
    static let portion = 1_000
    /// Numbers that are taken up at once, while shards wait.
    private static let handful = 50
    /// How often it is looked again because something was changed meanwhile.
    private static let patience = 10
    /// Octets; numbers beyond it are left to the file. Enough for a million numbers with a password and a rule each.
    private static let limit = 96 << 20

    private let queue: DatabaseQueue
    private let leastCount: Int
    private let state: Mutex<State>
    /// The generation that the last ``keepUp(while:)`` has seen.
    private let lastGeneration = Mutex(-1)

    /// Empty at first, and it stays so while there are few numbers.
    ///
    /// - Parameter leastCount: how many numbers there have to be more than, for it to be of use.
    /// - Throws: ``StorageError`` when `control.db` can't be read.
    package convenience init(_ directory: DataDirectory, besides leastCount: Int) throws {
        try self.init(directory, besides: leastCount, limit: Self.limit)
    }

    init(_ directory: DataDirectory, besides leastCount: Int, limit: Int) throws {
        queue = try DatabaseFile.openForReading(directory.controlPath, schema: ControlSchema.schema)
        self.leastCount = leastCount
        state = Mutex(State(limit: limit))
    }

    package var size: Size { state.withLock { $0.known.size } }

    // MARK: - For shards

    func answer(for number: PhoneNumber) -> Answer {
        let packed: PackedRecord
        switch state.withLock({ $0.known.find(number.canonical) }) {
        case .unknown: return .unknown
        case .nobody: return .record(nil)
        case .packed(let octets): packed = PackedRecord(octets: octets)
        }
        return packed.record(of: number).map(Answer.record) ?? .unknown
    }

    /// These have changed between a revision of the feed and where it stands now, and nothing else.
    ///
    /// - Parameter known: the ``position`` from which the database was seen to go on.
    /// - Returns: false if that is another one by now: look again.
    func forget(
        _ numbers: [String], after former: Int64, at position: ChangeFeed.Position, from known: ChangeFeed.Position?
    ) -> Bool {
        state.withLock { state in
            guard state.known.position == known else { return false }
            if state.known.isBegun { state.known.forget(numbers, after: former, at: position) }
            return true
        }
    }

    /// Very much has changed, or nobody knows what.
    ///
    /// - Parameters:
    ///   - revision: what is known to be right since then stays; nil: nothing is.
    ///   - position: from which the database was seen to go on.
    func forgetEverything(before revision: Int64? = nil, from position: ChangeFeed.Position? = nil) {
        state.withLock { state in
            let known = state.known
            if let revision, known.isBegun, known.position == position, known.toldUpTo >= revision { return }
            state.startAnew()
        }
    }

    /// How far the feed had come when a number was read last, or a change was told; nil: nothing was. If the database does
    /// not go on from there, it is another one, whoever else takes it for the same. Whoever moves it has seen that.
    var position: ChangeFeed.Position? { state.withLock { $0.known.position } }

    // MARK: - For the thread that fills it

    /// Reads what is missing: everything at first, and what has changed since when it is much. To be called about every
    /// second, on one thread.
    ///
    /// - Parameter goesOn: asked now and then; false ends it early.
    /// - Throws: ``StorageError``; then all that is not known yet is left to the file.
    package func keepUp(while goesOn: () -> Bool = { true }) throws {
        // Large, and given back here, where nobody waits for it.
        _ = state.withLock { $0.takeDiscarded() }
        try StorageError.translating(queue.path) {
            try forgetIfReplaced()
            let (generation, isRead, changed) = state.withLock { state in
                if state.known.isWasteful { state.startAnew() }
                let isMuch = state.known.changed.count >= Self.portion && !state.known.isFull
                return (state.generation, state.known.isRead, isMuch ? Array(state.known.changed.keys) : [])
            }
            if isRead { return try readAgain(changed, generation, goesOn) }
            // While numbers are imported, everything is forgotten again and again.
            let isCalm = lastGeneration.withLock { last in
                defer { last = generation }
                return last == generation
            }
            if isCalm { try readAll(generation, goesOn) }
        }
    }

    private func forgetIfReplaced() throws {
        guard let position else { return }
        if try !queue.read({ db in try ChangeFeed.goesOn(from: position, db) }) { forgetEverything() }
    }

    private func readAll(_ generation: Int, _ goesOn: () -> Bool) throws {
        let (count, position) = try queue.read { db in
            (try Int.fetchOne(db, kept: "SELECT count(*) FROM number") ?? 0, try ChangeFeed.position(db))
        }
        guard count > leastCount else { return }
        state.withLock { $0.begin(with: count, at: position, generation) }
        var next: Int64? = .min
        while let first = next, goesOn() {
            let isTaken = try take(generation) { db in
                let rows = try Row.fetchAll(
                    db, kept: "SELECT id, canonical FROM number WHERE id >= ? ORDER BY id LIMIT ?",
                    arguments: [first, Self.portion])
                let last: Int64? = rows.count < Self.portion ? nil : rows.last?[0]
                next = last.flatMap { $0 < .max ? $0 + 1 : nil }
                return rows.map { $0[1] }
            }
            guard isTaken else { break }
            if next == nil { state.withLock { $0.end(generation) } }
        }
        // The pages of the file that it has kept are of no use any more.
        queue.releaseMemory()
    }

    private func readAgain(_ numbers: [String], _ generation: Int, _ goesOn: () -> Bool) throws {
        for start in stride(from: 0, to: numbers.count, by: Self.portion) where goesOn() {
            let page = Array(numbers[start..<min(start + Self.portion, numbers.count)])
            guard try take(generation, { _ in page }) else { return }
        }
    }

    /// Reads numbers and takes them up.
    ///
    /// - Returns: false if there is no room for more, or everything was forgotten since the generation.
    private func take(_ generation: Int, _ numbers: (Database) throws -> [String]) throws -> Bool {
        let before = position
        let page = try queue.read { db in
            try before.map { try ChangeFeed.goesOn(from: $0, db) } ?? true ? try NumberPage(of: numbers(db), db) : nil
        }
        guard let page, try moveOn(to: page.position, from: before) else {
            forgetEverything()
            return false
        }
        for start in stride(from: 0, to: page.entries.count, by: Self.handful) {
            let entries = page.entries.dropFirst(start).prefix(Self.handful)
            let isTaken = state.withLock { state in
                state.generation == generation && state.known.take(entries, readAt: page.position.revision)
            }
            guard isTaken else { return false }
        }
        return true
    }

    /// - Returns: false if the database has become another one meanwhile.
    private func moveOn(to position: ChangeFeed.Position, from before: ChangeFeed.Position?) throws -> Bool {
        var known = before
        for _ in 0..<Self.patience {
            let present = state.withLock { state in
                let present = state.known.position
                if present == known, state.known.isBegun, present.map({ $0.revision < position.revision }) ?? true {
                    state.known.position = position
                }
                return present
            }
            if present == known { return true }
            // A shard has told of changes meanwhile. Both have to lead to what the database is now.
            let areOne = try queue.read { db in
                try ChangeFeed.goesOn(from: position, db)
                    && (present.map { try ChangeFeed.goesOn(from: $0, db) } ?? true)
            }
            guard areOne else { return false }
            known = present
        }
        return false
    }
}

/// What is known now, and what is to be given back.
private struct State: Sendable {
    private let limit: Int
    private(set) var generation = 0
    var known: KnownNumbers
    private var discarded: [KnownNumbers] = []

    init(limit: Int) {
        self.limit = limit
        known = KnownNumbers(limit: limit)
    }

    mutating func startAnew() {
        generation += 1
        discard()
    }

    /// An earlier attempt may have been given up half-way.
    mutating func begin(with count: Int, at position: ChangeFeed.Position, _ generation: Int) {
        guard generation == self.generation else { return }
        discard()
        known.begin(with: count, at: position)
    }

    /// All was read.
    mutating func end(_ generation: Int) {
        if generation == self.generation { known.isRead = true }
    }

    mutating func takeDiscarded() -> [KnownNumbers] {
        defer { discarded = [] }
        return discarded
    }

    private mutating func discard() {
        if known.isBegun { discarded.append(known) }
        known = KnownNumbers(limit: limit)
    }
}
