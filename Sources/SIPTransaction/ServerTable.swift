/// The server transactions of a shard, by their names and by what their requests match on.
///
/// Requests find theirs in a hash table of chains that grows by one bucket with each transaction that is one too many
/// (linear hashing), so there is no moment in which everything is put in new places.
struct ServerTable {
    /// Ends a chain.
    static let noPlace = UInt32.max

    /// What a chain holds of the transaction that has the same place: apart from it and small, so that a walk along a
    /// chain stays in the processor's cache.
    private struct Link {
        var hash: UInt32
        var next: UInt32
    }

    /// Buckets from the start on, a power of two: room for some hundred calls a second before any has to be divided.
    private static let firstBuckets: UInt32 = 1 << 15

    let transactions = Slab<ServerTransaction>()
    private let links = Pages<Link>()
    /// The first place of each bucket's chain; those from `bucketCount` on are not in use yet.
    private let heads = Pages<UInt32>()
    private var bucketCount: UInt32
    /// The highest bucket while the table has its present number of hash bits, and one bit more.
    private var mask: UInt32

    init() {
        bucketCount = Self.firstBuckets
        mask = bucketCount * 2 - 1
        while unsafe heads.capacity < bucketCount { heads.addPage() }
        for bucket in 0..<bucketCount { unsafe heads.pointer(bucket).initialize(to: Self.noPlace) }
    }

    var count: Int { transactions.count }

    func contains(_ id: SlotID) -> Bool { transactions.contains(id) }

    /// A transaction that is known to be there.
    subscript(id: SlotID) -> ServerTransaction {
        _read { yield transactions[at: id] }
        nonmutating _modify { yield &transactions[at: id] }
    }

    /// What the table looks for: a key with its hash.
    struct Wanted {
        let key: TransactionKey
        fileprivate let hash: UInt32

        init(_ key: TransactionKey) {
            self.key = key
            hash = UInt32(truncatingIfNeeded: key.low)
        }
    }

    func find(_ wanted: Wanted) -> SlotID? {
        var place = unsafe heads.pointer(bucket(of: wanted.hash)).pointee
        while place != Self.noPlace {
            let link = unsafe links.pointer(place).pointee
            if link.hash == wanted.hash, let id = transactions.id(at: place), transactions[at: id].key == wanted.key {
                return id
            }
            place = link.next
        }
        return nil
    }

    /// Takes in a transaction whose key is not in the table.
    mutating func insert(_ transaction: consuming ServerTransaction, _ wanted: Wanted) -> SlotID {
        let id = transactions.insert(transaction)
        while unsafe links.capacity <= id.index { links.addPage() }
        unsafe links.pointer(id.index).initialize(to: Link(hash: wanted.hash, next: Self.noPlace))
        push(id.index, to: bucket(of: wanted.hash))
        if transactions.count > Int(bucketCount) { splitBucket() }
        return id
    }

    /// Keeps a response in the place of another one, or none.
    ///
    /// - Returns: how long the other one was.
    func keep(_ response: [UInt8]?, of id: SlotID) -> Int {
        let former = transactions[at: id].lastResponse?.count ?? 0
        transactions[at: id].lastResponse = response
        return former
    }

    /// - Returns: the owner of the transaction, and how long the response is that it kept; nil if it was gone already.
    func remove(_ id: SlotID) -> (owner: UInt64, keptOctets: Int)? {
        guard transactions.contains(id) else { return nil }
        unlink(id.index)
        let owner = transactions[at: id].owner
        let keptOctets = transactions[at: id].lastResponse?.count ?? 0
        transactions.discard(id)
        return (owner, keptOctets)
    }

    // MARK: - Buckets

    private func bucket(of hash: UInt32) -> UInt32 {
        let bucket = hash & mask
        return bucket < bucketCount ? bucket : bucket & (mask >> 1)
    }

    private func push(_ place: UInt32, to bucket: UInt32) {
        let head = unsafe heads.pointer(bucket)
        unsafe links.pointer(place).pointee.next = head.pointee
        unsafe head.pointee = place
    }

    private func unlink(_ place: UInt32) {
        let link = unsafe links.pointer(place).pointee
        let head = unsafe heads.pointer(bucket(of: link.hash))
        var before = unsafe head.pointee
        if before == place {
            unsafe head.pointee = link.next
            return
        }
        while before != Self.noPlace {
            let next = unsafe links.pointer(before).pointee.next
            if next == place {
                unsafe links.pointer(before).pointee.next = link.next
                return
            }
            before = next
        }
    }

    /// Adds a bucket, and moves to it what belongs there now: all of that was in one other bucket.
    private mutating func splitBucket() {
        let added = bucketCount
        if unsafe added == heads.capacity { heads.addPage() }
        unsafe heads.pointer(added).initialize(to: Self.noPlace)
        let divided = unsafe heads.pointer(added & (mask >> 1))
        var place = unsafe divided.pointee
        unsafe divided.pointee = Self.noPlace
        bucketCount += 1
        while place != Self.noPlace {
            let link = unsafe links.pointer(place).pointee
            push(place, to: bucket(of: link.hash))
            place = link.next
        }
        if bucketCount > mask { mask = mask << 1 | 1 }
    }
}
