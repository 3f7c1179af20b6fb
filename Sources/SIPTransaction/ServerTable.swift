/// The server transactions of a shard, by their names and by what their requests match on.
///
/// Requests find theirs in a hash table of chains that grows by one bucket with each transaction that is one too many
/// (linear hashing), so there is no moment in which everything is put in new places.
struct ServerTable {
    /// Ends a chain.
    static let noPlace = UInt32.max

    let transactions = Slab<ServerTransaction>()
    /// The first place of each bucket's chain; those from `bucketCount` on are not in use yet.
    private let heads = Pages<UInt32>()
    private var bucketCount: UInt32
    /// The highest bucket while the table has its present number of hash bits, and one bit more.
    private var mask: UInt32

    init() {
        bucketCount = Pages<UInt32>.pageSize
        mask = bucketCount * 2 - 1
        heads.addPage()
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
        while let id = transactions.id(at: place) {
            if transactions[at: id].keyHash == wanted.hash, transactions[at: id].key == wanted.key { return id }
            place = transactions[at: id].nextInBucket
        }
        return nil
    }

    /// Takes in a transaction whose key is not in the table.
    mutating func insert(_ transaction: consuming ServerTransaction, _ wanted: Wanted) -> SlotID {
        transaction.keyHash = wanted.hash
        let id = transactions.insert(transaction)
        push(id, to: bucket(of: wanted.hash))
        if transactions.count > Int(bucketCount) { splitBucket() }
        return id
    }

    /// - Returns: the owner of the transaction; nil if it was gone already.
    func remove(_ id: SlotID) -> UInt64? {
        guard transactions.contains(id) else { return nil }
        unlink(id, from: bucket(of: transactions[at: id].keyHash))
        let owner = transactions[at: id].owner
        transactions.discard(id)
        return owner
    }

    // MARK: - Buckets

    private func bucket(of hash: UInt32) -> UInt32 {
        let bucket = hash & mask
        return bucket < bucketCount ? bucket : bucket & (mask >> 1)
    }

    private func push(_ id: SlotID, to bucket: UInt32) {
        let head = unsafe heads.pointer(bucket)
        transactions[at: id].nextInBucket = unsafe head.pointee
        unsafe head.pointee = id.index
    }

    private func unlink(_ id: SlotID, from bucket: UInt32) {
        let next = transactions[at: id].nextInBucket
        let head = unsafe heads.pointer(bucket)
        var place = unsafe head.pointee
        if place == id.index {
            unsafe head.pointee = next
            return
        }
        while let before = transactions.id(at: place) {
            place = transactions[at: before].nextInBucket
            if place == id.index {
                transactions[at: before].nextInBucket = next
                return
            }
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
        while let id = transactions.id(at: place) {
            place = transactions[at: id].nextInBucket
            push(id, to: bucket(of: transactions[at: id].keyHash))
        }
        if bucketCount > mask { mask = mask << 1 | 1 }
    }
}
