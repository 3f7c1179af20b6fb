import Foundation
import Notification
package import SignIn
package import Storage

/// Where people become who they are: everything that is done by somebody who is nobody yet, and so by no principal.
///
/// Each use case takes the time, so that tests need no clock. What it changes, the history of it and the messages that
/// tell of it are one transaction; passwords are hashed before that, on the ``HashingPool``. A wrong code is kept as one
/// though the use case throws.
package struct SignInDesk: Sendable {
    /// In the data directory, beside the database.
    package static let keyName = "sign-in.key"
    /// The key before it, for those whose secrets are not sealed anew yet.
    package static let formerKeyName = "sign-in.former.key"

    let database: ControlDatabase
    let keys: KeyRing
    let pool: HashingPool
    let cost: ScryptCost
    let tries = SignInTries()
    package let uses: UseNotes

    package init(
        _ database: ControlDatabase, keys: KeyRing, pool: HashingPool = HashingPool(), cost: ScryptCost = .recommended,
        uses: UseNotes = UseNotes()
    ) {
        self.database = database
        self.keys = keys
        self.pool = pool
        self.cost = cost
        self.uses = uses
    }

    /// The key of a data directory, which is made when it is missing, and the former one where there is one. Without them
    /// no authenticator app works any more.
    ///
    /// - Throws: `StorageError`, `SignInError`.
    package static func keys(in directory: DataDirectory) throws -> KeyRing {
        let octets = try KeyFile.octets(named: keyName, count: MasterKey.length, in: directory)
        return try ring(octets, in: directory)
    }

    /// The same where nothing is to be made.
    ///
    /// - Returns: nil where there is no key.
    package static func keysIfThere(in directory: DataDirectory) throws -> KeyRing? {
        try KeyFile.octetsIfThere(named: keyName, count: MasterKey.length, in: directory)
            .map { try ring($0, in: directory) }
    }

    private static func ring(_ current: [UInt8], in directory: DataDirectory) throws -> KeyRing {
        let former = try KeyFile.octetsIfThere(named: formerKeyName, count: MasterKey.length, in: directory)
        return KeyRing(
            current: try MasterKey(octets: current), former: try former.map { [try MasterKey(octets: $0)] } ?? [])
    }

    /// Name and password.
    ///
    /// No account, a wrong password, a locked account and a suspended one get the same answer after the same work: a hash
    /// and a commit.
    ///
    /// - Parameters:
    ///   - address: that the request comes from.
    ///   - replaced: of a session that the browser has, which is over when the password is right.
    /// - Throws: ``SignInDeskRefusal``, `StorageError`; so do the others here.
    package func begin(
        at site: SignInSite, name: String, password: String, from address: String,
        replacing replaced: SessionToken? = nil,
        at now: Timestamp
    ) async throws -> SignInReply {
        let (policy, known) = try database.read {
            (try SignInPolicy($0), try Self.account(site.accountKind, typed: name, in: $0))
        }
        try tries.take(address, policy.throttle, at: now)
        let isRight = try await isPassword(password, of: known)
        let reply = try settling { transaction in
            // The password that was checked has to be the one that holds now.
            let present = try known.flatMap { try transaction.snapshot.account(id: $0.id) }
            let stands = present?.passwordHash == known?.passwordHash
            let visit = Visit(source: address, policy: policy, now: now, replaced: replaced)
            return try admit(stands ? present : nil, isRight: isRight && stands, visit, transaction)
        }
        if let known { await renewHash(of: password, of: known) }
        return reply
    }

    /// SMS認証用電話番号: an administrator who has none gives the first one, and a code goes there.
    package func giveMobileNumber(
        _ typed: String, in token: SignInToken, from address: String, at now: Timestamp
    ) throws -> SignInReply {
        let number: MobileNumber
        do {
            number = try MobileNumber(typed: typed)
        } catch {
            throw SignInDeskRefusal.mobileNumber(error)
        }
        return try step(token, from: address, at: now) { signIn, transaction in
            let answer = signIn.progress.mobileNumberGiven(at: now)
            // Somebody may have set one meanwhile, and that one stays.
            if case .next = answer, signIn.account.smsNumber == nil {
                try setNumber(number, of: signIn.account, from: address, at: now, transaction)
            }
            return answer
        }
    }

    /// A code of the account's second factor.
    package func giveCode(_ typed: String, in token: SignInToken, from address: String, at now: Timestamp) throws
        -> SignInReply
    {
        try step(token, from: address, at: now) { signIn, transaction in
            guard case .secondFactor(let factor) = signIn.progress.step else {
                return signIn.progress.codeChecked(.void, by: .none, at: now)
            }
            let judgement =
                factor == .totp
                ? try judge(totp: typed, of: signIn.account, at: now, transaction)
                : try judge(sent: typed, to: signIn.account, at: now, transaction)
            return signIn.progress.codeChecked(judgement, by: factor, at: now)
        }
    }

    /// A recovery code in the second factor's place.
    package func giveRecoveryCode(_ typed: String, in token: SignInToken, from address: String, at now: Timestamp)
        throws
        -> SignInReply
    {
        try step(token, from: address, at: now) { signIn, transaction in
            guard case .secondFactor = signIn.progress.step, let stored = signIn.account.recoveryCodes else {
                return signIn.progress.recoveryCodeChecked(.void, at: now)
            }
            var codes = try RecoveryCodes(stored: stored)
            let outcome = codes.check(typed)
            if case .accepted = outcome { try transaction.setRecoveryCodes(codes.stored, of: signIn.account.id) }
            return signIn.progress.recoveryCodeChecked(outcome.judgement, at: now)
        }
    }

    /// Sends another code, which voids the one before.
    package func sendCodeAgain(in token: SignInToken, at now: Timestamp) throws -> SentCode {
        try settling { transaction in
            let signIn = try pending(token, at: now, transaction)
            if case .refused(let refusal) = signIn.progress.codeWanted(at: now) { return .failure(.signIn(refusal)) }
            guard let sent = try sendCode(for: signIn.progress.step, to: signIn.account, at: now, transaction) else {
                return .failure(.signIn(.notOffered))
            }
            return sent.nextAt.map { .failure(.codeTooSoon(until: $0)) } ?? .success(sent)
        }
    }

    /// The password that takes the place of one that an administrator has issued.
    package func giveNewPassword(_ password: String, in token: SignInToken, from address: String, at now: Timestamp)
        async throws -> SignInReply
    {
        let (policy, account) = try database.read { snapshot in
            let signIn = try pending(token, at: now, snapshot)
            guard signIn.progress.step == .newPassword else { throw SignInDeskRefusal.signIn(.outOfTurn) }
            return (try SignInPolicy(snapshot), signIn.account)
        }
        let hash = try await hash(new: password, in: account, policy)
        return try step(token, from: address, at: now) { signIn, transaction in
            guard signIn.account.passwordHash == account.passwordHash else { return .refused(.startAgain) }
            let answer = signIn.progress.passwordChanged(at: now)
            if case .next = answer { try keep(hash, of: account, from: address, at: now, transaction) }
            return answer
        }
    }

    /// 同意します.
    ///
    /// - Parameter version: of the text that the person saw.
    package func acceptTerms(version: String, in token: SignInToken, from address: String, at now: Timestamp) throws
        -> SignInReply
    {
        try step(token, from: address, at: now) { signIn, transaction in
            let answer = signIn.progress.termsAccepted(version: version, at: now)
            if case .next = answer {
                try transaction.setTermsAccepted(version, byPortalUser: signIn.account.id, at: now.milliseconds)
                try record("terms", of: signIn.account, to: version, from: address, at: now, transaction)
            }
            return answer
        }
    }

    /// The step that a sign-in has come to, for a page that is loaded again.
    package func step(of token: SignInToken, at now: Timestamp) throws -> SignInProgress.Step {
        try database.read { try pending(token, at: now, $0).progress.step }
    }

    /// The person goes away.
    package func abandon(_ token: SignInToken) throws {
        try database.write { try $0.removeSignIn(hash: token.hash.text) }
    }
}

/// What pages show before anybody is signed in.
extension SignInDesk {
    /// What a new password has to be like.
    package func passwordRule() throws -> PasswordRule {
        try database.read { try SignInPolicy($0).passwordRule() }
    }

    /// カスタマーポータル規約; nil: there is nothing to accept.
    package func terms() throws -> TermsState? {
        try database.read { try $0.terms().map(TermsState.init) }
    }
}

/// Housekeeping.
extension ControlDatabase {
    /// Forgets sessions, sign-ins, codes and links that are over.
    package func forgetPastSignIns(at now: Timestamp) throws {
        let lifetime = try read { try SignInPolicy($0).sessions }
        try write { transaction in
            _ = try transaction.forgetSignIns(
                expiredBy: now.milliseconds, startedBefore: (now + (.zero - lifetime.absolute)).milliseconds,
                seenBefore: (now + (.zero - lifetime.idle)).milliseconds,
                sentBefore: (now + .seconds(-24 * 3600)).milliseconds)
            try transaction.forgetAPI(
                expiredBy: now.milliseconds, answeredBefore: now.milliseconds - APIDesk.answerLife)
        }
    }
}
