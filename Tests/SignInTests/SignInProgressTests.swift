import SignIn
import Testing

@Suite("A sign-in")
struct SignInProgressTests {
    private func account(
        _ factor: SecondFactor = .totp, isActive: Bool = true, isLocked: Bool = false, recovery: Bool = false,
        number: SignInAccount.MobileNumberStanding = .registered, setUp: SignInAccount.SetUp? = nil,
        change: Bool = false, terms: String? = nil
    ) -> SignInAccount {
        SignInAccount(
            id: "u1", isActive: isActive, isLocked: isLocked, secondFactor: factor, hasRecoveryCodes: recovery,
            mobileNumber: number, setUp: setUp, mustChangePassword: change, terms: terms)
    }

    /// A sign-in after the right password.
    private func admitted(_ account: SignInAccount) -> SignInProgress {
        var progress = SignInProgress(at: newYear)
        _ = progress.passwordChecked(true, of: account, at: newYear)
        return progress
    }

    @Test("goes through every step that the account has, in order")
    func wholeWay() {
        var progress = SignInProgress(at: newYear)
        #expect(progress.step == .password)
        let (answer, lockout) = progress.passwordChecked(
            true, of: account(.mail, change: true, terms: "2025-04"), at: newYear)
        #expect(answer == .next(.secondFactor(.mail)))
        #expect(lockout == .succeeded)
        #expect(progress.codeWanted(at: newYear) == .next(.secondFactor(.mail)))
        #expect(progress.codeChecked(.accepted, by: .mail, at: newYear) == .next(.newPassword))
        #expect(progress.passwordChanged(at: newYear) == .next(.terms(version: "2025-04")))
        #expect(progress.termsAccepted(version: "2025-04", at: newYear) == .next(.signedIn))
        #expect(progress.step == .signedIn)
        #expect(progress.accountID == "u1")
    }

    @Test("of an account that has none of these steps is done with the password")
    func shortWay() {
        var progress = SignInProgress(at: newYear)
        #expect(progress.passwordChecked(true, of: account(.none), at: newYear).answer == .next(.signedIn))
    }

    @Test("asks for what is to be set up after the second factor, and counts wrong codes of the app as others")
    func setsUp() throws {
        var progress = admitted(account(.mail, setUp: .totp, change: true))
        #expect(progress.appWanted(at: newYear) == .refused(.outOfTurn))
        #expect(progress.codeChecked(.accepted, by: .mail, at: newYear) == .next(.setUp(.totp)))
        #expect(try SignInProgress(stored: progress.stored) == progress)
        #expect(progress.appWanted(at: newYear) == .next(.setUp(.totp)))
        #expect(progress.mailChosen(at: newYear) == .refused(.notOffered))
        #expect(progress.appCodeChecked(.wrong, at: newYear) == .refused(.wrongCode(triesLeft: 9)))
        #expect(progress.codeChecked(.accepted, by: .mail, at: newYear) == .refused(.outOfTurn))
        #expect(progress.appCodeChecked(.accepted, at: newYear) == .next(.newPassword))
    }

