import SignIn
package import Storage
import Synchronization

/// What is only noted of a request: when its session or its token was used last. Whether that may go on is read, so nobody
/// is turned away because it can't be written. It is as if nobody had come then: a session that is in use ends as an idle
/// one if that lasts.
package final class UseNotes: Sendable {
    /// After a failure nothing is tried for so long: not every request is to wait for whoever holds the database's lock.
    static let pause = Duration.seconds(60)

    private let tell: @Sendable (StorageError?) -> Void
    private let failure = Mutex<Timestamp?>(nil)

    /// - Parameter tell: is handed why it could not be written, each time, and nil when it was.
    package init(tell: @escaping @Sendable (StorageError?) -> Void = { _ in }) {
        self.tell = tell
    }

    /// - Throws: what the work throws, but no `StorageError`.
    func write(to database: ControlDatabase, at now: Timestamp, _ work: (ControlTransaction) throws -> Void) throws {
        // A clock that was put back is no reason to wait for longer.
        let pauses = failure.withLock { $0.map { $0 <= now && now < $0 + Self.pause } ?? false }
        guard !pauses else { return }
        do {
            try database.write(work)
            failure.withLock { $0 = nil }
            tell(nil)
        } catch let error as StorageError {
            failure.withLock { $0 = now }
            tell(error)
        }
    }
}
