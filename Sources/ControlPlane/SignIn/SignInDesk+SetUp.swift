import Notification
package import SignIn
import Storage

/// The second factor that a portal user sets up: at the first sign-in, and after an administrator has reset it.
extension SignInDesk {
    /// An authenticator app, to be confirmed with a code of it. Asked for again, it is the same one.
    package func offerTOTP(in token: SignInToken, at now: Timestamp) throws -> TOTPOffer {
        try settling { transaction in
            var signIn = try pending(token, at: now, transaction)
            guard try isStillToBeSetUp(signIn, transaction) else {
                try transaction.removeSignIn(hash: signIn.hash)
                return .failure(.signIn(.startAgain))
            }
            if case .refused(let refusal) = signIn.progress.appWanted(at: now) { return .failure(.signIn(refusal)) }
            let secret = try newSecret(of: &signIn)
            try transaction.save(signIn.entry)
            let issuer = try transaction.snapshot.setting(.serviceName)
            return .success(
                TOTPOffer(secret: secret.base32, uri: secret.uri(issuer: issuer, account: signIn.account.name)))
        }
    }

    private func newSecret(of signIn: inout PendingSignIn) throws -> TOTPSecret {
        if let sealed = signIn.newSecret {
            return try TOTPSecret(octets: sealed.open(for: signIn.account.id, with: keys))
        }
        var generator = SystemRandomNumberGenerator()
        let secret = TOTPSecret(using: &generator)
        signIn.newSecret = try SealedSecret(
            sealing: secret.octets, of: signIn.account.id, with: keys, using: &generator)
        return secret
    }

    /// A code of the app that was offered: when it is right, the app is the second factor from now on.
    ///
    /// - Returns: the recovery codes, which are shown this once, and what comes next.
    package func confirmTOTP(_ typed: String, in token: SignInToken, from address: String, at now: Timestamp) throws
        -> (recoveryCodes: [String], reply: SignInReply)
    {
        var shown: [String] = []
        let reply = try setUpStep(token, from: address, at: now) { signIn, transaction in
            var totp = TOTP()
            var judgement = CodeJudgement.void
            if let sealed = signIn.newSecret {
                let secret = try TOTPSecret(octets: sealed.open(for: signIn.account.id, with: keys))
                judgement = totp.check(typed, secret: secret, at: now).judgement
            }
            let answer = signIn.progress.appCodeChecked(judgement, at: now)
            guard case .next = answer, let sealed = signIn.newSecret else { return answer }
            var generator = SystemRandomNumberGenerator()
            let (codes, kept) = RecoveryCodes.issue(using: &generator)
            try choose(.totp, by: signIn.account, from: address, at: now, transaction)
            try transaction.setSecondFactorSecret(sealed.stored, of: signIn.account.id)
            try transaction.setTOTP(totp.stored, of: signIn.account.id)
            try transaction.setRecoveryCodes(kept.stored, of: signIn.account.id)
            signIn.newSecret = nil
            shown = codes
            return answer
        }
        return (shown, reply)
    }

    /// Codes by mail instead of an app, where that is left open.
    package func chooseMail(in token: SignInToken, from address: String, at now: Timestamp) throws -> SignInReply {
        try setUpStep(token, from: address, at: now) { signIn, transaction in
            let answer = signIn.progress.mailChosen(at: now)
            if case .next = answer { try choose(.mail, by: signIn.account, from: address, at: now, transaction) }
            return answer
        }
    }

    private func setUpStep(
        _ token: SignInToken, from address: String, at now: Timestamp,
        _ event: (inout PendingSignIn, ControlTransaction) throws -> SignInProgress.Answer
    ) throws -> SignInReply {
        try step(token, from: address, at: now) { signIn, transaction in
            guard try isStillToBeSetUp(signIn, transaction) else {
                signIn.progress.abandon()
                return .refused(.startAgain)
            }
            return try event(&signIn, transaction)
        }
    }

    /// Whether the account still asks for what the sign-in came to set up: since then an administrator may have set
    /// another factor, which is not the person's to overrule, and another sign-in may have set one up.
    private func isStillToBeSetUp(_ signIn: PendingSignIn, _ transaction: ControlTransaction) throws -> Bool {
        guard case .setUp(let setUp) = signIn.progress.step else { return true }
        return try transaction.snapshot.portalUser(id: signIn.account.id).map { factor(of: $0).1 } == setUp
    }

    private func choose(
        _ factor: PortalUserProfile.SecondFactor, by account: AccountEntry, from address: String, at now: Timestamp,
        _ transaction: ControlTransaction
    ) throws {
        guard let user = try transaction.snapshot.portalUser(id: account.id) else { return }
        var details = user.details
        details.secondFactor = factor.rawValue
        try transaction.setDetails(details, ofPortalUser: account.id)
        try record("factor", of: account, to: factor.rawValue, from: address, at: now, transaction)
    }
}
