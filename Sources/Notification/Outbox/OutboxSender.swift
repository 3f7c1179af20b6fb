package import Storage

/// Sends the messages of one channel out of the outbox, one after the other. Made for a thread of its own, because
/// handing a message over blocks.
///
/// A message is claimed in a transaction before it is handed over, and settled in another one after it: no other
/// sender gets it in between, and an end of the process in between shows when the next one starts.
package struct OutboxSender<Generator: RandomNumberGenerator & Sendable>: Sendable {
    package let channel: OutboxChannel
    private let database: ControlDatabase
    private let delivery: any Delivery
    private let policy: RetryPolicy
    private var generator: Generator
    /// What came of the last message, while the database could not be told.
    private var unsettled: (message: OutboxEntry, outcome: DeliveryOutcome, settlement: OutboxSettlement, at: Int64)?
    /// What the last look has shown, which holds until the next commit.
    private var known: (commit: CommitMark, next: Int64?)?
    /// How many messages had been dropped when that was last told; nil: it was not looked yet.
    private var dropped: Int?

    package init(
        _ channel: OutboxChannel, in database: ControlDatabase, by delivery: any Delivery, policy: RetryPolicy,
        generator: Generator
    ) {
        self.channel = channel
        self.database = database
        self.delivery = delivery
        self.policy = policy
        self.generator = generator
    }

    /// Settles what a former server left half done. Once, before the first ``work(until:clock:report:)``, by a server
    /// that has the data directory for itself.
    ///
    /// - Throws: `StorageError`.
    package func recover(at now: Int64, report: (OutboxEvent) -> Void) throws {
        let settled = try database.write { transaction in
            try transaction.interruptedMessages(channel).map { message in
                let settlement = policy.settlement(ofInterrupted: message, at: now)
                try transaction.settle(message.id, as: settlement, at: now)
                return (message, settlement)
            }
        }
        for (message, settlement) in settled { report(.interrupted(message, settlement)) }
    }

    /// Sends what is due now, until nothing is left or the signal is raised. Costs some nanoseconds when nothing is due
    /// and nothing has been committed since the last time.
    ///
    /// - Parameters:
    ///   - stop: ends it after the message that is in hand, and ends that too if it is not handed over yet.
    ///   - clock: milliseconds since the Unix epoch.
    /// - Throws: `StorageError`. A message that could not be settled then is settled first the next time; until that
    ///   it stays claimed, and is not sent again blindly.
    package mutating func work(
        until stop: StopSignal, clock: () -> Int64, report: (OutboxEvent) -> Void
    ) throws {
        try settle(report)
        let start = clock()
        if let known, known.commit == database.lastCommit, start < known.next ?? .max { return }
        let commit = database.lastCommit
        let (next, total) = try database.read { (try $0.nextOutboxMoment(channel), try $0.droppedMessages(channel)) }
        if let dropped, total > dropped { report(.dropped(channel, count: total - dropped)) }
        dropped = total
        known = commit.map { ($0, next) }
        guard let next, next <= start else { return }
        let expired = try database.write { try $0.expireMessages(channel, at: start) }
        if expired > 0 { report(.expired(channel, count: expired)) }
        while !stop.isRaised {
            let now = clock()
            guard let message = try database.write({ try $0.claimMessage(channel, at: now) }) else { return }
            let outcome = delivery.deliver(message, stop: stop)
            let end = clock()
            let settlement = policy.settlement(of: message, after: outcome, at: end, using: &generator)
            unsettled = (message, outcome, settlement, end)
            try settle(report)
        }
    }

    private mutating func settle(_ report: (OutboxEvent) -> Void) throws {
        guard let (message, outcome, settlement, end) = unsettled else { return }
        try database.write { try $0.settle(message.id, as: settlement, at: end) }
        unsettled = nil
        report(.settled(message, outcome, settlement))
    }
}

/// What a sender has done, for the log.
package enum OutboxEvent: Sendable, Equatable {
    case settled(OutboxEntry, DeliveryOutcome, OutboxSettlement)
    /// A former server had it in hand when it ended.
    case interrupted(OutboxEntry, OutboxSettlement)
    case expired(OutboxChannel, count: Int)
    /// Optional messages for which there was no room, since that was last told.
    case dropped(OutboxChannel, count: Int)
}
