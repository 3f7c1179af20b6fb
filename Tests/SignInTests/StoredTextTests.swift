import Testing

@testable import SignIn

/// One value of each kind that is stored, in each of its states.
private enum Sample {
    static func all() throws -> [any StoredText] {
        try passwords() + counters() + codes() + sessions() + progresses()
    }

    private static func passwords() throws -> [any StoredText] {
        var generator = RepeatableGenerator()
        let keys = try KeyRing.fixture()
        return [
            try PasswordHash(of: "Secret1", cost: ScryptCost(exponent: 4), using: &generator),
            try SealedSecret(sealing: [1, 2, 3], of: "u1", with: keys, using: &generator),
            try MobileNumber(typed: "09012345678"),
        ]
    }

    private static func counters() -> [any StoredText] {
        var (counting, locked, sends) = (Lockout(), Lockout(), SendHistory())
        _ = counting.failed(at: newYear)
        _ = locked.failed(at: newYear, policy: LockoutPolicy(failures: 1))
        _ = sends.take(at: newYear)
        _ = sends.take(at: newYear + .minutes(1))
        return [Lockout(), counting, locked, SendHistory(), sends]
    }

    private static func codes() throws -> [any StoredText] {
        var generator = RepeatableGenerator()
        let keys = try KeyRing.fixture()
        let (code, fresh) = OneTimeCode.issue(for: "u1", by: .mail, at: newYear, with: keys, using: &generator)
        var (used, totp) = (fresh, TOTP())
        _ = used.check(code, of: "u1", at: newYear, with: keys)
        let secret = TOTPSecret(using: &generator)
        _ = totp.check(TOTP.code(of: secret, at: newYear), secret: secret, at: newYear)
        let (recovery, unused) = RecoveryCodes.issue(using: &generator)
        var oneUsed = unused
        _ = oneUsed.check(recovery[3])
        return [fresh, used, TOTP(), totp, unused, oneUsed]
    }

    private static func sessions() -> [any StoredText] {
        var generator = RepeatableGenerator()
        let (_, parent) = Session.start(at: newYear, using: &generator)
        let (_, window) = Session.start(dependingOn: parent, at: newYear, using: &generator)
        let (token, link) = Link.issue(for: .passwordReset, at: newYear, using: &generator)
        var usedLink = link
        _ = usedLink.redeem(token, for: .passwordReset, at: newYear)
        return [parent, window, link, usedLink]
    }

    private static func progresses() -> [any StoredText] {
        let account = SignInAccount(
            id: "太郎 a=b/c", secondFactor: .sms, hasRecoveryCodes: true, mobileNumber: .toBeGiven,
            mustChangePassword: true, terms: "2025-04 改")
        var progress = SignInProgress(at: newYear)
        var states = [progress]
        _ = progress.passwordChecked(true, of: account, at: newYear)
        states.append(progress)
        _ = progress.mobileNumberGiven(at: newYear)
        _ = progress.codeChecked(.wrong, by: .sms, at: newYear)
        states.append(progress)
        _ = progress.codeChecked(.accepted, by: .sms, at: newYear)
        states.append(progress)
        _ = progress.passwordChanged(at: newYear)
        states.append(progress)
        _ = progress.termsAccepted(version: "2025-04 改", at: newYear)
        states.append(progress)
        progress.abandon()
        return states + [progress]
    }
}

@Suite("Stored text")
struct StoredTextTests {
    private func reread<Value: StoredText>(_ value: Value, from text: String) throws -> String {
        try Value(stored: text).stored
    }

    private func isEqual<Value: StoredText & Equatable>(_ value: Value) throws -> Bool {
        try Value(stored: value.stored) == value
    }

    @Test("every stored value reads back as itself, from one line of ASCII")
    func roundTrips() throws {
        for value in try Sample.all() {
            #expect(value.stored.utf8.allSatisfy { (0x20...0x7E).contains($0) })
            let equatable = try #require(value as? any StoredText & Equatable)
            #expect(try isEqual(equatable), "\(value.stored)")
        }
    }

    @Test("a line with one character altered, missing or doubled is refused, or is what its value writes")
    func alterations() throws {
        for value in try Sample.all() {
            let stored = Array(value.stored)
            for index in stored.indices {
                for replacement in ["", "0", "-", " ", "=", "+", "é", "\(stored[index])\(stored[index])"] {
                    var altered = stored.map(String.init)
                    altered[index] = replacement
                    let line = altered.joined()
                    guard let again = try? reread(value, from: line) else { continue }
                    #expect(again == line)
                }
            }
        }
    }

    @Test("a later version is told from nonsense")
    func versions() {
        #expect(throws: SignInError.unknownVersion(form: "lockout", found: 2, supported: 1)) {
            try Lockout(stored: "lockout/2 failures=0 level=high")
        }
        for text in ["", "lockout", "lockout/x failures=0", "totp/1", "lockout/1", "lockout/1 failures=-1"] {
            #expect(throws: SignInError.self) { try Lockout(stored: text) }
        }
    }

    @Test("the forms are those that the documentation shows")
    func forms() throws {
        var lockout = Lockout()
        for _ in 0..<3 { _ = lockout.failed(at: newYear) }
        #expect(lockout.stored == "lockout/1 failures=3")
        for _ in 0..<2 { _ = lockout.failed(at: newYear) }
        #expect(lockout.stored == "lockout/1 failures=0 until=1767227400000")
        #expect(TOTP().stored == "totp/1")
        #expect(try MobileNumber(typed: "09012345678").stored == "mobile/1 digits=09012345678")
        #expect(SignInProgress(at: newYear).stored == "sign-in/1 step=password expires=1767229200000 wrong=0")
    }

    @Test("a sign-in at a step that its account does not have is refused")
    func inconsistent() {
        let account = "account=u1 factor=none recovery=0 number=registered change=0"
        for step in ["mobile-number", "second-factor", "new-password", "terms"] {
            #expect(throws: SignInError.self) {
                try SignInProgress(stored: "sign-in/1 step=\(step) expires=0 wrong=0 \(account)")
            }
        }
        #expect(throws: SignInError.self) { try SignInProgress(stored: "sign-in/1 step=signed-in expires=0 wrong=0") }
    }

    @Test("no error shows what was stored")
    func errorsKeepSecrets() throws {
        do {
            _ = try MobileNumber(stored: "mobile/1 digits=0901234567")
            Issue.record("ten digits were read")
        } catch {
            #expect(error.description.contains("digits"))
            #expect(!error.description.contains("0901234567"))
        }
    }
}
