import CallRouting
import Directory
import Foundation
import Logging
import SIPTransaction
import Storage

/// What a server does beside the calls: it forgets registrations that a command has removed, within a second, and holds
/// the call log to its bounds.
struct Housekeeping: Sendable {
    private static let interval = Duration.seconds(1)
    /// Seconds between two looks at the size of the call log.
    private static let pruneEvery = 60
    private static let millisecondsPerDay: Int64 = 86_400_000

    let runtime: RuntimeDatabase
    let locations: LocationTable
    let calls: ServerConfiguration.Calls
    let logger: Logger

    /// Runs until its task is cancelled.
    func run() async {
        var round = 0
        while !Task.isCancelled {
            attempt("registrations that were removed can't be read") { try forgetRemoved() }
            if round % Self.pruneEvery == 0 {
                attempt("the call log can't be shortened") { try shortenCallLog() }
            }
            round += 1
            try? await Task.sleep(for: Self.interval)
        }
    }

    private func attempt(_ what: String, _ work: () throws -> Void) {
        do {
            try work()
        } catch {
            logger.error("\(what): \(error)")
        }
    }

    private var now: Int64 { Int64((Date().timeIntervalSince1970 * 1000).rounded()) }

    private func forgetRemoved() throws {
        for removal in try runtime.takeRemovals() {
            let left = locations.bindings(of: removal.number, at: Instant(milliseconds: now))
                .filter { removal.contact != nil && $0.contact != removal.contact }
            locations.apply(BindingChange(number: removal.number, bindings: left))
        }
    }

    private func shortenCallLog() throws {
        try runtime.prune(
            olderThan: now - Int64(calls.maximumAge) * Self.millisecondsPerDay, maximumCount: calls.maximumCount,
            maximumBytes: calls.maximumBytes)
    }
}
