import CallRouting
import Directory
import Foundation
import Logging
import SIPTransport
import Storage
import Synchronization

/// Registrations that a command has removed from the disk, on their way out of memory.
final class RemovedRegistrations: Sendable {
    private let runtime: RuntimeDatabase
    private let locations: LocationTable
    private let faults: FaultLog
    /// Each removal is told once: a shard that comes second waits until the first has dropped what it was told.
    private let turn = Mutex(())

    init(_ runtime: RuntimeDatabase, _ locations: LocationTable, _ logger: Logger) {
        self.runtime = runtime
        self.locations = locations
        faults = FaultLog("removed registrations can't be read", logger)
    }

    /// Forgets what was removed since the last time. Nearly free when nothing was.
    func take() {
        do {
            try forget()
            faults.worked()
        } catch {
            faults.failed(error)
        }
    }

    private func forget() throws {
        try turn.withLock { _ in
            locations.remove(try runtime.takeRemovals(now: Int64(Date().timeIntervalSince1970 * 1000)))
        }
    }

    /// What is to be stored of registrations, without what a command has removed since they were asked for. To be called while
    /// no command can write.
    ///
    /// - Throws: what keeps the removals from being read: what was removed might be stored again.
    func settle(_ changes: [BindingChange]) throws -> [BindingChange] {
        try forget()
        return changes.map(locations.settled)
    }
}
