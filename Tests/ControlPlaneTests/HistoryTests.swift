import ControlPlane
import Directory
import Foundation
import Storage
import Testing

@Suite struct HistoryTests {
    let fixture: ControlFixture
    let alice: PhoneNumber

    init() throws {
        fixture = try ControlFixture(numbers: ["05011111111"])
        alice = try number("05011111111")
    }

    @Test("every change is written with who, when, from where, before and after")
    func writesChanges() throws {
        let session = ControlSession(
            fixture.database,
            principal: Principal(
                actor: "admin", source: "192.0.2.7", role: .operator,
                for: .init(name: "alice", role: .loginID(numbers: [alice]))),
            clock: { Date(milliseconds: 42) })
        _ = try session.setForwarding(of: alice, when: .busy, to: "0312345678", ringSeconds: 9)
        let entry = try #require(try session.history(of: alice, limit: 1).first)
        #expect(entry.at == 42)
        #expect(entry.actor == "admin")
        #expect(entry.source == "192.0.2.7")
        #expect(entry.onBehalfOf == "alice")
        #expect(entry.action == "forward set")
        let before = try JSONDecoder().decode(ForwardingState.self, from: Data(try #require(entry.before).utf8))
        let after = try JSONDecoder().decode(ForwardingState.self, from: Data(try #require(entry.after).utf8))
        #expect(before.rules.isEmpty && before.ringSeconds == 30)
        #expect(after.rules.map(\.to) == ["0312345678"] && after.ringSeconds == 9)
    }

    @Test("who decides on what has been changed since is told of it, and nothing is changed; others are not in the way")
    func tellsOfChangesSince() throws {
        let other = try number("05022222222")
        _ = try fixture.session.addNumber(typed: "05022222222")
        let seen = try #require(try fixture.session.history(limit: 1).first).id
        _ = try fixture.session(.operator).setForwarding(of: alice, when: .busy, to: "0312345678")
        let later = try #require(try fixture.session.history(of: alice, limit: 1).first)

        let session = fixture.session.unlessChanged(since: seen)
        #expect(
            throws: ControlError.changedSince(seen, by: "operator", id: later.id, action: "forward set")
        ) { try session.setForwarding(of: alice, when: .busy, to: "0612345678") }
        #expect(try fixture.session.forwarding(of: alice).rules.map(\.to) == ["0312345678"])
        #expect(try session.setForwarding(of: other, when: .busy, to: "0612345678").rules.count == 1)
        #expect(
            try fixture.session.unlessChanged(since: later.id).setForwarding(of: alice, when: .busy, to: "0612345678")
                .rules.map(\.to) == ["0612345678"])
    }

    @Test("what changes nothing is not written, and neither is what was refused")
    func leavesOutNothing() throws {
        let session = fixture.session
        _ = try session.stopForwarding(of: alice)
        _ = try session.acceptAnonymous([], of: alice)
        #expect(throws: ControlError.self) { try session.setForwarding(of: alice, when: .busy, to: "110") }
        #expect(try session.history(of: alice, limit: 9).map(\.action) == ["number add"])
    }

    @Test("passwords are never in it, but that one was set is")
    func hidesPasswords() throws {
        _ = try fixture.session.setPassword("first-secret", of: alice)
        _ = try fixture.session.setPassword("second-secret", of: alice)
        let entries = try fixture.session.history(of: alice, limit: 9)
        #expect(entries.map(\.action) == ["number password", "number password", "number add"])
        let hash = try #require(try fixture.database.read { try $0.record(of: alice)?.credentials?.md5 })
        for text in entries.flatMap({ [$0.before, $0.after] }).compactMap({ $0 }) {
            #expect(!text.contains("secret") && !text.contains(hash))
        }
    }

    @Test("every use case that changes a number leaves its entry, also its removal")
    func coversUseCases() throws {
        let session = fixture.session
        let runtime = try RuntimeDatabase(fixture.directory)
        _ = try session.setForwarding(of: alice, when: .busy, to: "0312345678")
        _ = try session.stopForwarding(of: alice)
        _ = try session.rejectAnonymous([], of: alice)
        _ = try session.acceptAnonymous([], of: alice)
        _ = try session.block(number("99"), for: alice)
        _ = try session.unblock(number("99"), for: alice)
        let binding = Binding(contact: "sip:a@192.0.2.1", callID: "x", cseq: 1, expiresAt: .max)
        try runtime.commit([BindingChange(number: alice, bindings: [binding])])
        _ = try session.removeRegistrations(of: alice, in: runtime)
        _ = try session.removeNumber(alice)
        #expect(
            try session.history(of: alice, limit: 99).map(\.action) == [
                "number remove", "registrations remove", "block remove", "block add", "anonymous accept",
                "anonymous reject", "forward off", "forward set", "number add",
            ])
        #expect(throws: ControlError.noHistory("1")) { try session.history(of: number("1"), limit: 1) }
    }

    @Test("registrations are listed and removed by contact")
    func removesRegistrations() throws {
        let runtime = try RuntimeDatabase(fixture.directory)
        let contacts = ["sip:a@192.0.2.1", "sip:a@192.0.2.2"]
        let bindings = contacts.map { Binding(contact: $0, callID: "x", cseq: 1, expiresAt: 2_000_000_000_000) }
        try runtime.commit([BindingChange(number: alice, bindings: bindings)])
        #expect(try fixture.session.registrations(in: runtime).map(\.contact) == contacts)
        #expect(
            try fixture.session.removeRegistrations(of: alice, contact: contacts[0], in: runtime).map(\.contact)
                == [contacts[0]])
        #expect(try fixture.session.registrations(of: alice, in: runtime).map(\.contact) == [contacts[1]])
        #expect(throws: ControlError.notRegistered(alice, contact: contacts[0])) {
            try fixture.session.removeRegistrations(of: alice, contact: contacts[0], in: runtime)
        }
    }
}
