import Foundation
import Notification
import SignIn
import Storage

/// What the desk knows of accounts.
extension SignInDesk {
    /// The account of a name as it was typed; nil: there is none.
    static func account(_ kind: AccountKind, typed: String, in snapshot: ControlSnapshot) throws -> AccountEntry? {
        // Longer than any name: not worth looking at.
        guard typed.utf8.count <= 1024 else { return nil }
        let name = kind == .portalUser ? try? AccountText.email(typed) : try? AccountText.signInName(typed)
        return try name.flatMap { try snapshot.account(kind, named: $0) }
    }

    /// Whether this is the password of an account, after the work of a hash in any case.
    func isPassword(_ password: String, of account: AccountEntry?) async throws -> Bool {
        let hash = try account?.passwordHash.map { try PasswordHash(stored: $0) }
        return try await pool.run { [cost] in try PasswordHash.isPassword(password, of: hash, cost: cost) }
    }

    /// Hashes a password that was right anew, if its hash was made with another cost than hashes are now. Only for whoever
    /// was admitted: to all others the answer takes the same time. What goes wrong with it is left for the next sign-in.
    func renewHash(of password: String, of account: AccountEntry) async {
        guard let former = account.passwordHash, let hash = try? PasswordHash(stored: former),
            hash.needsRehash(cost: cost)
        else { return }
        let renewed = try? await pool.run { [cost] in
            var generator = SystemRandomNumberGenerator()
            return try PasswordHash(of: password, cost: cost, using: &generator)
        }
        guard let renewed else { return }
        try? database.write { try $0.renewPassword(renewed.stored, inPlaceOf: former, of: account.id) }
    }

    /// - Throws: ``SignInDeskRefusal/password(_:)``, ``SignInDeskRefusal/samePassword``.
    func hash(new password: String, in account: AccountEntry, _ policy: SignInPolicy) async throws -> PasswordHash {
        let shortcomings = try policy.passwordRule().shortcomings(of: password)
        guard shortcomings.isEmpty else { throw SignInDeskRefusal.password(shortcomings) }
        if account.passwordHash != nil, try await isPassword(password, of: account) {
            throw SignInDeskRefusal.samePassword
        }
        return try await pool.run { [cost] in
            var generator = SystemRandomNumberGenerator()
            return try PasswordHash(of: password, cost: cost, using: &generator)
        }
    }

    /// Keeps the password that a person has chosen. With that all sessions and sign-ins of the account are over, and codes
    /// and links are void.
    func keep(
        _ hash: PasswordHash, of account: AccountEntry, from address: String, at now: Timestamp,
        _ transaction: ControlTransaction
    ) throws {
        try transaction.setPassword(hash.stored, of: account.id, mustChange: false, at: now.milliseconds)
        try record("password", of: account, to: "new", from: address, at: now, transaction)
        // A first password needs no warning: the person has come by the invitation just now.
        guard account.passwordHash != nil else { return }
        try tell(account, .passwordChanged(at: now), at: now, transaction)
    }

    /// What a sign-in has to know of an account.
    func signInAccount(
        _ account: AccountEntry, _ policy: SignInPolicy, at now: Timestamp, in snapshot: ControlSnapshot
    ) throws -> SignInAccount {
        let isLocked = try account.readLockout().lockedUntil(at: now) != nil
        let isActive = account.passwordHash != nil
        guard account.kind == .portalUser else {
            let isBeforehand = try isPreRegistering(account, policy, at: now, in: snapshot)
            return SignInAccount(
                id: account.id, isActive: isActive, isLocked: isLocked, secondFactor: isBeforehand ? .none : .sms,
                mobileNumber: Self.mobileNumber(of: account), mustChangePassword: account.mustChangePassword)
        }
        guard let user = try snapshot.portalUser(id: account.id) else {
            return SignInAccount(id: account.id, isActive: false, secondFactor: .mail)
        }
        let (factor, setUp) = factor(of: user)
        let recovery = try account.recoveryCodes.map { try RecoveryCodes(stored: $0).left } ?? 0
        let terms = try snapshot.terms()?.version
        return SignInAccount(
            id: account.id, isActive: isActive && !user.isSuspended, isLocked: isLocked, secondFactor: factor,
            hasRecoveryCodes: recovery > 0 && factor == .totp, setUp: setUp,
            mustChangePassword: account.mustChangePassword, terms: terms == user.termsVersion ? nil : terms)
    }

