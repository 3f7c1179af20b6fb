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
    /// Octets; numbers beyond it are left to the file. Enough for nearly a million with passwords, or two without.
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

    package var size: Size { state.withLock { $0.size } }

    // MARK: - For shards

    func answer(for number: PhoneNumber) -> Answer {
        let packed: PackedRecord
        switch state.withLock({ $0.find(number.canonical) }) {
        case .unknown: return .unknown
        case .nobody: return .record(nil)
        case .packed(let octets): packed = PackedRecord(octets: octets)
        }
        return packed.record(of: number).map(Answer.record) ?? .unknown
    }

    /// These have changed: not later than at this revision of the feed.
    func forget(_ numbers: [String], at revision: Int64) {
        state.withLock { state in
            guard state.isBegun else { return }
            for number in numbers { state.forget(number, at: revision) }
        }
    }

    /// Very much has changed, or nobody knows what.
    ///
    /// - Parameter revision: what was read since is right; nil: nothing is.
    func forgetEverything(before revision: Int64? = nil) {
        state.withLock { state in
            if let revision, state.isBegun, state.revision >= revision { return }
            state.startAnew()
        }
    }

    // MARK: - For the thread that fills it

    /// Reads what is missing: everything at first, and what has changed since when it is much. To be called about every
    /// second, on one thread.
    ///
    /// - Parameter goesOn: asked now and then; false ends it early.
    /// - Throws: ``StorageError``; what was read before stays.
    package func keepUp(while goesOn: () -> Bool = { true }) throws {
        let (generation, isRead, changed) = state.withLock { state in
            if state.isWasteful { state.startAnew() }
            let changed = state.changed.count < Self.portion ? [] : Array(state.changed.keys)
            return (state.generation, state.isRead, changed)
        }
        try StorageError.translating(queue.path) {
            if isRead { return try readAgain(changed, generation, goesOn) }
            // While numbers are imported, everything is forgotten again and again.
            let isCalm = lastGeneration.withLock { last in
                defer { last = generation }
                return last == generation
            }
            if isCalm { try readAll(generation, goesOn) }
        }
    }

    private func readAll(_ generation: Int, _ goesOn: () -> Bool) throws {
        let (count, revision) = try queue.read { db in
            (try Int.fetchOne(db, kept: "SELECT count(*) FROM number") ?? 0, try ChangeFeed.revision(db))
        }
        guard count > leastCount else { return }
        state.withLock { $0.begin(with: count, at: revision, generation) }
        var last: Int64 = 0
        while goesOn() {
            let page = try queue.read { db in
                let rows = try Row.fetchAll(
                    db, kept: "SELECT id, canonical FROM number WHERE id > ? ORDER BY id LIMIT ?",
                    arguments: [last, Self.portion])
                last = rows.last?[0] ?? last
                return try Page(of: rows.map { $0[1] }, db)
            }
            let isLast = page.entries.count < Self.portion
            guard state.withLock({ $0.take(page, isLast: isLast, generation) }), !isLast else { break }
        }
        // The pages of the file that it has kept are of no use any more.
        queue.releaseMemory()
    }

    private func readAgain(_ numbers: [String], _ generation: Int, _ goesOn: () -> Bool) throws {
        for start in stride(from: 0, to: numbers.count, by: Self.portion) where goesOn() {
            let page = try queue.read { db in
                try Page(of: Array(numbers[start..<min(start + Self.portion, numbers.count)]), db)
            }
            guard state.withLock({ $0.take(page, generation) }) else { return }
        }
    }
}

/// Some numbers as they all were at one moment.
private struct Page: Sendable {
    enum Entry: Sendable {
        case packed([UInt8])
        /// Not ours.
        case nobody
        /// Left to the file.
        case unpacked
    }

    let revision: Int64
    let entries: [(number: String, entry: Entry)]

    init(of numbers: [String], _ db: Database) throws {
        revision = try ChangeFeed.revision(db)
        entries = try numbers.map { number in
            guard let record = try NumberRecordQuery.fetch(PhoneNumber(trustedCanonical: number), db) else {
                return (number, .nobody)
            }
            return (number, PackedRecord(record).map { .packed($0.octets) } ?? .unpacked)
        }
    }
}

/// The numbers that are known, by what their text is hashed to, and where the octets of each lie.
private struct State: Sendable {
    enum Found {
        case packed([UInt8])
        case nobody
        case unknown
    }

    /// In pieces, because a row that grows is copied, and calls would wait for that.
    private static let pieceBits: UInt32 = 20
    /// In place of a place: ask the file.
    private static let unknown = UInt32.max

