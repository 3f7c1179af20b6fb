import Notification
package import SignIn
import Storage

/// Links that were mailed: invitations, and links for another password.
extension SignInDesk {
    /// パスワード再設定はこちら: mails a link to whoever has this address: for another password, or, before the first one,
    /// another invitation. There is one answer, ``SignIn/Message/resetRequested``, whether or not there is such a user.
    ///
    /// - Throws: ``SignInDeskRefusal/tooManyTries(until:)`` for the address that asks; `StorageError`.
    package func requestReset(of email: String, from address: String, at now: Timestamp) throws {
        try tries.take(address, try database.read { try SignInPolicy($0).throttle }, at: now)
        try database.write { transaction in
            // A commit in any case: how long it takes must not tell.
            try transaction.countRefusedSignIn()
            guard let account = try Self.account(.portalUser, typed: email, in: transaction.snapshot),
                let user = try transaction.snapshot.portalUser(id: account.id), !user.isSuspended,
                try transaction.takeSend(to: account.id, for: .link, at: now) == nil
            else { return }
            try transaction.sendLink(to: user, at: now)
        }
    }

    /// What a link would do, without using it: mail programs open links before people do.
    ///
    /// - Throws: ``SignInDeskRefusal/link(_:)``.
    package func look(at token: LinkToken, for purpose: Link.Purpose, at now: Timestamp) throws {
        try database.read { _ = try require(token, for: purpose, at: now, in: $0) }
    }

    /// Whether a person who was invited is the one who was registered.
    ///
    /// - Throws: ``SignInDeskRefusal/identity``, ``SignInDeskRefusal/link(_:)``.
    package func checkIdentity(
        _ identity: ClaimedIdentity, with token: LinkToken, from address: String, at now: Timestamp
    ) throws {
        try tries.take(address, try database.read { try SignInPolicy($0).throttle }, at: now)
        try database.read { snapshot in
            let user = try require(token, for: .invitation, at: now, in: snapshot)
            guard identity.matches(user) else { throw SignInDeskRefusal.identity }
        }
    }

    /// The first password, which uses up the invitation. What is to be set up comes next; then the person signs in.
    ///
    /// - Parameter identity: is checked here too, so that no page can be left out.
    package func acceptInvitation(
        _ token: LinkToken, identity: ClaimedIdentity, password: String, from address: String, at now: Timestamp
    ) async throws -> SignInReply {
        try checkIdentity(identity, with: token, from: address, at: now)
        let account = try await set(password, with: token, for: .invitation, from: address, at: now)
        return try settling { transaction in
            let policy = try SignInPolicy(transaction.snapshot)
            guard let present = try transaction.snapshot.account(id: account.id) else { return .success(.done) }
            let known = try signInAccount(present, policy, at: now, in: transaction.snapshot)
            guard let progress = SignInProgress.invited(known, at: now) else { return .success(.done) }
            var generator = SystemRandomNumberGenerator()
            let signInToken = SignInToken(using: &generator)
            let signIn = PendingSignIn(hash: signInToken.hash.text, account: present, progress: progress)
            try transaction.save(signIn.entry)
            return .success(.next(signInToken, progress.step, code: nil))
        }
    }

    /// Another password, which uses up the link. The account is not locked any more; whoever has the link still needs the
    /// second factor.
    package func resetPassword(with token: LinkToken, to password: String, from address: String, at now: Timestamp)
        async throws
    {
        try tries.take(address, try database.read { try SignInPolicy($0).throttle }, at: now)
        _ = try await set(password, with: token, for: .passwordReset, from: address, at: now)
    }

    private func set(
        _ password: String, with token: LinkToken, for purpose: Link.Purpose, from address: String, at now: Timestamp
    ) async throws -> AccountEntry {
        let (policy, account) = try database.read { snapshot in
            (try SignInPolicy(snapshot), try require(token, for: purpose, at: now, in: snapshot).account)
        }
        let hash = try await hash(new: password, in: account, policy)
        return try database.write { transaction in
            let account = try require(token, for: purpose, at: now, in: transaction.snapshot).account
            guard var entry = try transaction.snapshot.link(hash: token.hash.text) else {
                throw SignInDeskRefusal.link(.unknown)
            }
            var link = try Link(stored: entry.value)
            _ = link.redeem(token, for: purpose, at: now)
            try keep(hash, of: account, from: address, at: now, transaction)
            var lockout = try account.readLockout()
            lockout.unlock()
            try transaction.setLockout(lockout.stored, of: account.id)
            // The new password has voided all links; this one is remembered as used.
            entry.value = link.stored
            try transaction.save(entry)
            return account
        }
    }

    private func require(
        _ token: LinkToken, for purpose: Link.Purpose, at now: Timestamp, in snapshot: ControlSnapshot
    ) throws -> PortalUserEntry {
        guard let entry = try snapshot.link(hash: token.hash.text),
            let user = try snapshot.portalUser(id: entry.accountID), !user.isSuspended
        else { throw SignInDeskRefusal.link(.unknown) }
        let outcome = try Link(stored: entry.value).outcome(of: token, for: purpose, at: now)
        guard outcome == .accepted else { throw SignInDeskRefusal.link(outcome) }
        return user
    }
}

extension ControlTransaction {
    /// Mails a user the link that they need: an invitation before the first password, one for another password after it.
    /// Former links are void.
    @discardableResult
    func sendLink(to user: PortalUserEntry, at now: Timestamp) throws -> Link {
        let purpose: Link.Purpose = user.account.passwordHash == nil ? .invitation : .passwordReset
        var generator = SystemRandomNumberGenerator()
        let (token, link) = Link.issue(for: purpose, at: now, using: &generator)
        try removeLinks(of: user.account.id)
        try save(
            LinkEntry(
                hash: link.hash.text, accountID: user.account.id, value: link.stored,
                expiresAt: link.expires.milliseconds))
        let notice: Notice =
            purpose == .invitation
            ? .invitation(token, expires: link.expires) : .passwordReset(token, expires: link.expires)
        try tell(user, notice, at: now.milliseconds)
        return link
    }
}
