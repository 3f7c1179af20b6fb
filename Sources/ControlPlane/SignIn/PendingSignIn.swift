import Notification
import SignIn
import Storage

/// A sign-in that is under way, with the account as it is now.
struct PendingSignIn {
    let hash: String
    let account: AccountEntry
    var progress: SignInProgress
    /// Of an authenticator app that is being set up.
    var newSecret: SealedSecret?

    var entry: SignInEntry {
        SignInEntry(
            hash: hash, accountID: account.id, value: progress.stored, newTOTPSecret: newSecret?.stored,
            expiresAt: progress.expires.milliseconds)
    }
}

/// What a use case at the desk is told beside what was typed.
struct Visit {
    let source: String
    let policy: SignInPolicy
    let now: Timestamp
    /// The session that the browser has.
    var replaced: SessionToken?
}

extension SignInDesk {
    typealias Settlement<Value> = Result<Value, SignInDeskRefusal>

    /// A refusal is thrown after the commit, because what it leaves behind counts: a wrong code is one less.
    func settling<Value>(_ work: (ControlTransaction) throws -> Settlement<Value>) throws -> Value {
        try database.write(work).get()
    }

    /// Goes on with a sign-in: keeps how far it has come, sends the code that the next step asks for, and starts the
    /// session at its end.
    func step(
        _ token: SignInToken, from address: String, at now: Timestamp,
        _ event: (inout PendingSignIn, ControlTransaction) throws -> SignInProgress.Answer
    ) throws -> SignInReply {
        try settling { transaction in
            var signIn = try pending(token, at: now, transaction)
            let former = signIn.progress.step
            let answer = try event(&signIn, transaction)
            guard case .next(let step) = answer else {
                if signIn.progress.step == .over {
                    try transaction.removeSignIn(hash: signIn.hash)
                } else {
                    try transaction.save(signIn.entry)
                }
                if case .refused(let refusal) = answer { return .failure(.signIn(refusal)) }
                return .failure(.signIn(.startAgain))
            }
            let visit = Visit(source: address, policy: try SignInPolicy(transaction.snapshot), now: now)
            return try proceed(signIn, token, to: step, from: former, visit, transaction)
        }
    }

    /// - Throws: ``SignInRefusal/startAgain`` when it is over, or the account may not sign in any more.
    func pending(_ token: SignInToken, at now: Timestamp, _ transaction: ControlTransaction) throws -> PendingSignIn {
        try pending(token, at: now, transaction.snapshot)
    }

    func pending(_ token: SignInToken, at now: Timestamp, _ snapshot: ControlSnapshot) throws -> PendingSignIn {
        guard let entry = try snapshot.signIn(hash: token.hash.text), now.milliseconds < entry.expiresAt,
            let account = try snapshot.account(id: entry.accountID)
        else { throw SignInDeskRefusal.signIn(.startAgain) }
        return PendingSignIn(
            hash: entry.hash, account: account, progress: try SignInProgress(stored: entry.value),
            newSecret: try entry.newTOTPSecret.map { try SealedSecret(stored: $0) })
    }

    /// After name and password were judged.
    func admit(_ account: AccountEntry?, isRight: Bool, _ visit: Visit, _ transaction: ControlTransaction) throws
        -> Settlement<SignInReply>
    {
        let (now, snapshot) = (visit.now, transaction.snapshot)
        var progress = SignInProgress(at: now)
        let known = try account.map { try signInAccount($0, visit.policy, at: now, in: snapshot) }
        let (answer, event) = progress.passwordChecked(isRight, of: known, at: now)
        if let account, let event { try note(event, of: account, visit, transaction) }
        guard let account, case .next(let step) = answer else {
            try transaction.countRefusedSignIn()
            if case .refused(let refusal) = answer { return .failure(.signIn(refusal)) }
            return .failure(.signIn(.wrongCredentials))
        }
        if let refusal = tries.begun(account.id, at: now) { return .failure(refusal) }
        if let replaced = visit.replaced { try transaction.removeSession(hash: replaced.hash.text) }
        var generator = SystemRandomNumberGenerator()
        let token = SignInToken(using: &generator)
        let signIn = PendingSignIn(hash: token.hash.text, account: account, progress: progress, newSecret: nil)
        return try proceed(signIn, token, to: step, from: .password, visit, transaction)
    }

    func proceed(
        _ signIn: PendingSignIn, _ token: SignInToken, to step: SignInProgress.Step, from former: SignInProgress.Step,
        _ visit: Visit, _ transaction: ControlTransaction
    ) throws -> Settlement<SignInReply> {
        switch step {
        case .over:
            try transaction.removeSignIn(hash: signIn.hash)
            return .success(.done)
        case .signedIn:
            try transaction.removeSignIn(hash: signIn.hash)
            tries.finished(signIn.account.id)
            return .success(.signedIn(try startSession(of: signIn.account, visit, transaction)))
        case .password, .mobileNumber, .secondFactor, .setUp, .newPassword, .terms:
            try transaction.save(signIn.entry)
            // The account as it is now: its number may have been given just before.
            let account = try transaction.snapshot.account(id: signIn.account.id) ?? signIn.account
            let code = step == former ? nil : try sendCode(for: step, to: account, at: visit.now, transaction)
            return .success(.next(token, step, code: code))
        }
    }
}
