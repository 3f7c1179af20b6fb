package import Foundation
import Notification
package import SignIn
import Storage

/// Those who are signed in.
extension SignInDesk {
    /// Who a request comes from: for each request anew, so that what was taken from an account holds for the next one.
    ///
    /// - Throws: ``SignInDeskRefusal/sessionOver``, `StorageError`.
    package func principal(of token: SessionToken, from address: String, at now: Timestamp) throws -> Principal {
        let (entry, session, parent) = try database.read { try live(token, at: now, in: $0) }
        if session.seenAgain(at: now) || parent?.seenAgain(at: now) == true {
            try uses.write(to: database, at: now) {
                try touch([entry.id, session.parentID].compactMap(\.self), at: now, $0)
            }
        }
        do {
            return try Principal(
                ofAccount: entry.accountID, from: address, actingFor: entry.representedID, in: database)
        } catch ControlError.account(.signInForbidden) {
            throw SignInDeskRefusal.sessionOver
        }
    }

    /// The id of a session, by which it is listed and ended.
    package func sessionID(of token: SessionToken, at now: Timestamp) throws -> String {
        try database.read { try live(token, at: now, in: $0).entry.id }
    }

    /// 前回のログイン: when the account was signed in to before this session; nil: never.
    package func formerSignIn(of token: SessionToken, at now: Timestamp) throws -> Date? {
        try database.read { try live(token, at: now, in: $0).entry.formerSignInAt.map(Date.init(milliseconds:)) }
    }

    package func signOut(_ token: SessionToken) throws {
        try database.write { try $0.removeSession(hash: token.hash.text) }
    }

    /// ユーザ画面参照: a session in which an administrator ID acts for one of its login IDs. It is over with the
    /// administrator's own.
    ///
    /// - Throws: ``ControlError`` for what is not the administrator's to open; ``SignInDeskRefusal/sessionOver``.
    package func openLoginID(_ name: String, under token: SessionToken, from address: String, at now: Timestamp) throws
        -> SessionToken
    {
        let session = ControlSession(
            database, principal: try principal(of: token, from: address, at: now),
            clock: { .init(milliseconds: now.milliseconds) })
        return try session.representLoginID(name, under: token.hash.text)
    }

    /// ID/パスワード変更: of one's own, with the present one. All other sessions of the account are over.
    ///
    /// A locked account gets the answer of a wrong password after the same work, as at a sign-in. The session in which the
    /// last wrong one was typed is over with the lock.
    ///
    /// - Returns: the session's token from now on.
    /// - Throws: ``SignInDeskRefusal``; ``SignInRefusal/notOffered`` to who acts for somebody else.
    package func changePassword(
        from present: String, to password: String, in token: SessionToken, from address: String, at now: Timestamp
    ) async throws -> SessionToken {
        let (policy, account) = try database.read { snapshot in
            let entry = try live(token, at: now, in: snapshot).entry
            guard entry.representedID == nil, let account = try snapshot.account(id: entry.accountID) else {
                throw SignInDeskRefusal.signIn(.notOffered)
            }
            return (try SignInPolicy(snapshot), account)
        }
        try tries.take(address, policy.throttle, at: now)
        let visit = Visit(source: address, policy: policy, now: now)
        guard try await isPassword(present, of: account) else { try refuse(wrongPasswordOf: account, in: token, visit) }
        // Before anything is said of the new password, which would tell that the present one was right.
        try database.read { try requireUnlocked(account.id, at: now, in: $0) }
        let hash = try await hash(new: password, in: account, policy)
        return try database.write { transaction in
            let (entry, kept, _) = try live(token, at: now, in: transaction.snapshot)
            guard try transaction.snapshot.account(id: account.id)?.passwordHash == account.passwordHash else {
                throw SignInDeskRefusal.wrongPassword
            }
            // Somebody may have guessed while the new one was hashed.
            try requireUnlocked(account.id, at: now, in: transaction.snapshot)
            try keep(hash, of: account, from: address, at: now, transaction)
            var (session, generator) = (kept, SystemRandomNumberGenerator())
            let token = session.rotate(using: &generator)
            try transaction.save(session, of: entry.accountID, for: nil, from: entry.source)
            return token
        }
    }

    /// Wrong passwords count here as they do at a sign-in: a browser left alone is no place to guess at.
    private func refuse(wrongPasswordOf account: AccountEntry, in token: SessionToken, _ visit: Visit) throws -> Never {
        try database.write { transaction in
            if let present = try transaction.snapshot.account(id: account.id),
                try note(.failed, of: present, visit, transaction)
            {
                try transaction.removeSession(hash: token.hash.text)
            }
        }
        throw SignInDeskRefusal.wrongPassword
    }

    private func requireUnlocked(_ accountID: String, at now: Timestamp, in snapshot: ControlSnapshot) throws {
        guard try snapshot.account(id: accountID)?.readLockout().lockedUntil(at: now) == nil else {
            throw SignInDeskRefusal.wrongPassword
        }
    }

    func startSession(of account: AccountEntry, _ visit: Visit, _ transaction: ControlTransaction) throws
        -> SessionToken
    {
        var generator = SystemRandomNumberGenerator()
        let (token, session) = Session.start(at: visit.now, using: &generator)
        try transaction.save(session, of: account.id, for: nil, from: visit.source)
        try transaction.setSignedIn(account.id, at: visit.now.milliseconds)
        return token
    }

    private func touch(_ ids: [String], at now: Timestamp, _ transaction: ControlTransaction) throws {
        for id in ids {
            guard let entry = try transaction.snapshot.session(id: id) else { continue }
            var session = try Session(stored: entry.value)
            guard session.seen(at: now) else { continue }
            try transaction.setSessionSeen(id, value: session.stored, at: now.milliseconds)
        }
    }

    private func live(_ token: SessionToken, at now: Timestamp, in snapshot: ControlSnapshot) throws
        -> (entry: SessionEntry, session: Session, parent: Session?)
    {
        guard let entry = try snapshot.session(hash: token.hash.text) else { throw SignInDeskRefusal.sessionOver }
        let session = try Session(stored: entry.value)
        let parent = try session.parentID.flatMap { try snapshot.session(id: $0) }.map { try Session(stored: $0.value) }
        let lifetime = try SignInPolicy(snapshot).sessions
        guard session.endReason(at: now, lifetime: lifetime, parent: parent) == nil else {
            throw SignInDeskRefusal.sessionOver
        }
        return (entry, session, parent)
    }
}

extension Session {
    /// Whether a request is one to be noted.
    fileprivate func seenAgain(at now: Timestamp) -> Bool {
        var copy = self
        return copy.seen(at: now)
    }
}

extension ControlTransaction {
    func save(_ session: Session, of accountID: String, for representedID: String?, from address: String) throws {
        try save(
            NewSession(
                id: session.id, hash: session.hash.text, accountID: accountID, representedID: representedID,
                parentID: session.parentID, source: String(address.prefix(64)), value: session.stored,
                startedAt: session.started.milliseconds))
    }
}
