import Notification
package import SignIn
import Storage

/// A random password, which is shown this once and kept nowhere.
package struct IssuedPassword: Codable, Sendable, Equatable {
    package let name: String
    package let password: String
}

/// What an administrator does when somebody can't sign in.
extension ControlSession {
    /// ロックアウトの解除: lets a user in before the lock ends by itself, and forgets the wrong passwords.
    ///
    /// - Throws: ``ControlError``, `StorageError`; so do the others here.
    package func unlockUser(_ text: String) throws -> AccountStanding {
        try refusing { try unlock(.unlockUser, .portalUser, try AccountText.email(text)) }
    }

    package func unlockAdministratorID(_ text: String) throws -> AccountStanding {
        try refusing { try unlock(.unlockAdministratorID, .administratorID, try AccountText.signInName(text)) }
    }

    package func unlockLoginID(_ text: String) throws -> AccountStanding {
        try refusing { try unlock(.unlockLoginID, .loginID, try AccountText.signInName(text)) }
    }

    /// パスワードの初期化: gives an account a random password in place of the one it has, and unlocks it. It has to be
    /// changed at the next sign-in.
    ///
    /// - Parameter cost: of hashing; it takes a third of a second at the recommended one.
    package func issuePassword(ofUser text: String, cost: ScryptCost = .recommended) throws -> IssuedPassword {
        try refusing { try issuePassword(.issueUserPassword, .portalUser, try AccountText.email(text), cost) }
    }

    package func issuePassword(ofAdministratorID text: String, cost: ScryptCost = .recommended) throws
        -> IssuedPassword
    {
        try refusing {
            try issuePassword(
                .issueAdministratorPassword, .administratorID, try AccountText.signInName(text), cost)
        }
    }

    package func issuePassword(ofLoginID text: String, cost: ScryptCost = .recommended) throws -> IssuedPassword {
        try refusing { try issuePassword(.issueLoginPassword, .loginID, try AccountText.signInName(text), cost) }
    }

    /// Forgets a lost authenticator app and its recovery codes: another one is set up at the next sign-in.
    package func resetTOTP(ofUser text: String) throws -> AccountStanding {
        try refusing {
            let email = try AccountText.email(text)
            return try write(.resetUserTOTP, on: .user(email)) { transaction in
                let entry = try require(user: email, in: transaction.snapshot)
                guard principal.accountID != entry.account.id else { throw AccountRefusal.ownSecondFactor }
                guard entry.account.totpSecret != nil else { throw AccountRefusal.noTOTP(email) }
                try forgetTOTP(of: entry, transaction)
                try transaction.tell(entry, .secondFactorReset(at: Timestamp(milliseconds: now)), at: now)
                try record(
                    "user totp", of: .user(entry.account.id), from: TOTPChange(email: email, hasTOTP: true),
                    to: TOTPChange(email: email, hasTOTP: false), in: transaction)
                return try standing(of: entry.account.id, in: transaction.snapshot)
            }
        }
    }

    private struct TOTPChange: Encodable {
        let email: String
        let hasTOTP: Bool
    }

    private struct LockChange: Encodable {
        let name: String
        let failures: Int
        let isLocked: Bool

        init(_ lockout: Lockout, of account: AccountEntry, at now: Int64) {
            name = account.name
            failures = lockout.failures
            isLocked = lockout.lockedUntil(at: Timestamp(milliseconds: now)) != nil
        }
    }

    /// Says only that there is a new one: which it is, is nobody's to read.
    private struct PasswordChange: Encodable {
        let name: String
        let isNew: Bool
    }

    private func unlock(_ useCase: UseCase, _ kind: AccountKind, _ name: String) throws -> AccountStanding {
        try write(useCase, on: kind.matter(name)) { transaction in
            let account = try require(kind, named: name, in: transaction.snapshot)
            try unlock(account, transaction)
            return try standing(of: account.id, in: transaction.snapshot)
        }
    }

    private func unlock(_ account: AccountEntry, _ transaction: ControlTransaction) throws {
        var lockout = try account.readLockout()
        let before = LockChange(lockout, of: account, at: now)
        lockout.unlock()
        try transaction.setLockout(lockout.stored, of: account.id)
        if before.isLocked { try tell(account, .unlocked(at: Timestamp(milliseconds: now)), transaction) }
        let object = account.kind.object(account.id)
        try record(
            "\(object.kind) unlock", of: object, from: before, to: LockChange(lockout, of: account, at: now),
            in: transaction)
    }

    private func issuePassword(_ useCase: UseCase, _ kind: AccountKind, _ name: String, _ cost: ScryptCost) throws
        -> IssuedPassword
    {
        // Who may not, or misspells the name, is told so before any work is put into a password; and the work is done
        // while nobody waits for the database.
        let rule = try read(useCase, on: kind.matter(name)) { snapshot in
            _ = try require(kind, named: name, in: snapshot)
            return try SignInPolicy(snapshot).passwordRule()
        }
        var generator = SystemRandomNumberGenerator()
        let password = RandomPassword.make(meeting: rule, using: &generator)
        let hash = try Self.hash(password, cost, using: &generator)
        return try write(useCase, on: kind.matter(name)) { transaction in
            let account = try require(kind, named: name, in: transaction.snapshot)
            try transaction.setPassword(hash.stored, of: account.id, mustChange: true, at: now)
            let object = kind.object(account.id)
            try record(
                "\(object.kind) password", of: object, from: PasswordChange(name: account.name, isNew: false),
                to: PasswordChange(name: account.name, isNew: true), in: transaction)
            try unlock(account, transaction)
            try tell(account, .passwordReissued(at: Timestamp(milliseconds: now)), transaction)
            return IssuedPassword(name: account.name, password: password)
        }
    }

    /// Mails a portal user; the others have no mail address.
    private func tell(_ account: AccountEntry, _ notice: Notice, _ transaction: ControlTransaction) throws {
        guard let user = try transaction.snapshot.portalUser(id: account.id) else { return }
        try transaction.tell(user, notice, at: now)
    }

    private static func hash(
        _ password: String, _ cost: ScryptCost, using generator: inout SystemRandomNumberGenerator
    ) throws(AccountRefusal) -> PasswordHash {
        do {
            return try PasswordHash(of: password, cost: cost, using: &generator)
        } catch {
            throw .signIn(error)
        }
    }

    private func require(_ kind: AccountKind, named name: String, in snapshot: ControlSnapshot) throws
        -> AccountEntry
    {
        if let account = try snapshot.account(kind, named: name) { return account }
        throw kind.absence(name)
    }

    private func standing(of id: String, in snapshot: ControlSnapshot) throws -> AccountStanding {
        guard let account = try snapshot.account(id: id) else { throw AccountRefusal.noSuchUser(id) }
        return try AccountStanding(account, at: now)
    }
}

extension AccountKind {
    func matter(_ name: String) -> Matter {
        switch self {
        case .portalUser: .user(name)
        case .administratorID: .administratorID(name)
        case .loginID: .loginID(name)
        }
    }

    func object(_ id: String) -> ChangedObject {
        switch self {
        case .portalUser: .user(id)
        case .administratorID: .administratorID(id)
        case .loginID: .loginID(id)
        }
    }

    func absence(_ name: String) -> AccountRefusal {
        switch self {
        case .portalUser: .noSuchUser(name)
        case .administratorID: .noSuchAdministratorID(name)
        case .loginID: .noSuchLoginID(name)
        }
    }
}
