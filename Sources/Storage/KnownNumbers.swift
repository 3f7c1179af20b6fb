import Directory
import GRDB

/// Numbers by what their text is hashed to, and where the octets of each lie.
struct KnownNumbers: Sendable {
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
    /// It is being read: from now on it counts what changes.
    private(set) var isBegun = false
    /// All was read that there is room for.
    var isRead = false
    /// The revision of the feed up to which it was told of all changes since it was begun.
    var toldUpTo: Int64 = 0
    var position: ChangeFeed.Position?
    /// What has changed since it was read, and not later than when. In revisions of the feed.
    private(set) var changed: [String: Int64] = [:]
    private var places: [Int: UInt32] = [:]
    private var pieces: [[UInt8]] = []
    /// What two numbers are hashed to: of neither anything is known.
    private var shared: Set<Int> = []
    private(set) var isFull = false
    private var count = 0
    /// Octets that stand there and are found no more.
    private var wasted = 0

    init(limit: Int) { self.limit = limit }

    /// Half of what there is, or less where others wait for the room.
    var isWasteful: Bool { wasted > max(pieces.count, 1) << (Self.pieceBits - (isFull ? 4 : 1)) }

    var size: RuleMemory.Size {
        RuleMemory.Size(
            numbers: count, octets: pieces.reduce(places.capacity * 16) { $0 + $1.count }, isWhole: isRead && !isFull)
    }

    mutating func begin(with count: Int, at position: ChangeFeed.Position) {
        isBegun = true
        self.position = position
        toldUpTo = position.revision
        // With room for those that are added later: while a table of a million is moved, calls would wait.
        places.reserveCapacity(min(count + count / 4, limit / 32))
    }

    func find(_ number: String) -> Found {
        guard let place = places[Self.hash(number)] else {
            return isRead && !isFull && changed[number] == nil ? .nobody : .unknown
        }
        return place == Self.unknown ? .unknown : .packed(octets(at: place))
    }

    mutating func forget(_ numbers: [String], after former: Int64, at position: ChangeFeed.Position) {
        self.position = position
        for number in numbers { forget(number, at: position.revision) }
        if former <= toldUpTo { toldUpTo = max(position.revision, toldUpTo) }
    }

    private mutating func forget(_ number: String, at revision: Int64) {
        changed[number] = max(revision, changed[number] ?? 0)
        let place = places.updateValue(Self.unknown, forKey: Self.hash(number))
        guard let place, place != Self.unknown else { return }
        count -= 1
        wasted += length(at: place)
    }

    /// - Returns: false if there is no room for more.
    mutating func take(_ entries: ArraySlice<NumberPage.Entry>, readAt revision: Int64) -> Bool {
        for (number, content) in entries {
            // What a shard has learnt of since is newer.
            guard changed[number].map({ $0 <= revision }) ?? true else { continue }
            let wasForgotten = changed.removeValue(forKey: number) != nil
            put(content, for: number, insteadOfForgotten: wasForgotten)
        }
        if isFull { isRead = true }
        return !isFull
    }

    private mutating func put(_ content: NumberPage.Content, for number: String, insteadOfForgotten wasForgotten: Bool)
    {
        let hash = Self.hash(number)
        if places[hash] != nil, !wasForgotten { shared.insert(hash) }
        // Of what was removed nothing is known either: another number may be hashed to the same.
        places[hash] = Self.unknown
        guard case .packed(let octets) = content, !shared.contains(hash) else { return }
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
        let start = Self.start(place) + 2
        return Array(pieces[Self.piece(place)][start..<start + length(at: place)])
    }

    private func length(at place: UInt32) -> Int {
        let (piece, start) = (Self.piece(place), Self.start(place))
        return Int(pieces[piece][start]) | Int(pieces[piece][start + 1]) << 8
    }

    private static func piece(_ place: UInt32) -> Int { Int(place >> pieceBits) }
    private static func start(_ place: UInt32) -> Int { Int(place & (1 << pieceBits - 1)) }

    private static func hash(_ number: String) -> Int {
        var hasher = Hasher()
        hasher.combine(number)
        return hasher.finalize()
    }
}

/// Some numbers as they all were at one moment.
struct NumberPage: Sendable {
    enum Content: Sendable {
        case packed([UInt8])
        /// Left to the file, or not ours.
        case unknown
    }

    typealias Entry = (number: String, content: Content)

    let position: ChangeFeed.Position
    let entries: [Entry]

    init(of numbers: [String], _ db: Database) throws {
        position = try ChangeFeed.position(db)
        entries = try numbers.map { number in
            do {
                let record = try NumberRecordQuery.fetch(PhoneNumber(trustedCanonical: number), db)
                return (number, record.flatMap(PackedRecord.init).map { .packed($0.octets) } ?? .unknown)
            } catch let error where !(error is DatabaseError) {
                // What can't be understood of this one is told to whoever asks for it.
                return (number, .unknown)
            }
        }
    }
}