    /// Until an app is set up, a code by mail stands in for it: without any second factor whoever has the password would
    /// set up an app of their own.
    func factor(of user: PortalUserEntry) -> (SecondFactor, SignInAccount.SetUp?) {
        switch PortalUserProfile(user).secondFactor {
        case .mail: (.mail, nil)
        case .none: (.none, nil)
        case .totp: user.account.totpSecret == nil ? (.mail, .totp) : (.totp, nil)
        case .open: (.mail, .choice)
        }
    }

    /// An administrator ID gives its first number when it signs in: whoever has the password of one without a number
    /// could register any number at the site as well. A login ID's is its administrator's to set.
    private static func mobileNumber(of account: AccountEntry) -> SignInAccount.MobileNumberStanding {
        guard account.smsNumber == nil else { return .registered }
        return account.kind == .administratorID ? .toBeGiven : .missing
    }

    /// Whether it is an administrator ID without a number in the period of pre-registration.
    private func isPreRegistering(
        _ account: AccountEntry, _ policy: SignInPolicy, at now: Timestamp, in snapshot: ControlSnapshot
    ) throws -> Bool {
        guard account.kind == .administratorID, account.smsNumber == nil, let period = policy.preRegistration else {
            return false
        }
        return period.holds(at: now, by: try snapshot.clock())
    }

    /// Counts a wrong password, or forgets those before a right one.
    ///
    /// - Returns: whether the account is locked from now on.
    @discardableResult
    func note(
        _ event: SignInProgress.LockoutEvent, of account: AccountEntry, _ visit: Visit,
        _ transaction: ControlTransaction
    ) throws -> Bool {
        var (lockout, locks) = (try account.readLockout(), false)
        switch event {
        case .succeeded: lockout.succeeded(at: visit.now)
        case .failed:
            if case .locked(let until) = lockout.failed(at: visit.now, policy: visit.policy.lockout) {
                try record("lock", of: account, to: "locked", from: visit.source, at: visit.now, transaction)
                try tell(account, .locked(until: until), at: visit.now, transaction)
                locks = true
            }
        }
        if lockout.stored != account.lockout { try transaction.setLockout(lockout.stored, of: account.id) }
        return locks
    }
}

/// What stays of it.
extension SignInDesk {
    private struct Change: Encodable {
        let name: String
        let state: String
    }

    /// Writes down something that matters, and never a secret.
    func record(
        _ action: String, of account: AccountEntry, to state: String, from address: String, at now: Timestamp,
        _ transaction: ControlTransaction
    ) throws {
        try record(
            action, of: account, from: nil as Change?, to: Change(name: account.name, state: state), by: address,
            at: now, transaction)
    }

    func record(
        _ action: String, of account: AccountEntry, from before: (some Encodable)?, to after: some Encodable,
        by address: String, at now: Timestamp, _ transaction: ControlTransaction
    ) throws {
        let object = account.kind.object(account.id)
        try transaction.append(
            HistoryEntry(
                at: now.milliseconds, actor: account.name, source: address, onBehalfOf: nil, object: object.kind,
                key: object.key, action: "\(object.kind) \(action)",
                before: try before.map { try HistoryText.encode($0) },
                after: try HistoryText.encode(after)))
    }

    /// The first mobile number of an administrator ID, by itself.
    func setNumber(
        _ number: MobileNumber, of account: AccountEntry, from address: String, at now: Timestamp,
        _ transaction: ControlTransaction
    ) throws {
        let before = try transaction.snapshot.administratorID(id: account.id)
        try transaction.setSMSNumber(number.digits, of: account.id)
        guard let before, let after = try transaction.snapshot.administratorID(id: account.id) else { return }
        try record(
            "sms", of: account, from: AdministratorIDState(before), to: AdministratorIDState(after), by: address,
            at: now,
            transaction)
    }

    /// Mails a portal user; the others have no mail address. What concerns the account's safety is told whether or not the
    /// person wants to be told of changes.
    func tell(_ account: AccountEntry, _ notice: Notice, at now: Timestamp, _ transaction: ControlTransaction) throws {
        guard let user = try transaction.snapshot.portalUser(id: account.id) else { return }
        try transaction.tell(user, notice, at: now.milliseconds)
    }
}
