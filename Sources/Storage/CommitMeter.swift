import Foundation
import GRDB
package import Metering
import Synchronization

/// Takes the time of the transactions of one database, and remembers the last that failed.
package final class CommitMeter: Sendable {
    package struct Failure: Sendable, Equatable {
        /// Names the thing and the remedy.
        package let error: StorageError
        /// Milliseconds since the Unix epoch.
        package let at: Int64
    }

    package struct Reading: Sendable {
        /// Transactions from when they ask for the lock until they are on the disk.
        package internal(set) var commits = DurationHistogram()
        package internal(set) var failures = 0
        package internal(set) var lastFailure: Failure?
        /// No transaction has succeeded since the last failure.
        package internal(set) var isFailing = false
    }

    private let state = Mutex(Reading())

    init() {}

    package var reading: Reading { state.withLock { $0 } }

    /// Runs a transaction. What the work refuses by itself, and what the schema refuses, is no failure of the database.
    func measure(_ path: String, _ transaction: () throws -> Void) throws {
        let start = ContinuousClock.now
        do {
            try transaction()
            let length = ContinuousClock.now - start
            state.withLock { reading in
                reading.commits.add(length)
                reading.isFailing = false
            }
        } catch let error as DatabaseError where error.resultCode != .SQLITE_CONSTRAINT {
            let failure = Failure(
                error: StorageError(error, path: path), at: Int64(Date().timeIntervalSince1970 * 1000))
            state.withLock { reading in
                reading.failures += 1
                reading.lastFailure = failure
                // Who waited for somebody else in vain may have better luck the next time.
                if error.resultCode != .SQLITE_BUSY { reading.isFailing = true }
            }
            throw error
        }
    }
}
