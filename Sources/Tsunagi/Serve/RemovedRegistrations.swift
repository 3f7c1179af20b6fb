import CallRouting
import Directory
import Foundation
import Logging
import SIPTransaction
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
        turn.withLock { _ in
            do {
                let now = Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
                for removal in try runtime.takeRemovals(now: now.milliseconds) { forget(removal, at: now) }
                faults.worked()
            } catch {
                faults.failed(error)
            }
        }
    }

    private func forget(_ removal: BindingRemoval, at now: Instant) {
        let left = locations.bindings(of: removal.number, at: now)
            .filter { removal.contact != nil && $0.contact != removal.contact }
        locations.apply(BindingChange(number: removal.number, bindings: left))
    }
}
