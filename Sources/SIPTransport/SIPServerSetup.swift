package import CallRouting
package import Logging
package import SIPMessage
package import SIPTransaction

/// What a server is made of.
package struct SIPServerSetup: Sendable {
    /// What an engine is told of the server it works in.
    package struct Place: Sendable {
        /// 0 ..< ``shardCount``.
        package let shard: Int
        package let shardCount: Int
        /// With the real ports where 0 was asked for.
        package let listeners: [RoutingConfiguration.Listener]
        package let startedAt: Instant
    }

    /// Port 0 takes any free one.
    package var listeners: [RoutingConfiguration.Listener]
    /// Event loops, each with an engine of its own; at least 1.
    package var shardCount: Int
    package var limits = TransportLimits()
    /// Gets a copy of every message; nil: nobody does.
    package var capture: CaptureServer?
    package var overload = OverloadControl.Settings()
    /// What one source may do; by default, as much as it likes.
    package var sources = SourceLedger(SourceLimits.none, seed: .random(in: .min ... .max))
    package var logger: Logger
    package var store: any RuntimeStore
    /// Called once for each shard, on its loop: what it makes never leaves it.
    package var makeDirectory: @Sendable () throws -> any ShardDirectory
    package var makeEngine: @Sendable (Place) throws -> any MessageEngine
    /// Finds the addresses of a host name, and may block; nil asks the system.
    package var lookup: (@Sendable (String) -> [IPAddress])?

    package init(
        listeners: [RoutingConfiguration.Listener], shardCount: Int, logger: Logger, store: any RuntimeStore,
        makeDirectory: @escaping @Sendable () throws -> any ShardDirectory,
        makeEngine: @escaping @Sendable (Place) throws -> any MessageEngine
    ) {
        self.listeners = listeners
        self.shardCount = max(1, shardCount)
        self.logger = logger
        self.store = store
        self.makeDirectory = makeDirectory
        self.makeEngine = makeEngine
    }
}
