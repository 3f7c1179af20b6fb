import SIPMessage
import SIPTransaction

/// A transaction as other shards know it.
struct StreamSender: Sendable {
    let shard: Int
    let transaction: SlotID
}

/// A message for a connection, and who has to know if it can't be sent.
struct StreamWrite: Sendable {
    let outgoing: Outgoing
    let sender: StreamSender?

    /// - Parameter shard: the one that ``Outgoing/transaction`` belongs to.
    init(_ outgoing: Outgoing, from shard: Int) {
        self.outgoing = outgoing
        sender = outgoing.transaction.map { StreamSender(shard: shard, transaction: $0) }
    }
}

/// The connections that live on one shard's loop.
struct StreamSet {
    private(set) var connections: [ConnectionID: StreamConnection] = [:]
    private var touched: [StreamConnection] = []
    var counters = StreamCounters()

    mutating func insert(_ connection: StreamConnection) { connections[connection.id] = connection }

    mutating func remove(_ connection: StreamConnection) { connections[connection.id] = nil }

    /// Something is to be sent on it when the batch ends.
    mutating func touch(_ connection: StreamConnection) {
        guard !connection.isTouched else { return }
        connection.isTouched = true
        touched.append(connection)
    }

    /// Those to which something has been appended since the last time.
    mutating func takeTouched() -> [StreamConnection] {
        guard !touched.isEmpty else { return [] }
        let taken = touched
        touched = []
        for connection in taken { connection.isTouched = false }
        return taken
    }
}
