/// How far a sign-in has come: password, second factor, setting one up, new password, terms, signed in.
///
/// Each event is a function that answers with the next step or a refusal; use cases do what the step asks for and keep
/// the changed value under the hash of a ``SignInToken``. An event whose step it is not is refused and changes nothing,
/// so that no step can be left out by asking for a later one.
package struct SignInProgress: Hashable, Sendable {
    package enum Step: Hashable, Sendable {
        case password
        /// Right password, and no mobile number yet: the person gives one.
        case mobileNumber
        /// Never with ``SecondFactor/none``.
        case secondFactor(SecondFactor)
        /// The person sets up an authenticator app, or chooses codes by mail where that is left open.
        case setUp(SignInAccount.SetUp)
        case newPassword
        case terms(version: String)
        case signedIn
        /// Another sign-in has to begin.
        case over
    }

    package enum Answer: Hashable, Sendable {
        case next(Step)
        case refused(SignInRefusal)
    }

    /// What a typed password means for the account's ``Lockout``.
    package enum LockoutEvent: Hashable, Sendable {
        case failed, succeeded
    }

    /// Wrong codes of whatever kind in one sign-in; then the password is asked for again. The account does not lock.
    package static let wrongCodeLimit = 10
    /// Longer than any code is valid.
    package static let defaultLifetime: Duration = .seconds(60 * 60)

    package let expires: Timestamp
    private var phase = Phase.password
    /// Known from the right password on.
    private var account: SignInAccount?
    private var wrongCodes = 0

    package init(at now: Timestamp, lifetime: Duration = Self.defaultLifetime) {
        expires = now + lifetime
    }

    /// Goes on from an invitation: the link and the password that was just chosen stand for both factors. It ends with
    /// what is to be set up, and the person signs in.
    ///
    /// - Returns: nil when there is nothing to set up.
    package static func invited(
        _ account: SignInAccount, at now: Timestamp, lifetime: Duration = Self.defaultLifetime
    ) -> SignInProgress? {
        guard account.setUp != nil else { return nil }
        var progress = SignInProgress(at: now, lifetime: lifetime)
        progress.account = account
        progress.phase = .firstSetUp
        return progress
    }

    /// The account, once its password was right. Only at ``Step/signedIn`` has the person any rights in it.
    package var accountID: String? { account?.id }

    package var step: Step {
        switch (phase, account) {
        case (.password, _): .password
        case (.mobileNumber, .some): .mobileNumber
        case (.secondFactor, .some(let account)): .secondFactor(account.secondFactor)
        case (.setUp, .some(let account)), (.firstSetUp, .some(let account)):
            account.setUp.map { .setUp($0) } ?? .over
        case (.newPassword, .some): .newPassword
        case (.terms, .some(let account)): account.terms.map { .terms(version: $0) } ?? .over
        case (.signedIn, .some): .signedIn
        case (.over, _), (_, .none): .over
        }
    }

    /// A name and a password were typed, and the password was checked, which takes the same time for every name.
    ///
    /// No account, a wrong password, a locked account and a suspended one give the same answer and leave the same value
    /// behind. What differs is the second result, which is for the account's lockout only.
    ///
    /// - Parameters:
    ///   - account: nil: there is none of that name.
    ///   - isRight: what ``PasswordHash/isPassword(_:of:cost:)`` has answered.
    package mutating func passwordChecked(_ isRight: Bool, of account: SignInAccount?, at now: Timestamp)
        -> (answer: Answer, lockout: LockoutEvent?)
    {
        if let refusal = refusal(unless: .password, at: now) { return (.refused(refusal), nil) }
        guard let account, account.isActive, !account.isLocked else { return (.refused(.wrongCredentials), nil) }
        guard isRight else { return (.refused(.wrongCredentials), .failed) }
        if account.secondFactor == .sms, account.mobileNumber == .missing {
            return (.refused(.noMobileNumber), .succeeded)
        }
        self.account = account
        switch account.secondFactor {
        case .none: return (proceed(after: .secondFactor), .succeeded)
        case .sms where account.mobileNumber == .toBeGiven: phase = .mobileNumber
        case .sms, .mail, .totp: phase = .secondFactor
        }
        return (.next(step), .succeeded)
    }

    /// The person has given a mobile number and it is kept: the code goes there.
    package mutating func mobileNumberGiven(at now: Timestamp) -> Answer {
        if let refusal = refusal(unless: .mobileNumber, at: now) { return .refused(refusal) }
        phase = .secondFactor
        return .next(step)
    }

    /// Whether a code may be sent now: at first, and again when the person asks. How often is ``SendHistory``'s to say.
    package func codeWanted(at now: Timestamp) -> Answer {
        if let refusal = refusal(unless: .secondFactor, at: now) { return .refused(refusal) }
        guard account?.secondFactor == .sms || account?.secondFactor == .mail else { return .refused(.notOffered) }
        return .next(step)
    }

    /// A code of the account's second factor was typed and judged.
    package mutating func codeChecked(_ judgement: CodeJudgement, by factor: SecondFactor, at now: Timestamp) -> Answer
    {
        if let refusal = refusal(unless: .secondFactor, at: now) { return .refused(refusal) }
        guard factor == account?.secondFactor else { return .refused(.notOffered) }
        return judged(judgement)
    }

    /// A recovery code was typed in the second factor's place and judged.
    package mutating func recoveryCodeChecked(_ judgement: CodeJudgement, at now: Timestamp) -> Answer {
        if let refusal = refusal(unless: .secondFactor, at: now) { return .refused(refusal) }
        guard account?.hasRecoveryCodes == true else { return .refused(.notOffered) }
        return judged(judgement)
    }

    /// A code of the app that is being set up was typed and judged. The app is kept when it was right.
    package mutating func appCodeChecked(_ judgement: CodeJudgement, at now: Timestamp) -> Answer {
        if let refusal = refusal(unlessSettingUpAt: now) { return .refused(refusal) }
        return judged(judgement)
    }

    /// The person has chosen codes by mail instead of an app.
    package mutating func mailChosen(at now: Timestamp) -> Answer {
        if let refusal = refusal(unlessSettingUpAt: now) { return .refused(refusal) }
        guard account?.setUp == .choice else { return .refused(.notOffered) }
        return proceed(after: phase)
    }

    /// Whether an app may be offered now, to be set up.
    package func appWanted(at now: Timestamp) -> Answer {
        if let refusal = refusal(unlessSettingUpAt: now) { return .refused(refusal) }
        return .next(step)
    }

    /// The new password meets the rule, is another one than before, and is kept.
    package mutating func passwordChanged(at now: Timestamp) -> Answer {
        if let refusal = refusal(unless: .newPassword, at: now) { return .refused(refusal) }
        return proceed(after: .newPassword)
    }

    /// - Parameter version: of the text that the person saw: it has to be the one that was asked for.
    package mutating func termsAccepted(version: String, at now: Timestamp) -> Answer {
        if let refusal = refusal(unless: .terms, at: now) { return .refused(refusal) }
        guard version == account?.terms else { return .refused(.otherTerms) }
        return proceed(after: .terms)
    }

    /// The person has gone away or declined the terms, or the account was suspended meanwhile. One who is signed in
    /// has a ``Session``, which ends on its own.
    package mutating func abandon() {
        phase = .over
        account = nil
    }

    private mutating func judged(_ judgement: CodeJudgement) -> Answer {
        switch judgement {
        case .accepted: return proceed(after: phase)
        case .notACode: return .refused(.notACode)
        case .void: return .refused(.codeVoid)
        case .wrong:
            wrongCodes += 1
            guard wrongCodes < Self.wrongCodeLimit else {
                abandon()
                return .refused(.tooManyWrongCodes)
            }
            return .refused(.wrongCode(triesLeft: Self.wrongCodeLimit - wrongCodes))
        }
    }

    private mutating func proceed(after done: Phase) -> Answer {
        if done == .firstSetUp {
            abandon()
        } else if done < .setUp, account?.setUp != nil {
            phase = .setUp
        } else if done < .newPassword, account?.mustChangePassword == true {
            phase = .newPassword
        } else if done < .terms, account?.terms != nil {
            phase = .terms
        } else {
            phase = .signedIn
        }
        return .next(step)
    }

    private func refusal(unlessSettingUpAt now: Timestamp) -> SignInRefusal? {
        refusal(unless: phase == .firstSetUp ? .firstSetUp : .setUp, at: now)
    }

    private func refusal(unless expected: Phase, at now: Timestamp) -> SignInRefusal? {
        if phase == .over || (phase != .signedIn && now >= expires) { return .startAgain }
        return phase == expected ? nil : .outOfTurn
    }
}

