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

    @Test("changes are found by their kind, by who made them or for whom, and by their time")
    func finds() throws {
        let represented = Principal.Represented(name: "tokyo01", role: .loginID(numbers: [alice]))
        for (time, session) in [
            (100, fixture.session(.operator, at: 100)), (200, fixture.session(.operator, for: represented, at: 200)),
        ] { _ = try session.setForwarding(of: alice, when: .busy, to: "031234567\(time / 100)") }
        _ = try fixture.session(.operator, at: 300).addCompany(named: "Alpha")
        func times(_ filter: HistoryFilter) throws -> [Int64] {
            try fixture.session.history(matching: filter, limit: 9).map(\.at).filter { $0 < 1_000 }
        }
        #expect(try times(HistoryFilter()) == [300, 200, 100])
        #expect(try times(HistoryFilter(object: "company")) == [300])
        #expect(try times(HistoryFilter(person: "TOKYO")) == [200])
        #expect(try times(HistoryFilter(person: "operator", from: 100, until: 300)) == [200, 100])
        #expect(try times(HistoryFilter(from: 101)) == [300, 200])
        let ofNumber = try fixture.session.history(of: alice, matching: HistoryFilter(person: "tokyo"), limit: 9)
        #expect(ofNumber.map(\.at) == [200])
        #expect(throws: ControlError.self) {
            try fixture.session.history(ofContract: "C-1", matching: HistoryFilter(person: "nobody"), limit: 9)
        }
    }

    @Test("a change that was taken back is known as such, whatever else of its object is shown")
    func undone() throws {
        _ = try fixture.session.setForwarding(of: alice, when: .busy, to: "0312345678")
        let first = try #require(try fixture.session.history(of: alice, limit: 1).first)
        _ = try fixture.session.setForwarding(of: alice, when: .unreachable, to: "0312345679")
        let second = try #require(try fixture.session.history(of: alice, limit: 1).first)
        _ = try fixture.session.undo(second.id)
        #expect(try fixture.session.undone([first, second]) == [second.id])
        #expect(try fixture.session.undone([]) == [])
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

    @Test("who says to have seen a change that was never made is refused, whatever would be changed, and nothing is")
    func refusesUnseen() throws {
        let last = try #require(try fixture.session.history(limit: 1).first).id
        let session = fixture.session.unlessChanged(since: last + 1)
        #expect(throws: ControlError.notChangedYet(last + 1)) {
            try session.setForwarding(of: alice, when: .busy, to: "0312345678")
        }
        #expect(throws: ControlError.notChangedYet(last + 1)) { try session.addNumber(typed: "1001") }
        #expect(throws: ControlError.notChangedYet(last + 1)) {
            try session.changeForwarding(of: .list(["05011111111"], named: "x"), .set(.busy, to: "0312345678"))
        }
        #expect(throws: ControlError.notChangedYet(last + 1)) {
            try session.apply(Blueprint())
        }
        #expect(try fixture.session.history(limit: 1).first?.id == last)
        // Several changes as one go on from the last one, too.
        let outcome = try fixture.session.unlessChanged(since: last)
            .changeForwarding(of: .list(["05011111111"], named: "x"), .set(.busy, to: "0312345678"))
        #expect(outcome.isDone)
    }

    @Test("the changes of an object come in pages and for a time, and none then is no refusal while there are others")
    func pages() throws {
        for time in [100, 200, 300] {
            _ = try fixture.session(.operator, at: Int64(time)).setForwarding(
                of: alice, when: .busy, to: "031234567\(time / 100)")
        }
        _ = try fixture.session(.operator, at: 400).addCompany(named: "Alpha")
        let first = try fixture.session.history(of: alice, limit: 2)
        #expect(first.map(\.at) == [300, 200])
        let then = HistoryFilter(until: 1_000)
        #expect(
            try fixture.session.history(of: alice, matching: then, before: first[1].id, limit: 9).map(\.at) == [100])
        let company = try fixture.session.history(ofCompany: "Alpha", limit: 9)
        #expect(company.map(\.at) == [400])
        #expect(try fixture.session.history(ofCompany: "Alpha", before: company[0].id, limit: 9).isEmpty)
        #expect(try fixture.session.history(ofCompany: "Alpha", matching: HistoryFilter(until: 400), limit: 9).isEmpty)
        #expect(throws: ControlError.noHistoryOf("company Beta")) {
            try fixture.session.history(ofCompany: "Beta", matching: HistoryFilter(until: 400), limit: 9)
        }
        _ = try fixture.session.removeNumber(alice)
        #expect(try fixture.session.history(of: alice, matching: HistoryFilter(until: 50), limit: 9).isEmpty)
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
