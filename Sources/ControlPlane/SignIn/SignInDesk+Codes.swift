import Foundation
import Notification
package import SignIn
import Storage

/// Codes: those that are sent, and those of an authenticator app.
extension SignInDesk {
    /// Sends the code that a step asks for, unless one was sent a moment ago, or too many: then that one is still to be
    /// typed.
    ///
    /// - Returns: nil for a step that asks for none.
    func sendCode(
        for step: SignInProgress.Step, to account: AccountEntry, at now: Timestamp, _ transaction: ControlTransaction
    ) throws -> SentCode? {
        guard case .secondFactor(let factor) = step, factor == .sms || factor == .mail else { return nil }
        if let until = try transaction.takeSend(to: account.id, for: .code, at: now) {
            return SentCode(expires: nil, nextAt: until)
        }
        var generator = SystemRandomNumberGenerator()
        let channel: OneTimeCode.Channel = factor == .sms ? .sms : .mail
        let (code, kept) = OneTimeCode.issue(for: account.id, by: channel, at: now, with: keys, using: &generator)
        try transaction.setOneTimeCode(kept.stored, of: account.id, expiresAt: kept.expires.milliseconds)
        switch channel {
        case .mail: try tell(account, .mailCode(code, expires: kept.expires), at: now, transaction)
        case .sms:
            try transaction.tell(mobile: account, .smsCode(code, expires: kept.expires), at: now.milliseconds)
        }
        return SentCode(expires: kept.expires, nextAt: nil)
    }

    /// How it stands with the code that a sign-in asks for, for its page.
    package func codeStanding(in token: SignInToken, at now: Timestamp) throws -> CodeStanding {
        try database.read { snapshot in
            let account = try pending(token, at: now, snapshot).account
            let sends = try snapshot.sendHistory(of: account.id, for: .code).map { try SendHistory(stored: $0) }
            let code = try snapshot.oneTimeCode(of: account.id).map { try OneTimeCode(stored: $0) }
            let user = try snapshot.portalUser(id: account.id).map { PortalUserProfile($0) }
            return CodeStanding(
                sentAt: code?.isOpen(at: now) == true ? sends?.last : nil, nextAt: sends?.nextAt(now),
                zone: try user.flatMap { TimeZone(identifier: $0.timeZone) } ?? snapshot.clock().zone)
        }
    }

    /// A code that was sent: each try is kept.
    func judge(sent typed: String, to account: AccountEntry, at now: Timestamp, _ transaction: ControlTransaction)
        throws
        -> CodeJudgement
    {
        guard let stored = try transaction.snapshot.oneTimeCode(of: account.id) else { return .void }
        var code = try OneTimeCode(stored: stored)
        let outcome = code.check(typed, of: account.id, at: now, with: keys)
        if code.stored != stored {
            try transaction.setOneTimeCode(code.stored, of: account.id, expiresAt: code.expires.milliseconds)
        }
        if case .accepted = outcome.judgement { try transaction.settleSends(to: account.id, for: .code, at: now) }
        return outcome.judgement
    }

    /// A code of the app: one that was accepted is never accepted again.
    func judge(totp typed: String, of account: AccountEntry, at now: Timestamp, _ transaction: ControlTransaction)
        throws
        -> CodeJudgement
    {
        guard let stored = account.totpSecret else { return .void }
        let sealed = try SealedSecret(stored: stored)
        let secret = try TOTPSecret(octets: sealed.open(for: account.id, with: keys))
        var totp = try TOTP(stored: account.totp)
        let outcome = totp.check(typed, secret: secret, at: now)
        if totp.stored != account.totp { try transaction.setTOTP(totp.stored, of: account.id) }
        if case .accepted = outcome.judgement, sealed.needsResealing(with: keys) {
            var generator = SystemRandomNumberGenerator()
            let renewed = try SealedSecret(sealing: secret.octets, of: account.id, with: keys, using: &generator)
            try transaction.renewSecondFactorSecret(renewed.stored, of: account.id)
        }
        return outcome.judgement
    }
}