extension SignInProgress {
    /// In the order of a sign-in.
    private enum Phase: String, Comparable, CaseIterable {
        case password
        case mobileNumber = "mobile-number"
        case secondFactor = "second-factor"
        case setUp = "set-up"
        case firstSetUp = "first-set-up"
        case newPassword = "new-password"
        case terms
        case signedIn = "signed-in"
        case over

        private var order: Int { Self.allCases.firstIndex(of: self) ?? 0 }

        static func < (left: Phase, right: Phase) -> Bool { left.order < right.order }
    }
}

extension SignInProgress: StoredText {
    /// `sign-in/1 step=password expires=1763700000000 wrong=0`, and once the password was right, of the account:
    /// `account=… factor=totp recovery=1 number=registered change=0 terms=2025-04`; `setup` and `terms` only where
    /// there are some.
    package var stored: String {
        var fields = StoredFields("sign-in")
        fields.set("step", phase)
        fields.set("expires", expires)
        fields.set("wrong", wrongCodes)
        guard let account else { return fields.text }
        fields.set("account", text: account.id)
        fields.set("factor", account.secondFactor)
        fields.set("recovery", account.hasRecoveryCodes)
        fields.set("number", account.mobileNumber)
        fields.set("setup", account.setUp)
        fields.set("change", account.mustChangePassword)
        fields.set("terms", text: account.terms)
        return fields.text
    }

    package init(stored: String) throws(SignInError) {
        var fields = try StoredFieldReader(stored, form: "sign-in")
        phase = try fields.choice("step")
        expires = try fields.moment("expires")
        wrongCodes = try fields.number("wrong", in: 0...Self.wrongCodeLimit)
        switch phase {
        case .password, .over: account = nil
        case .mobileNumber, .secondFactor, .setUp, .firstSetUp, .newPassword, .terms, .signedIn:
            account = SignInAccount(
                id: try fields.text("account"), secondFactor: try fields.choice("factor"),
                hasRecoveryCodes: try fields.flag("recovery"), mobileNumber: try fields.choice("number"),
                setUp: try fields.optionalChoice("setup"), mustChangePassword: try fields.flag("change"),
                terms: try fields.optionalText("terms"))
        }
        try fields.finish()
        guard isConsistent else { throw fields.malformed("step") }
    }

    /// Whether the step is one that this account has.
    private var isConsistent: Bool {
        switch phase {
        case .mobileNumber: account?.secondFactor == .sms && account?.mobileNumber == .toBeGiven
        case .secondFactor: account?.secondFactor != SecondFactor.none
        case .setUp, .firstSetUp: account?.setUp != nil
        case .newPassword: account?.mustChangePassword == true
        case .terms: account?.terms != nil
        case .password, .signedIn, .over: true
        }
    }
}
