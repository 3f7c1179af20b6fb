import Directory
import Storage
import Testing

@testable import ControlPlane

@Suite struct DestinationTests {
    let fixture: ControlFixture
    var session: ControlSession { fixture.session }
    let alice: PhoneNumber

    init() throws {
        fixture = try ControlFixture(numbers: ["05011111111", "05022222222"])
        alice = try number("05011111111")
    }

    @Test("a destination is saved in its slot without any rule, and stays when forwarding is switched off")
    func saves() throws {
        let state = try session.saveDestination("03-1234-5678", as: 3, of: alice)
        #expect(state.saved == [.init(slot: 3, to: "0312345678", typed: "03-1234-5678")])
        #expect(state.rules.isEmpty)
        #expect(try session.setForwarding(of: alice, when: .busy, to: "0312345678").rules.map(\.slot) == [3])
        #expect(try session.stopForwarding(of: alice).saved.map(\.slot) == [3])
        #expect(try session.destinations(of: alice).saved.map(\.slot) == [3])
    }

    @Test("a rule follows the slot that it uses")
    func ruleFollows() throws {
        _ = try session.setForwarding(of: alice, when: .always, to: "0312345678")
        let state = try session.saveDestination("0612345678", as: 1, of: alice)
        #expect(state.rules.map(\.to) == ["0612345678"])
        _ = try session.setForwarding(of: number("05022222222"), when: .always, to: "05011111111")
        #expect(throws: ControlError.self) { try session.saveDestination("05022222222", as: 1, of: alice) }
        // A saved destination that no rule uses leads nowhere yet.
        _ = try session.saveDestination("05022222222", as: 2, of: alice)
        #expect(throws: ControlError.self) {
            try session.setForwarding(of: alice, when: .always, to: "05022222222")
        }
    }

    @Test("what can't be saved or removed is refused with the reason")
    func refuses() throws {
        _ = try session.setForwarding(of: alice, when: .busy, to: "0312345678")
        for slot in [0, 6] {
            #expect(throws: ControlError.noSuchSlot(slot)) {
                try session.saveDestination("0612345678", as: slot, of: alice)
            }
        }
        #expect(throws: ControlError.destinationSaved(alice, slot: 1)) {
            try session.saveDestination("+81312345678", as: 2, of: alice)
        }
        #expect(throws: ControlError.destination(.voicemailInList)) {
            try session.saveDestination("voicemail", as: 2, of: alice)
        }
        #expect(throws: ControlError.destination(.emergency(try number("110")))) {
            try session.saveDestination("110", as: 2, of: alice)
        }
        #expect(throws: ControlError.destinationInUse(alice, slot: 1, when: .busy)) {
            try session.removeDestination(1, of: alice)
        }
        #expect(throws: ControlError.noSavedDestination(alice, slot: 4)) {
            try session.removeDestination(4, of: alice)
        }
        _ = try session.stopForwarding(of: alice)
        #expect(try session.removeDestination(1, of: alice).saved.isEmpty)
        #expect(try session.history(of: alice, limit: 1).map(\.action) == ["destination remove"])
    }
}
