import Directory
import Foundation
import Storage
import Testing

@testable import ControlPlane

/// It is 2027-01-15 17:00 in Japan.
@Suite struct TemporaryForwardingTests {
    static let now: Int64 = 1_800_000_000_000
    static let evening = now + 3_600_000

    let fixture: ControlFixture
    var session: ControlSession { fixture.session }
    /// The same, an hour later.
    var later: ControlSession { fixture.session(.operator, at: Self.evening) }
    let alice: PhoneNumber

    init() throws {
        fixture = try ControlFixture(numbers: ["05011111111", "05022222222"])
        alice = try number("05011111111")
    }

    private func lay(_ condition: ForwardingCondition = .always, to text: String = "0312345678") throws
        -> ForwardingState
    {
        try session.changeForwarding(of: alice, .layOver(condition, to: text, until: Self.evening))
    }

    private func last() throws -> HistoryEntry { try #require(try session.history(limit: 1).first) }

    @Test("it lies over the number's own rule, which stays and holds again by itself")
    func layOver() throws {
        let own = try session.setForwarding(of: alice, when: .always, to: "05022222222")
        let laid = try lay()
        #expect(laid.temporary?.map(\.to) == ["0312345678"])
        #expect(laid.temporary?.map(\.untilText) == ["2027-01-15 18:00"])
        #expect(laid.rules.map(\.to) == ["05022222222"] && laid.rules.map(\.isCovered) == [true])
        #expect(laid.saved == own.saved)
        #expect(try later.forwarding(of: alice) == own)
        #expect(try session.forwardingNumbers(limit: 9) == [laid])
    }

    @Test("a number without rules is among those that forward calls while it lasts")
    func listed() throws {
        _ = try lay()
        #expect(try session.forwardingNumbers(limit: 9).map(\.number) == ["05011111111"])
        #expect(try later.forwardingNumbers(limit: 9).isEmpty)
    }

    @Test("while it forwards everything the other rules rest; while it is off they do not")
    func rests() throws {
        _ = try session.setForwarding(of: alice, when: .busy, to: "voicemail")
        #expect(try lay().rules.map(\.resting) == [true])
        _ = try session.setForwarding(of: alice, when: .always, to: "05022222222")
        let off = try session.changeForwarding(of: alice, .layOff(.always, until: Self.evening))
        #expect(off.rules.map(\.resting) == [false, false])
        #expect(off.temporary?.map(\.to) == [nil])
        let all = try session.changeForwarding(of: alice, .layOff(nil, until: Self.evening))
        #expect(all.temporary?.map(\.when) == ForwardingCondition.allCases)
    }

    @Test("what may not be set may not be laid over a rule either")
    func refuses() throws {
        #expect(throws: ControlError.destination(.itself(alice))) { try lay(to: "05011111111") }
        #expect(throws: ControlError.destination(.emergency(try number("110")))) { try lay(to: "110") }
        #expect(throws: ControlError.endIsPast("2027-01-15 17:00")) {
            try session.changeForwarding(of: alice, .layOver(.always, to: "0312345678", until: Self.now))
        }
        #expect(throws: ControlError.noSuchNumber(try number("05099999999"))) {
            try session.changeForwarding(of: number("05099999999"), .layOff(nil, until: Self.evening))
        }
        #expect(try session.history(of: alice, limit: 9).count == 1)
    }

    @Test("what would go in a circle with it is refused until its time is over")
    func loops() throws {
        let bob = try number("05022222222")
        _ = try lay(to: "05022222222")
        #expect(throws: ControlError.loop(path: [bob, alice, bob])) {
            try session.setForwarding(of: bob, when: .busy, to: "05011111111")
        }
        #expect(throws: ControlError.loop(path: [bob, alice, bob])) {
            try session.changeForwarding(of: bob, .layOver(.busy, to: "05011111111", until: Self.evening))
        }
        _ = try later.setForwarding(of: bob, when: .busy, to: "05011111111")
    }

    @Test("it is taken back by its change in the history, and so is that")
    func undoes() throws {
        let before = try session.forwarding(of: alice)
        let laid = try lay()
        let set = try last()
        #expect(set.action == "temporary set")
        let undone = try session.undo(set.id)
        #expect(undone.action == "temporary undo")
        #expect(try session.forwarding(of: alice) == before)
        _ = try session.undo(undone.id)
        #expect(try session.forwarding(of: alice) == laid)
    }

    @Test("the rules and what lies over them are taken back without each other")
    func undoesApart() throws {
        _ = try session.setForwarding(of: alice, when: .always, to: "05022222222")
        let own = try last()
        _ = try lay()
        let temporary = try last()
        _ = try session.undo(own.id)
        #expect(try session.forwarding(of: alice).rules.isEmpty)
        _ = try session.setForwarding(of: alice, when: .busy, to: "05022222222")
        _ = try session.undo(temporary.id)
        #expect(try session.forwarding(of: alice).temporary == nil)
        #expect(try session.forwarding(of: alice).rules.map(\.when) == [.busy])
    }

    @Test("what is over by itself can't be taken back, and what lies over it since stands in the way")
    func undoesNothing() throws {
        _ = try lay()
        let first = try last()
        #expect(throws: ControlError.cannotUndo(first.id, .changedNothing)) { try later.undo(first.id) }
        _ = try lay(to: "05022222222")
        #expect(throws: ControlError.self) { try session.undo(first.id) }
    }

    @Test("laying the same again changes nothing")
    func again() throws {
        let laid = try lay()
        let count = try session.history(limit: 99).count
        #expect(try lay() == laid)
        #expect(try session.history(limit: 99).count == count)
    }

    @Test("a day after its end it is taken away by the next one")
    func takenAway() throws {
        _ = try lay()
        let tomorrow = Self.evening + 24 * 3_600_000
        let bob = try number("05022222222")
        _ = try fixture.session(.operator, at: tomorrow).changeForwarding(
            of: bob, .layOver(.always, to: "0312345678", until: tomorrow + 1000))
        let record = try fixture.database.read { try $0.record(of: alice) }
        #expect(record?.isTimed == false)
    }
}