    @Test("goes on from an invitation with what is to be set up, and ends there")
    func invited() throws {
        #expect(SignInProgress.invited(account(.mail), at: newYear) == nil)
        for setUp in SignInAccount.SetUp.allCases {
            var progress = try #require(
                SignInProgress.invited(account(.mail, setUp: setUp, terms: "2025-04"), at: newYear))
            #expect(progress.step == .setUp(setUp))
            #expect(try SignInProgress(stored: progress.stored) == progress)
            #expect(progress.codeChecked(.accepted, by: .mail, at: newYear) == .refused(.outOfTurn))
            let answer =
                setUp == .choice ? progress.mailChosen(at: newYear) : progress.appCodeChecked(.accepted, at: newYear)
            #expect(answer == .next(.over))
            #expect(progress.appWanted(at: newYear) == .refused(.startAgain))
        }
    }

    @Test("gives the same answer and leaves the same behind whatever was wrong with name and password")
    func uniform() {
        let untouched = SignInProgress(at: newYear)
        let cases: [(Bool, SignInAccount?, SignInProgress.LockoutEvent?)] = [
            (false, nil, nil), (true, nil, nil), (false, account(), .failed),
            (true, account(isLocked: true), nil), (false, account(isLocked: true), nil),
            (true, account(isActive: false), nil), (false, account(isActive: false), nil),
            (false, account(.sms, number: .missing), .failed), (false, account(.sms, number: .toBeGiven), .failed),
        ]
        for (isRight, account, expected) in cases {
            var progress = untouched
            let (answer, lockout) = progress.passwordChecked(isRight, of: account, at: newYear)
            #expect(answer == .refused(.wrongCredentials))
            #expect(lockout == expected)
            #expect(progress == untouched)
            #expect(progress.stored == untouched.stored)
        }
    }

    @Test("of an administrator without a mobile number asks for it; then the code goes there")
    func numberToBeGiven() {
        var progress = admitted(account(.sms, number: .toBeGiven))
        #expect(progress.step == .mobileNumber)
        #expect(progress.codeWanted(at: newYear) == .refused(.outOfTurn))
        #expect(progress.codeChecked(.accepted, by: .sms, at: newYear) == .refused(.outOfTurn))
        #expect(progress.mobileNumberGiven(at: newYear) == .next(.secondFactor(.sms)))
        #expect(progress.mobileNumberGiven(at: newYear) == .refused(.outOfTurn))
    }

    @Test("of a user without a mobile number is refused, only with the right password")
    func numberMissing() {
        var progress = SignInProgress(at: newYear)
        let (answer, lockout) = progress.passwordChecked(true, of: account(.sms, number: .missing), at: newYear)
        #expect(answer == .refused(.noMobileNumber))
        #expect(lockout == .succeeded)
        #expect(progress == SignInProgress(at: newYear))
    }

    @Test("does not ask for a mobile number where the second factor needs none", arguments: [SecondFactor.mail, .totp])
    func numberNotNeeded(factor: SecondFactor) {
        #expect(admitted(account(factor, number: .missing)).step == .secondFactor(factor))
    }

    @Test("ends after ten wrong codes of whatever kind")
    func wrongCodes() {
        var progress = admitted(account(recovery: true))
        for left in (1...9).reversed() {
            let answer =
                left.isMultiple(of: 2)
                ? progress.codeChecked(.wrong, by: .totp, at: newYear)
                : progress.recoveryCodeChecked(.wrong, at: newYear)
            #expect(answer == .refused(.wrongCode(triesLeft: left)))
        }
        #expect(progress.codeChecked(.wrong, by: .totp, at: newYear) == .refused(.tooManyWrongCodes))
        #expect(progress.codeChecked(.accepted, by: .totp, at: newYear) == .refused(.startAgain))
        #expect(progress.step == .over)
        #expect(progress.accountID == nil)
    }

    @Test("takes no try for what is no code, or when there is no code to try")
    func noTry() {
        var progress = admitted(account(.sms))
        let before = progress
        for _ in 0..<20 {
            #expect(progress.codeChecked(.notACode, by: .sms, at: newYear) == .refused(.notACode))
            #expect(progress.codeChecked(.void, by: .sms, at: newYear) == .refused(.codeVoid))
        }
        #expect(progress == before)
    }

    @Test("takes a recovery code in the second factor's place, if there are any")
    func recovery() {
        var with = admitted(account(recovery: true))
        var without = admitted(account())
        #expect(with.recoveryCodeChecked(.accepted, at: newYear) == .next(.signedIn))
        #expect(without.recoveryCodeChecked(.accepted, at: newYear) == .refused(.notOffered))
        #expect(without.step == .secondFactor(.totp))
    }

    @Test("takes no other factor than the account's, and sends no code where an app makes it")
    func otherFactor() {
        var progress = admitted(account(.totp))
        for factor in [SecondFactor.none, .sms, .mail] {
            #expect(progress.codeChecked(.accepted, by: factor, at: newYear) == .refused(.notOffered))
        }
        #expect(progress.codeWanted(at: newYear) == .refused(.notOffered))
    }

    @Test("takes no other version of the terms than the one it asked for")
    func otherTerms() {
        var progress = admitted(account(.none, terms: "2"))
        #expect(progress.termsAccepted(version: "1", at: newYear) == .refused(.otherTerms))
        #expect(progress.step == .terms(version: "2"))
        #expect(progress.termsAccepted(version: "2", at: newYear) == .next(.signedIn))
    }

    @Test("expires, but not once it is done")
    func expires() {
        let end = newYear + SignInProgress.defaultLifetime
        var late = admitted(account())
        #expect(late.codeChecked(.accepted, by: .totp, at: end) == .refused(.startAgain))
        var fresh = SignInProgress(at: newYear)
        let (answer, lockout) = fresh.passwordChecked(true, of: account(), at: end)
        #expect(answer == .refused(.startAgain))
        #expect(lockout == nil)
        var done = admitted(account(.none))
        #expect(done.passwordChanged(at: end) == .refused(.outOfTurn))
        #expect(done.step == .signedIn)
    }

    @Test("that was given up takes nothing more")
    func abandoned() {
        var progress = admitted(account(.none, terms: "2"))
        progress.abandon()
        #expect(progress.termsAccepted(version: "2", at: newYear) == .refused(.startAgain))
        #expect(progress.step == .over)
    }

    @Test("never comes to its end with a step left out, whatever events come in whatever order")
    func noShortCut() throws {
        var generator = RepeatableGenerator()
        var completed = 0
        for _ in 0..<1000 {
            let account = account(
                SecondFactor.allCases.randomElement(using: &generator) ?? .totp, recovery: .random(using: &generator),
                number: .allCases.randomElement(using: &generator) ?? .missing, change: .random(using: &generator),
                terms: .random(using: &generator) ? "2" : nil)
            var progress = SignInProgress(at: newYear)
            var done: Set<String> = []
            for _ in 0..<12 {
                let event = Int.random(in: 0..<7, using: &generator)
                let (name, answer) = play(event, with: account, on: &progress)
                if case .next = answer { done.insert(name) }
            }
            #expect(try SignInProgress(stored: progress.stored) == progress)
            guard progress.step == .signedIn else { continue }
            completed += 1
            #expect(done.contains("password"))
            #expect(account.secondFactor == .none || done.contains("code"))
            #expect(account.secondFactor != .sms || account.mobileNumber != .missing)
            #expect(account.secondFactor != .sms || account.mobileNumber == .registered || done.contains("number"))
            #expect(!account.mustChangePassword || done.contains("change"))
            #expect(account.terms == nil || done.contains("terms"))
        }
        #expect(completed > 50)
    }

    private func play(_ event: Int, with account: SignInAccount, on progress: inout SignInProgress)
        -> (name: String, answer: SignInProgress.Answer)
    {
        switch event {
        case 0: ("password", progress.passwordChecked(true, of: account, at: newYear).answer)
        case 1: ("password", progress.passwordChecked(false, of: account, at: newYear).answer)
        case 2: ("number", progress.mobileNumberGiven(at: newYear))
        case 3: ("code", progress.codeChecked(.accepted, by: account.secondFactor, at: newYear))
        case 4: ("code", progress.recoveryCodeChecked(.accepted, at: newYear))
        case 5: ("change", progress.passwordChanged(at: newYear))
        default: ("terms", progress.termsAccepted(version: "2", at: newYear))
        }
    }

    @Test("judges the outcomes of all kinds of codes alike")
    func judgements() {
        #expect(OneTimeCode.Outcome.wrong(triesLeft: 3).judgement == .wrong)
        #expect(OneTimeCode.Outcome.void(.tooManyTries).judgement == .wrong)
        #expect(OneTimeCode.Outcome.void(.expired).judgement == .void)
        #expect(TOTP.Outcome.usedBefore.judgement == .wrong)
        #expect(RecoveryCodes.Outcome.accepted(left: 0).judgement == .accepted)
    }

    @Test("has a text in both languages for each refusal, under a key of its own")
    func messages() {
        let all: [SignInRefusal] = [
            .wrongCredentials, .noMobileNumber, .wrongCode(triesLeft: 1), .notACode, .codeVoid, .tooManyWrongCodes,
            .notOffered, .otherTerms, .outOfTurn, .startAgain,
        ]
        #expect(Set(all.map(\.message.key)).count == all.count)
        #expect(Set(all.map(\.message.japanese)).count == all.count)
        #expect(Set(all.map(\.message.english)).count == all.count)
        for refusal in all {
            let texts = SignInRefusal.Code.allCases.map(refusal.message(of:))
            #expect(Set(texts.map(\.key)).count == 1)
            #expect(Set(texts.map(\.japanese)).count == Set(texts.map(\.english)).count)
        }
        #expect(Message.resetRequested.text(in: .japanese) != Message.resetRequested.text(in: .english))
    }
}
