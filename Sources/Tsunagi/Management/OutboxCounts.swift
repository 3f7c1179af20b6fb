import Storage
import Synchronization

/// How many messages are in the outbox. They are counted anew only after something was committed.
final class OutboxCounts: Sendable {
    struct Counts: Sendable {
        /// By state, then by channel.
        var messages: [OutboxState: [OutboxChannel: Int]] = [:]
        /// Those that were dropped because too many waited.
        var dropped: [OutboxChannel: Int] = [:]
    }

    /// What somebody may have to do something about.
    static let states: [OutboxState] = [.waiting, .sending, .failed]

    private let control: ControlDatabase
    private let latest = Mutex<(mark: CommitMark, counts: Counts)?>(nil)

    init(_ control: ControlDatabase) { self.control = control }

    /// May wait for the disk.
    ///
    /// - Throws: ``StorageError``.
    func read() throws -> Counts {
        // Read before the counts: what is committed meanwhile is seen the next time.
        let mark = control.lastCommit
        if let mark, let latest = latest.withLock({ $0 }), latest.mark == mark { return latest.counts }
        let counts = try control.read { snapshot in
            var counts = Counts()
            for state in Self.states { counts.messages[state] = try snapshot.messageCount(state) }
            for channel in OutboxChannel.allCases { counts.dropped[channel] = try snapshot.droppedMessages(channel) }
            return counts
        }
        if let mark { latest.withLock { $0 = (mark, counts) } }
        return counts
    }
}
