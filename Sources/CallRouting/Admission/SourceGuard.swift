internal import Directory
package import SIPMessage
package import SIPTransaction

/// Decides of each message, before anything in it is read, and of each connection that somebody opens, whether anything
/// is done for its source at all. One for each shard, which asks it for what its own sockets bring: no lock, and no
/// memory that grows.
package struct SourceGuard {
    package enum Verdict: Sendable {
        case admitted
        /// What is new in it is refused; what belongs to a call or a transaction goes on.
        case limited
        /// It is dropped.
        case banned
    }

    /// Since the start.
    package struct Counters: Sendable, Equatable {
        /// Messages, and connections opened, beyond their source's rate.
        package var limited = 0
        /// Messages and connections of banned sources.
        package var banned = 0
    }

    private static let capacity = 4_096
    /// What it costs to accept a connection that brings nothing, and to close it again, in messages.
    private static let messagesForConnection = 5

    private let limits: SourceLimits
    private let size: BucketSize
    private let ledger: SourceLedger
    private var table: SourceTable
    private var bans = SourceLedger.KnownBans()
    package private(set) var counters = Counters()

    /// - Parameters:
    ///   - ledger: shared by all shards.
    ///   - seed: nobody outside may know it.
    package init(_ ledger: SourceLedger, seed: UInt64) {
        limits = ledger.limits
        size = ledger.limits.messages
        self.ledger = ledger
        table = SourceTable(capacity: Self.capacity, seed: seed)
    }

    /// A message has come from there.
    package mutating func judge(_ address: IPAddress, at now: Instant) -> Verdict {
        judge(address, costing: 1, at: now)
    }

    /// Somebody there opens a connection, which counts as several messages until ``excuseConnection(from:)``.
    package mutating func judgeConnection(from address: IPAddress, at now: Instant) -> Verdict {
        judge(address, costing: Self.messagesForConnection, at: now)
    }

    /// The connection has brought a message, or found no room: it was no flood, and counts as one message.
    package mutating func excuseConnection(from address: IPAddress) {
        guard limits.messagesPerSecond > 0, !limits.isExempt(address) else { return }
        table.update(SourceKey(address)) { [size] in
            $0.allowance.giveBack(size, Self.messagesForConnection - 1)
        }
    }

    private mutating func judge(_ address: IPAddress, costing messages: Int, at now: Instant) -> Verdict {
        if isBanned(address, at: now) {
            counters.banned += 1
            return .banned
        }
        guard limits.messagesPerSecond > 0, !limits.isExempt(address) else { return .admitted }
        let verdict = table.update(SourceKey(address)) { [size, limits] entry in
            if entry.allowance.take(size, messages, at: now) { return Verdict.admitted }
            if entry.strikes.take(size, at: now) || limits.banTime.milliseconds == 0 { return .limited }
            // When the ban is over, or taken back, it begins anew.
            entry = SourceTable.Entry(key: entry.key)
            return .banned
        }
        switch verdict {
        case .admitted: break
        case .limited: counters.limited += 1
        case .banned:
            counters.banned += 1
            ledger.ban(address, for: .flood, at: now)
        }
        return verdict
    }

    /// Whether nothing is taken from there. Costs next to nothing while nobody is banned.
    package mutating func isBanned(_ address: IPAddress, at now: Instant) -> Bool {
        if ledger.generation != bans.generation { ledger.tellChanges(to: &bans) }
        guard !bans.until.isEmpty, let until = bans.until[SourceKey(address)] else { return false }
        return now < until
    }
}
