package import Foundation
import SignIn
package import Storage

/// A session, for showing.
package struct SessionState: Codable, Sendable, Equatable {
    /// By which it is ended. It opens nothing.
    package let id: String
    package let kind: String
    /// What the account signs in with.
    package let account: String
    /// The login ID that an administrator ID acts for in it.
    package let actingFor: String?
    package let startedAt: Date
    /// To the minute.
    package let lastSeenAt: Date
    /// The address that it was started from.
    package let source: String
    /// Whose own it is who asks.
    package let isOwn: Bool
}

/// What history keeps of a session that was ended by somebody else.
private struct EndedSession: Encodable {
    let name: String
    let session: String
    let actingFor: String?
    let source: String
    let startedAt: Date

    init(_ state: SessionState) {
        name = state.account
        session = state.id
        actingFor = state.actingFor
        source = state.source
        startedAt = state.startedAt
    }
}

extension ControlSession {
    /// Who is signed in, the latest first: for each their own sessions, and those of the accounts in their care.
    package func sessions(after place: ListPlace? = nil, limit: Int) throws -> [SessionState] {
        try read(.listSessions, on: .reached) { snapshot in
            let lifetime = try SignInPolicy(snapshot).sessions
            return try snapshot.sessions(after: place, within: reach, owner: owner, limit: max(0, limit)).compactMap {
                entry in
                try state(entry, lifetime, in: snapshot)
            }
        }
    }

    /// One's own sessions alone, the latest first. In somebody else's screen there are none.
    package func ownSessions(limit: Int) throws -> [SessionState] {
        try read(.listSessions, on: .reached) { snapshot in
            guard let owner else { return [] }
            let lifetime = try SignInPolicy(snapshot).sessions
            return try snapshot.sessions(of: owner, limit: max(0, limit)).compactMap { entry in
                try state(entry, lifetime, in: snapshot)
            }
        }
    }

    /// Ends a session, and those that depend on it.
    ///
    /// - Throws: ``AccountRefusal/noSuchSession(_:)``.
    package func endSession(_ id: String) throws -> SessionState {
        try refusing {
            try write(.endSession, on: .session(id, owner: owner)) { transaction in
                let lifetime = try SignInPolicy(transaction.snapshot).sessions
                guard let entry = try transaction.snapshot.session(id: id),
                    let state = try state(entry, lifetime, in: transaction.snapshot)
                else { throw AccountRefusal.noSuchSession(id) }
                try transaction.removeSession(id)
                if !state.isOwn {
                    try record(
                        "\(entry.accountKind.object(entry.accountID).kind) session",
                        of: entry.accountKind.object(entry.accountID), from: EndedSession(state), to: Nothing.none,
                        in: transaction)
                }
                return state
            }
        }
    }

    /// The session of a login ID's screen, which depends on the administrator's own.
    ///
    /// - Parameter parentHash: of the token of the administrator's session.
    func representLoginID(_ text: String, under parentHash: String) throws -> SessionToken {
        try refusing {
            let name = try AccountText.signInName(text)
            return try write(.representLoginID, on: .loginID(name)) { transaction in
                let entry = try require(loginID: name, in: transaction.snapshot)
                // From a screen of somebody else no other is opened, and the operator has no session.
                guard let accountID = principal.accountID, principal.represented == nil,
                    let parent = try transaction.snapshot.session(hash: parentHash), parent.accountID == accountID
                else { throw ControlError.notPermitted(.representLoginID) }
                var generator = SystemRandomNumberGenerator()
                let (token, session) = Session.start(
                    dependingOn: try Session(stored: parent.value), at: Timestamp(milliseconds: now),
                    using: &generator)
                try transaction.save(session, of: accountID, for: entry.account.id, from: principal.source)
                return token
            }
        }
    }

    /// Whose sessions are the principal's own. In somebody else's screen there are none.
    private var owner: String? { principal.represented == nil ? principal.accountID : nil }

    /// Nil: it is over.
    private func state(_ entry: SessionEntry, _ lifetime: SessionLifetime, in snapshot: ControlSnapshot) throws
        -> SessionState?
    {
        let session = try Session(stored: entry.value)
        let parent = try session.parentID.flatMap { try snapshot.session(id: $0) }.map { try Session(stored: $0.value) }
        guard session.endReason(at: Timestamp(milliseconds: now), lifetime: lifetime, parent: parent) == nil else {
            return nil
        }
        return SessionState(
            id: entry.id, kind: entry.accountKind.rawValue, account: entry.accountName,
            actingFor: entry.representedName, startedAt: Date(milliseconds: session.started.milliseconds),
            lastSeenAt: Date(milliseconds: session.lastSeen.milliseconds), source: entry.source,
            isOwn: owner == entry.accountID)
    }
}
