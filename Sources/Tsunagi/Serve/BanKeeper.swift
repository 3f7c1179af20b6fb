import CallRouting
import Directory
import Foundation
import Logging
import SIPTransport
import SignIn
import Storage

/// Keeps the bans that a running server makes, so that they are listed and outlive it, and tells it of those that a command
/// has made or taken off.
struct BanKeeper: Sendable {
    /// Bans that are told one by one each time: whoever sends from many addresses would fill the log as well.
    private static let longestTale = 10

    private let runtime: RuntimeDatabase
    private let sources: SourceLedger
    private let logger: Logger
    private let faults: FaultLog

    init(_ runtime: RuntimeDatabase, _ sources: SourceLedger, _ logger: Logger) {
        (self.runtime, self.sources, self.logger) = (runtime, sources, logger)
        faults = FaultLog("bans can't be stored", logger)
    }

    /// For a server that starts.
    ///
    /// - Throws: ``StorageError``.
    func load() throws {
        sources.replaceBans(try runtime.bans(now: Self.now))
    }

    /// What was not kept is kept the next time; it holds in any case.
    func exchange() {
        let made = sources.takeUntold()
        do {
            if !made.isEmpty { try runtime.add(made.map(Self.named), now: Self.now) }
            tell(made)
        } catch {
            sources.untell(made)
            return faults.failed(error)
        }
        do {
            if let bans = try runtime.takeChangedBans(now: Self.now) { sources.replaceBans(bans) }
            faults.worked()
        } catch {
            faults.failed(error)
        }
    }

    private func tell(_ bans: [Ban]) {
        for ban in bans.prefix(Self.longestTale).map(Self.named) {
            logger.warning(
                """
                \(ban.source) is banned until \(LocalTime.text(milliseconds: ban.until)) (\(ban.reason.rawValue)); \
                \"tsunagi bans remove \(ban.source)\" takes it off
                """)
        }
        if bans.count > Self.longestTale {
            logger.warning("and \(bans.count - Self.longestTale) more are banned: see \"tsunagi bans list\"")
        }
    }

    /// As commands call the source.
    private static func named(_ ban: Ban) -> Ban {
        Ban(
            source: NetworkOrigin(address: ban.source).description, reason: ban.reason, since: ban.since,
            until: ban.until)
    }

    private static var now: Int64 { Int64(Date().timeIntervalSince1970 * 1000) }
}
