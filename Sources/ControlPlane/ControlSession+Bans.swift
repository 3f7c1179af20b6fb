package import Directory
package import Foundation
import SignIn
package import Storage

/// An address that nothing is taken from, for showing and for history.
package struct BanState: Codable, Sendable, Equatable {
    /// `192.0.2.1`, or the /64 of an IPv6 address.
    package let source: String
    package let reason: Ban.Reason
    package let since: Date
    package let until: Date

    init(_ ban: Ban) {
        source = ban.source
        reason = ban.reason
        since = Date(milliseconds: ban.since)
        until = Date(milliseconds: ban.until)
    }
}

extension ControlSession {
    /// The longest that somebody can be banned for, in seconds: a year.
    package static let longestBan = 365 * 86_400

    /// The latest first.
    package func bans(in runtime: RuntimeDatabase) throws -> [BanState] {
        try read(.listBans, on: .service) { _ in try runtime.bans(now: now).map(BanState.init) }
    }

    /// Lets a server take nothing from an address, peers' and its own included. One that runs does so within a second.
    ///
    /// - Parameters:
    ///   - address: of an IPv6 address its /64 is banned.
    ///   - seconds: at least 1.
    /// - Throws: ``ControlError/invalidSource(_:)``, ``ControlError/banTime(_:)``.
    package func addBan(of address: String, forSeconds seconds: Int, in runtime: RuntimeDatabase) throws -> BanState {
        // The two are different files: history goes first, and is not committed when the rest fails.
        try write(.addBan, on: .service) { transaction in
            guard (1...Self.longestBan).contains(seconds) else { throw ControlError.banTime(seconds) }
            let ban = Ban(
                source: try Self.source(address), reason: .administrator, since: now,
                until: now + Int64(seconds) * 1000)
            try runtime.add([ban], now: now)
            let state = BanState(ban)
            try record("ban add", of: .source(ban.source), from: Nothing.none, to: state, in: transaction)
            return state
        }
    }

    /// Takes a ban off. A running server listens to the address again within a second.
    ///
    /// - Throws: ``ControlError/invalidSource(_:)``, ``ControlError/notBanned(_:)``.
    package func removeBan(of address: String, in runtime: RuntimeDatabase) throws -> BanState {
        try write(.removeBan, on: .service) { transaction in
            let source = try Self.source(address)
            guard let ban = try runtime.removeBan(of: source, now: now) else { throw ControlError.notBanned(source) }
            let state = BanState(ban)
            try record("ban remove", of: .source(source), from: state, to: Nothing.none, in: transaction)
            return state
        }
    }

    private static func source(_ text: String) throws -> String {
        let typed = NumberPlan.halfWidth(text)
        // As the list shows it.
        let address = typed.hasSuffix("/64") ? String(typed.dropLast(3)) : typed
        guard let origin = NetworkOrigin(exactly: address) else { throw ControlError.invalidSource(text) }
        return origin.description
    }
}
