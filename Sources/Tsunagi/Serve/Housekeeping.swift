import ControlPlane
import Foundation
import Logging
import SignIn
import Storage

/// What a server does beside the calls: it holds the call log and the outbox to their bounds, forgets sessions and
/// sign-ins that are over, registrations that a command has removed even while nothing else happens, and keeps bans.
struct Housekeeping: Sendable {
    private static let interval = Duration.seconds(1)
    /// Seconds between two looks at the size of the call log and at the outbox.
    private static let pruneEvery = 60
    private static let millisecondsPerDay: Int64 = 86_400_000

    let files: DatabaseWatch
    let runtime: RuntimeDatabase
    let removals: RemovedRegistrations
    let bans: BanKeeper
    let calls: ServerConfiguration.Calls
    let control: ControlDatabase
    let outbox: ServerConfiguration.Outbox
    let logger: Logger

    /// Runs until its task is cancelled.
    func run() async {
        var round = 0
        while !Task.isCancelled {
            files.look()
            removals.take()
            bans.exchange()
            if round % Self.pruneEvery == 0 {
                shortenCallLog()
                shortenOutbox()
                forgetSignIns()
            }
            round += 1
            try? await Task.sleep(for: Self.interval)
        }
    }

    private func shortenCallLog() {
        let now = Int64(Date().timeIntervalSince1970 * 1000)
        do {
            try runtime.prune(
                olderThan: now - Int64(calls.maximumAge) * Self.millisecondsPerDay, maximumCount: calls.maximumCount,
                maximumBytes: calls.maximumBytes)
        } catch {
            logger.error("the call log can't be shortened: \(error)")
        }
    }

    private func forgetSignIns() {
        do {
            try control.forgetPastSignIns(at: Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)))
        } catch {
            logger.error("sessions that are over can't be forgotten: \(error)")
        }
    }

    private func shortenOutbox() {
        let now = Int64(Date().timeIntervalSince1970 * 1000)
        do {
            let limit = 1_000
            while try control.write({
                try $0.forgetMessages(settledBefore: now - Int64(outbox.keep) * Self.millisecondsPerDay, limit: limit)
            }) == limit {}
        } catch {
            logger.error("the outbox can't be shortened: \(error)")
        }
    }
}
