import CallRouting
import Directory
import Foundation
import Logging
import SIPTransaction
import SIPTransport
import Storage
import Synchronization

/// Looks after the database files of a running server. One that was moved away goes on being read, since it is open, but
/// nobody else finds it any more; that has to be told, and mended where it can be.
final class DatabaseWatch: Sendable {
    private struct State {
        var control = OpenFile.Place.here
        /// Another `runtime.db` was opened: what it lacks has to be written to it.
        var runtimeIsNew = false
    }

    private static let page = 1_000

    private let directory: DataDirectory
    private let control: ControlDatabase
    private let runtime: RuntimeDatabase
    private let locations: LocationTable
    private let logger: Logger
    private let faults: FaultLog
    private let state = Mutex(State())

    /// Both files are open, and where they belong.
    init(
        _ directory: DataDirectory, _ control: ControlDatabase, _ runtime: RuntimeDatabase, _ locations: LocationTable,
        _ logger: Logger
    ) {
        self.directory = directory
        self.control = control
        self.runtime = runtime
        self.locations = locations
        self.logger = logger
        faults = FaultLog("another \(directory.runtimePath) can't be opened", logger)
    }

    /// Made to be called every second, on one thread at a time.
    func look() {
        lookAtControl()
        lookAtRuntime()
    }

    private func lookAtControl() {
        let place = control.file.place
        let hasChanged = state.withLock { state in
            defer { state.control = place }
            return state.control != place
        }
        guard hasChanged else { return }
        let path = directory.controlPath
        switch place {
        case .here:
            logger.notice("\(path) is in its place again")
        case .gone:
            logger.error(
                """
                \(path) was moved away: calls go on by the rules that it holds, and nothing can be set any more; put it \
                back, or restore a backup and restart the server
                """)
        case .another:
            logger.error(
                """
                \(path), or its -wal or -shm, is another file now: calls go on by the rules of the one before, and nothing \
                can be set any more; put that back, or restart the server to go by this one
                """)
        }
    }

    /// All registrations are in memory, so a file that has come in place of a damaged one gets them from there: those that
    /// it lacks, a round after it was opened, when what was under way to the other one is known here.
    private func lookAtRuntime() {
        do {
            if try runtime.reopenIfReplaced() {
                logger.warning("\(directory.runtimePath) was moved away: the one in its place is used from now on")
                state.withLock { $0.runtimeIsNew = true }
            } else if state.withLock({ $0.runtimeIsNew }) {
                try fillRuntime()
                state.withLock { $0.runtimeIsNew = false }
            }
            faults.worked()
        } catch {
            faults.failed(error)
        }
    }

    private func fillRuntime() throws {
        var place: Int? = 0
        var count = 0
        while let from = place {
            let now = Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
            let page = locations.page(from: from, limit: Self.page, at: now)
            try runtime.commitMissing(page.changes)
            count += page.changes.count
            place = page.next
        }
        logger.notice("the registrations of \(count) numbers are in \(directory.runtimePath)")
    }
}
