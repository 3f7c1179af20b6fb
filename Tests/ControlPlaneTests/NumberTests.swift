import ControlPlane
import Directory
import Foundation
import Storage
import Testing

@Suite struct NumberTests {
    let fixture: ControlFixture
    var session: ControlSession { fixture.session }

    init() throws { fixture = try ControlFixture() }

    @Test("the hashes are those of RFC 7616 for the number as it is dialled and the realm")
    func hashes() throws {
        _ = try session.addNumber(typed: "050-1234-5678", password: "secret")
        let credentials = try ControlReader(fixture.directory).record(signingInAs: "05012345678")?.credentials
        // printf %s 05012345678:tsunagi:secret | sha256sum, md5sum
        #expect(credentials?.sha256 == "1d8c99788d3aad20f9b981b0677741b717f81b3217cfe78063fbf2bc415b4588")
        #expect(credentials?.md5 == "0115e9b5406513d56bdce8163f42914e")
    }

    @Test("a number is added once, in whatever form")
    func addsOnce() throws {
        let state = try session.addNumber(typed: "+815012345678")
        #expect(state.number == "05012345678")
        #expect(state.canonical == "+815012345678")
        #expect(state.username == nil)
        #expect(throws: ControlError.numberExists(try number("05012345678"))) {
            try session.addNumber(typed: "tel:050-1234-5678")
        }
        #expect(try session.number(number("05012345678")) == state)
    }

    @Test("what can't be one of our numbers is refused", arguments: ["", "0501234567", "voicemail", "a b", "http://x"])
    func refuses(text: String) {
        #expect(throws: ControlError.self) { try session.addNumber(typed: text) }
    }

    @Test("a mistyped telephone number is not taken for a name, and the refusal names what is wrong with it")
    func refusesMistyped() throws {
        #expect(throws: ControlError.invalidNumber(.mistyped("O5012345679", "O"))) {
            try session.addNumber(typed: "O5012345679")
        }
        #expect(throws: ControlError.invalidNumber(.mistyped("'05099990001", "'"))) {
            try session.addNumber(typed: "'05099990001")
        }
        for name in ["alice", "o'neill", "1e3"] { #expect(try session.addNumber(typed: name).number == name) }
    }

    @Test("184 or 186 before a whole number is refused with the number alone; extensions may begin so")
    func refusesPrefixed() throws {
        for text in ["18405012345678", "184-050-1234-5678", "１８４０５０１２３４５６７８"] {
            #expect(throws: ControlError.invalidNumber(.prefixed("184", rest: "05012345678"))) {
                try session.addNumber(typed: text)
            }
        }
        #expect(throws: ControlError.invalidNumber(.prefixed("186", rest: "0312345678"))) {
            try session.addNumber(typed: "1860312345678")
        }
        for text in ["184", "1841001", "18601", "1840501234"] { _ = try session.addNumber(typed: text) }
    }

    @Test("a password is set, replaced and taken away")
    func changesPassword() throws {
        _ = try session.addNumber(typed: "alice")
        let alice = try number("alice")
        #expect(try session.setPassword("first", of: alice).username == "alice")
        let first = try fixture.database.read { try $0.record(of: alice)?.credentials }
        _ = try session.setPassword("second", of: alice)
        #expect(try fixture.database.read { try $0.record(of: alice)?.credentials } != first)
        #expect(try session.setPassword(nil, of: alice).username == nil)
        #expect(throws: ControlError.emptyPassword) { try session.setPassword("", of: alice) }
        #expect(throws: ControlError.passwordTooLong(limit: 128)) {
            try session.setPassword(String(repeating: "x", count: 129), of: alice)
        }
        #expect(throws: ControlError.noSuchNumber(try number("1"))) { try session.setPassword("x", of: number("1")) }
    }

    @Test("numbers are listed page by page")
    func pages() throws {
        for index in 10..<15 { _ = try session.addNumber(typed: "\(index)") }
        let first = try session.numbers(limit: 3)
        #expect(first.map(\.number.canonical) == ["10", "11", "12"])
        #expect(try session.numbers(after: first.last?.number, limit: 3).map(\.number.canonical) == ["13", "14"])
    }

    @Test("removing a number tells who still forwards to it")
    func removes() throws {
        for text in ["1001", "1002"] { _ = try session.addNumber(typed: text) }
        _ = try session.setForwarding(of: number("1002"), when: .always, to: "1001")
        #expect(try session.removeNumber(number("1001")) == [number("1002")])
        #expect(throws: ControlError.noSuchNumber(try number("1001"))) { try session.removeNumber(number("1001")) }
    }

    @Test("the realm changes only when no password is lost by it, or when that is wanted")
    func changesRealm() throws {
        try session.setRealm("lab")
        _ = try session.addNumber(typed: "1001", password: "x")
        #expect(throws: ControlError.realmInUse("lab", wanted: "other", passwords: 1)) { try session.setRealm("other") }
        try session.setRealm("lab")
        #expect(try session.number(number("1001")).username == "1001")
        try session.setRealm("other", discardsPasswords: true)
        #expect(try session.realm() == "other")
        #expect(try session.number(number("1001")).username == nil)
        for realm in ["", "a\"b", "a\nb", "a\u{9B}b", String(repeating: "x", count: 65)] {
            #expect(throws: ControlError.invalidRealm(realm)) { try session.setRealm(realm) }
        }
    }
}