    private let limit: Int
    private(set) var generation = 0
    /// It is being read: from now on it counts what changes.
    private(set) var isBegun = false
    /// Of the feed, when it was begun.
    private(set) var revision: Int64 = 0
    /// All was read that there is room for.
    private(set) var isRead = false
    /// What has changed since it was read, and not later than when. In revisions of the feed.
    private(set) var changed: [String: Int64] = [:]
    private var places: [Int: UInt32] = [:]
    private var pieces: [[UInt8]] = []
    /// What two numbers are hashed to: of neither anything is known.
    private var shared: Set<Int> = []
    private var isFull = false
    private var count = 0
    /// Octets that stand there and are found no more.
    private var wasted = 0

    init(limit: Int) { self.limit = limit }

    var isWasteful: Bool { wasted > max(pieces.count, 1) << (Self.pieceBits - 1) }

    var size: RuleMemory.Size {
        RuleMemory.Size(
            numbers: count, octets: pieces.reduce(places.capacity * 16) { $0 + $1.count }, isWhole: isRead && !isFull)
    }

    mutating func startAnew() {
        let next = generation + 1
        self = State(limit: limit)
        generation = next
    }

    /// An earlier attempt may have been given up half-way.
    mutating func begin(with count: Int, at revision: Int64, _ generation: Int) {
        guard generation == self.generation else { return }
        self = State(limit: limit)
        (self.generation, self.revision) = (generation, revision)
        isBegun = true
        places.reserveCapacity(count)
    }

    func find(_ number: String) -> Found {
        guard let place = places[Self.hash(number)] else {
            return isRead && !isFull && changed[number] == nil ? .nobody : .unknown
        }
        return place == Self.unknown ? .unknown : .packed(octets(at: place))
    }

    mutating func forget(_ number: String, at revision: Int64) {
        changed[number] = max(revision, changed[number] ?? 0)
        let hash = Self.hash(number)
        guard let place = places.updateValue(Self.unknown, forKey: hash), place != Self.unknown else { return }
        count -= 1
        wasted += octets(at: place).count
    }

    /// - Returns: false if everything was forgotten since it was begun.
    mutating func take(_ page: Page, isLast: Bool = false, _ generation: Int) -> Bool {
        guard generation == self.generation else { return false }
        for (number, entry) in page.entries {
            // What a shard has learnt of since is newer.
            guard changed[number].map({ $0 <= page.revision }) ?? true else { continue }
            let wasForgotten = changed.removeValue(forKey: number) != nil
            put(entry, for: number, insteadOfForgotten: wasForgotten)
        }
        if isLast || isFull { isRead = true }
        return !isFull
    }

    private mutating func put(_ entry: Page.Entry, for number: String, insteadOfForgotten wasForgotten: Bool) {
        let hash = Self.hash(number)
        if places[hash] != nil, !wasForgotten { shared.insert(hash) }
        // Of what was removed nothing is known either: another number may be hashed to the same.
        places[hash] = Self.unknown
        guard case .packed(let octets) = entry, !shared.contains(hash) else { return }
        guard let place = append(octets) else {
            isFull = true
            return
        }
        places[hash] = place
        count += 1
    }

    /// - Returns: nil if there is no more room.
    private mutating func append(_ octets: [UInt8]) -> UInt32? {
        let room = 1 << Self.pieceBits
        if pieces.isEmpty || pieces[pieces.count - 1].count + octets.count + 2 > room {
            guard (pieces.count + 1) << Self.pieceBits <= limit else { return nil }
            var piece: [UInt8] = []
            piece.reserveCapacity(room)
            pieces.append(piece)
        }
        let piece = pieces.count - 1
        let place = UInt32(piece) << Self.pieceBits | UInt32(pieces[piece].count)
        pieces[piece].append(UInt8(truncatingIfNeeded: octets.count))
        pieces[piece].append(UInt8(truncatingIfNeeded: octets.count >> 8))
        pieces[piece].append(contentsOf: octets)
        return place
    }

    private func octets(at place: UInt32) -> [UInt8] {
        let piece = pieces[Int(place >> Self.pieceBits)]
        let start = Int(place & (1 << Self.pieceBits - 1))
        let length = Int(piece[start]) | Int(piece[start + 1]) << 8
        return Array(piece[start + 2..<start + 2 + length])
    }

    private static func hash(_ number: String) -> Int {
        var hasher = Hasher()
        hasher.combine(number)
        return hasher.finalize()
    }
}
