import NIOCore
import SignIn
import Synchronization

/// The connections of the web sites, counted: so many in all, and so many of one address.
final class ConnectionTable: Sendable {
    private struct Counts {
        var all = 0
        var refused = 0
        var origins: [NetworkOrigin: Int] = [:]
    }

    private let limit: Int
    private let limitOfOne: Int
    private let counts = Mutex(Counts())

    /// - Parameter limitOfOne: of one IPv4 address, or one IPv6 subscriber.
    init(limit: Int, limitOfOne: Int) {
        self.limit = limit
        self.limitOfOne = limitOfOne
    }

    var count: Int { counts.withLock { $0.all } }
    var refused: Int { counts.withLock { $0.refused } }

    /// Counts a connection, until ``forget(_:)``.
    ///
    /// - Parameter isProxy: it carries the requests of many, and only the limit of all holds for it.
    /// - Returns: whether there is room for it.
    func admit(_ origin: NetworkOrigin, isProxy: Bool) -> Bool {
        counts.withLock { counts in
            let own = counts.origins[origin, default: 0]
            guard counts.all < limit, isProxy || own < limitOfOne else {
                counts.refused += 1
                return false
            }
            counts.all += 1
            counts.origins[origin] = own + 1
            return true
        }
    }

    func forget(_ origin: NetworkOrigin) {
        counts.withLock { counts in
            counts.all -= 1
            let own = counts.origins[origin, default: 0] - 1
            counts.origins[origin] = own > 0 ? own : nil
        }
    }
}
