import CallRouting
import NIOCore
import SIPMessage
import SIPTransaction
import Synchronization

/// The TCP connections of all shards: by their identity, and by the far end, so that one that is there already is used
/// again whoever opened it (RFC 3261 §18).
///
/// When there are too many, one that has never brought a message makes room for the new one, the oldest first: who
/// opens connections and says nothing gets in nobody's way. If all have spoken, the new one is refused.
final class ConnectionTable: Sendable {
    private struct Entry {
        let reference: ConnectionReference
        let remote: Endpoint
        let source: SourceKey
        /// It has brought a whole message, or we have opened it.
        var isProven: Bool
    }

    private struct State {
        var entries: [ConnectionID: Entry] = [:]
        var latest: [Endpoint: ConnectionID] = [:]
        var perSource: [SourceKey: Int] = [:]
        /// Connections that had brought nothing when they were put here, in the order of their age.
        var unproven: CircularBuffer<ConnectionID> = []
        var lastID: UInt64 = 0
        var refused = 0
        var unopened = 0
    }

    enum Admission: Sendable {
        /// - Parameter evicted: a connection to close.
        case admitted(ConnectionReference, evicted: ConnectionReference?)
        /// - Parameter count: how many were refused so far.
        case refused(count: Int)
    }

    private let limit: Int
    private let limitPerAddress: Int
    private let state = Mutex(State())

    init(_ limits: TransportLimits) {
        limit = limits.connections
        limitPerAddress = limits.connectionsPerAddress
    }

    var measures: ConnectionMeasures {
        state.withLock { state in
            ConnectionMeasures(open: state.entries.count, refused: state.refused, unopened: state.unopened)
        }
    }

    /// Takes a connection that a peer has opened, if there is room.
    func admit(from remote: Endpoint, _ make: (ConnectionID) -> ConnectionReference) -> Admission {
        state.withLock { state in
            var evicted: ConnectionReference?
            let source = SourceKey(remote.address)
            let sourceIsFull = state.perSource[source, default: 0] >= limitPerAddress
            if sourceIsFull || state.entries.count >= limit {
                evicted = Self.evict(from: sourceIsFull ? source : nil, &state)
                guard evicted != nil else {
                    state.refused += 1
                    return .refused(count: state.refused)
                }
            }
            let reference = Self.add(remote, isProven: false, to: &state, make)
            return .admitted(reference, evicted: evicted)
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
            if let id = hop.connection, let entry = state.entries[id] { return (entry.reference, false) }
            if let id = state.latest[hop.remote], let entry = state.entries[id] { return (entry.reference, false) }
            // Whoever has us call at ever new ports of an address takes no more than who calls us from them.
            let ofSource = state.perSource[SourceKey(hop.remote.address), default: 0]
            guard state.entries.count < limit, ofSource < limitPerAddress else {
                state.unopened += 1
                return nil
            }
            return (Self.add(hop.remote, isProven: true, to: &state, make), true)
        }
    }

    /// The connection has brought its first message.
    func prove(_ id: ConnectionID) {
        state.withLock { $0.entries[id]?.isProven = true }
    }

    /// Nothing is sent on it any more.
    func remove(_ id: ConnectionID) {
        state.withLock { Self.remove(id, &$0) }
    }

    private static func add(
        _ remote: Endpoint, isProven: Bool, to state: inout State, _ make: (ConnectionID) -> ConnectionReference
    ) -> ConnectionReference {
        state.lastID += 1
        let id = ConnectionID(state.lastID)
        let reference = make(id)
        let source = SourceKey(remote.address)
        state.entries[id] = Entry(reference: reference, remote: remote, source: source, isProven: isProven)
        state.latest[remote] = id
        state.perSource[source, default: 0] += 1
        if !isProven {
            if state.unproven.count > 2 * state.entries.count + 64 {
                state.unproven.removeAll { state.entries[$0]?.isProven ?? true }
            }
            state.unproven.append(id)
        }
        return reference
    }

    private static func evict(from source: SourceKey?, _ state: inout State) -> ConnectionReference? {
        while let oldest = state.unproven.first, state.entries[oldest]?.isProven ?? true {
            state.unproven.removeFirst()
        }
        for id in state.unproven {
            guard let entry = state.entries[id], !entry.isProven else { continue }
            guard source == nil || entry.source == source else { continue }
            remove(id, &state)
            return entry.reference
        }
        return nil
    }

    private static func remove(_ id: ConnectionID, _ state: inout State) {
        guard let entry = state.entries.removeValue(forKey: id) else { return }
        if state.latest[entry.remote] == id { state.latest[entry.remote] = nil }
        let left = state.perSource[entry.source, default: 1] - 1
        state.perSource[entry.source] = left > 0 ? left : nil
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
