import Foundation
import Metering
import SignIn
import Storage
import Testing

@testable import ControlPlane

@Suite("Wrong passwords") struct LockoutFlowTests {
    let fixture: DeskFixture
    private let password = "Abc123xyz"

    init() throws {
        fixture = try DeskFixture()
        _ = try fixture.operatorSession.editUser("taro@example.co.jp") {
            $0.secondFactor = .mail
            $0.language = .english
        }
        try fixture.setPassword(password, .portalUser, "taro@example.co.jp")
    }

    private func refusal(_ name: String, _ password: String, from address: String = DeskFixture.address) async throws
        -> SignInDeskRefusal?
    {
        try await deskRefusal { _ = try await fixture.begin(.portal, name, password, from: address) }
    }

    private func lock() async throws {
        for _ in 1...5 { #expect(try await refusal("taro@example.co.jp", "wrong") == .signIn(.wrongCredentials)) }
    }

    @Test("five of them lock an account for thirty minutes, and the person is told")
    func locks() async throws {
        let end = fixture.now + .seconds(30 * 60)
        try await lock()
        let letter = try fixture.lastLetter()
        #expect(letter.message.kind == "locked" && letter.message.recipient == "taro@example.co.jp")
        let entry = try #require(try fixture.operatorSession.history(limit: 1).first)
        #expect(entry.action == "user lock" && entry.source == DeskFixture.address)
        #expect(try fixture.operatorSession.user("taro@example.co.jp").status == .locked)
        let locked = try fixture.operatorSession.users(status: .locked, limit: 9)
        #expect(locked.total == 1 && locked.users.map(\.profile.email) == ["taro@example.co.jp"])
        #expect(try await refusal("taro@example.co.jp", password) == .signIn(.wrongCredentials))
        fixture.now = Timestamp(milliseconds: end.milliseconds - 1)
        #expect(try await refusal("taro@example.co.jp", password) == .signIn(.wrongCredentials))
        fixture.now = end
        #expect(try fixture.operatorSession.users(status: .locked, limit: 9).total == 0)
        #expect(try await refusal("taro@example.co.jp", password) == nil)
    }

    @Test("a right one in between begins the count anew")
    func countsAnew() async throws {
        for _ in 1...4 { _ = try await refusal("taro@example.co.jp", "wrong") }
        #expect(try await refusal("taro@example.co.jp", password) == nil)
        for _ in 1...4 { _ = try await refusal("taro@example.co.jp", "wrong") }
        #expect(try await refusal("taro@example.co.jp", password) == nil)
    }

    @Test("an administrator's unlocking lets the person in at once, and tells them")
    func unlocks() async throws {
        try await lock()
        _ = try fixture.operatorSession.unlockUser("taro@example.co.jp")
        #expect(try fixture.lastLetter().message.kind == "unlocked")
        #expect(try await refusal("taro@example.co.jp", password) == nil)
    }

    @Test("how many, and for how long, is a setting that holds for the next try")
    func settings() async throws {
        _ = try fixture.operatorSession.setSignInPolicy {
            $0.lockoutFailures = 2
            $0.lockoutMinutes = 1
        }
        for _ in 1...2 { _ = try await refusal("taro@example.co.jp", "wrong") }
        #expect(try await refusal("taro@example.co.jp", password) == .signIn(.wrongCredentials))
        fixture.pass(.seconds(60))
        #expect(try await refusal("taro@example.co.jp", password) == nil)
    }

    @Test(
        "no account, a wrong password, a locked account and a suspended one get the same answer, and leave one commit each"
    )
    func uniform() async throws {
        _ = try fixture.operatorSession.setSignInPolicy { $0.throttleBurst = 1000 }
        func commits() -> Int { fixture.database.measures.commits.commits.count }
        let start = commits()
        #expect(try await refusal("nobody@example.co.jp", password) == .signIn(.wrongCredentials))
        #expect(try await refusal("not an address", password) == .signIn(.wrongCredentials))
        #expect(try await refusal("hanako@example.co.jp", password) == .signIn(.wrongCredentials))
        try await lock()
        #expect(try await refusal("taro@example.co.jp", password) == .signIn(.wrongCredentials))
        _ = try fixture.operatorSession.unlockUser("taro@example.co.jp")
        _ = try fixture.operatorSession.suspendUser("taro@example.co.jp")
        #expect(try await refusal("taro@example.co.jp", password) == .signIn(.wrongCredentials))
        // Ten refusals, and what was done to the account in between.
        #expect(commits() == start + 10 + 2)
    }

    @Test("a password is hashed whether or not there is an account of the name")
    func sameWork() async throws {
        let dear = try ScryptCost(exponent: 14)
        let desk = SignInDesk(fixture.database, keys: fixture.desk.keys, cost: dear)
        func duration(_ name: String) async throws -> Duration {
            let clock = ContinuousClock()
            return try await clock.measure {
                _ = try await deskRefusal {
                    _ = try await desk.begin(
                        at: .portal, name: name, password: "wrong", from: "192.0.2.77", at: fixture.now)
                }
            }
        }
        // What takes the time is the hash: without it an answer takes a hundredth of this.
        var generator = SystemRandomNumberGenerator()
        let hash = try PasswordHash(of: password, cost: dear, using: &generator)
        let alone = try ContinuousClock().measure { _ = try PasswordHash.isPassword("wrong", of: hash, cost: dear) }
        let unknown = try await duration("nobody@example.co.jp")
        #expect(unknown > alone / 2)
    }

    @Test("an address that tries too often waits, whichever names it tries, and others do not")
    func throttles() async throws {
        for index in 1...20 { _ = try await refusal("nobody\(index)@example.co.jp", "wrong") }
        let expected = SignInDeskRefusal.tooManyTries(until: fixture.now + .seconds(6))
        #expect(try await refusal("taro@example.co.jp", password) == expected)
        #expect(try await refusal("nobody@example.co.jp", password) == expected)
        #expect(try await refusal("taro@example.co.jp", password, from: "192.0.2.99") == nil)
        fixture.pass(.seconds(6))
        #expect(try await refusal("taro@example.co.jp", password) == nil)
    }

    @Test("with the right password sign-ins that are not finished can't follow each other without end")
    func unfinished() async throws {
        for index in 1...10 {
            #expect(try await refusal("taro@example.co.jp", password, from: "192.0.2.\(index)") == nil)
        }
        let refused = try await refusal("taro@example.co.jp", password, from: "192.0.2.200")
        #expect(refused == .tooManyTries(until: fixture.now + .seconds(120)))
    }

    @Test("a flood of sign-ins waits in a line with an end, and the rest is told to come again")
    func flood() async throws {
        let pool = HashingPool(threads: 1, lineLimit: 3)
        let gate = DispatchSemaphore(value: 0)
        let results = await withTaskGroup(of: SignInDeskRefusal?.self) { group in
            for _ in 1...4 { group.addTask { try? await deskRefusal { try await pool.run { gate.wait() } } } }
            while pool.load < 4 { await Task.yield() }
            for _ in 1...20 {
                group.addTask { try? await deskRefusal { _ = try await pool.run { 1 } } }
            }
            var refused = 0
            var results: [SignInDeskRefusal?] = []
            for await result in group {
                results.append(result)
                refused += 1
                if refused == 20 { for _ in 1...4 { gate.signal() } }
            }
            return results
        }
        #expect(results.count { $0 == .busy } == 20 && results.count { $0 == nil } == 4)
        #expect(try await pool.run { 7 } == 7)
    }
}
