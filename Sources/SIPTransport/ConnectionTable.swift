import NIOCore
import SIPMessage
import SIPTransaction
import Synchronization

/// The TCP connections of all shards: by their identity, and by the far end, so that one that is there already is used
/// again whoever opened it (RFC 3261 §18).
final class ConnectionTable: Sendable {
    private struct State {
        var connections: [ConnectionID: ConnectionReference] = [:]
        var latest: [Endpoint: ConnectionID] = [:]
        var perAddress: [IPAddress: Int] = [:]
        var lastID: UInt64 = 0
        var refused = 0
    }

    private let limit: Int
    private let limitPerAddress: Int
    private let state = Mutex(State())

    init(_ limits: TransportLimits) {
        limit = limits.connections
        limitPerAddress = limits.connectionsPerAddress
    }

    var count: Int { state.withLock { $0.connections.count } }
    /// Connections turned away because there were too many.
    var refused: Int { state.withLock { $0.refused } }

    /// Makes room for a connection that a peer has opened.
    ///
    /// - Returns: nil if there are too many already.
    func accept(from remote: Endpoint, _ make: (ConnectionID) -> ConnectionReference) -> ConnectionReference? {
        state.withLock { state in
            guard state.connections.count < limit, state.perAddress[remote.address, default: 0] < limitPerAddress else {
                state.refused += 1
                return nil
            }
            return Self.add(remote, to: &state, make)
        }
    }

    /// The connection that a message is to take: the one that the hop names while it lives, otherwise one to the same
    /// far end, otherwise a new one.
    ///
    /// - Returns: nil if there are too many already to open another one; a new one is to be connected.
    func connection(
        for hop: Hop, _ make: (ConnectionID) -> ConnectionReference
    ) -> (reference: ConnectionReference, isNew: Bool)? {
        state.withLock { state in
            if let id = hop.connection, let reference = state.connections[id] { return (reference, false) }
            if let id = state.latest[hop.remote], let reference = state.connections[id] { return (reference, false) }
            guard state.connections.count < limit else {
                state.refused += 1
                return nil
            }
            return (Self.add(hop.remote, to: &state, make), true)
        }
    }

    private static func add(
        _ remote: Endpoint, to state: inout State, _ make: (ConnectionID) -> ConnectionReference
    ) -> ConnectionReference {
        state.lastID += 1
        let id = ConnectionID(state.lastID)
        let reference = make(id)
        state.connections[id] = reference
        state.latest[remote] = id
        state.perAddress[remote.address, default: 0] += 1
        return reference
    }

    /// Nothing is sent on it any more.
    func remove(_ id: ConnectionID, to remote: Endpoint) {
        state.withLock { state in
            guard state.connections.removeValue(forKey: id) != nil else { return }
            if state.latest[remote] == id { state.latest[remote] = nil }
            let left = state.perAddress[remote.address, default: 1] - 1
            state.perAddress[remote.address] = left > 0 ? left : nil
        }
    }
}

/// A connection as other threads know it.
struct ConnectionReference: Sendable {
    /// Index of the shard whose loop it lives on.
    let shard: Int
    private let connection: NIOLoopBound<StreamConnection>

    /// To be called on the shard's loop.
    init(_ connection: StreamConnection, on shard: Shard) {
        self.shard = shard.index
        self.connection = NIOLoopBound(connection, eventLoop: shard.loop)
    }

    /// To be called on the shard's loop.
    func onLoop<Result>(_ work: (StreamConnection) throws -> Result) rethrows -> Result {
        try work(connection.value)
    }
}
