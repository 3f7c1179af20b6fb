import Directory
import Foundation
import Storage
import Testing

@testable import ControlPlane

@Suite("What was shown of many numbers before it is done")
struct ShownForwardingTests {
    static let evening = ManyNumbersTests.evening
    static let office = ManyNumbersTests.office

    let fixture: ControlFixture
    let all = NumberSelection.list(office, named: "office.txt")
    let order = ForwardingOrder.layOver(.always, to: "0312345678", until: evening)
    var session: ControlSession { fixture.session }

    init() throws {
        fixture = try ControlFixture(numbers: Self.office)
    }

    private func preview(_ selection: NumberSelection? = nil) throws -> ForwardingOutcome {
        try session.changeForwarding(of: selection ?? all, order, commits: false, skipsRefused: true)
    }

    private func states() throws -> [ForwardingState] {
        try Self.office.map { try session.forwarding(of: number($0)) }
    }

    @Test("what was shown is done, without those that it was refused for")
    func isDone() throws {
        let selection = NumberSelection.list(Self.office + ["05099999999"], named: "x")
        let shown = try preview(selection)
        #expect(shown.overtaken.isEmpty && shown.refused.count == 1)
        // Changes of other things do not matter, nor do those before it was shown.
        _ = try session.addNumber(typed: "1001")
        let done = try session.changeForwarding(of: selection, order, shownAt: shown.lastChange)
        #expect(done.isDone && done.changed.map(\.number) == shown.changed.map(\.number) && done.overtaken.isEmpty)
    }

    @Test("nothing is done when one of the numbers was changed since: it is shown once more, with who has changed it")
    func overtaken() throws {
        let shown = try preview()
        let changed = try session.setForwarding(of: number("05022222222"), when: .busy, to: "0612345678")
        let before = try states()
        let again = try session.changeForwarding(of: all, order, shownAt: shown.lastChange)
        #expect(!again.isDone && again.operation == nil && again.refused.isEmpty)
        #expect(again.overtaken.map(\.number) == ["05022222222"])
        #expect(again.overtaken.map(\.change?.actor) == ["tester"])
        #expect(again.changed.map(\.number) == Self.office && again.changed[1].before == changed)
        #expect(try states() == before && session.forwardingOperations(limit: 9).isEmpty)
        #expect(try session.changeForwarding(of: all, order, shownAt: again.lastChange).isDone)
    }

    @Test("a number that has come to the selection since is shown first")
    func joins() throws {
        let shown = try preview()
        _ = try session.addNumber(typed: "05044444444")
        let more = NumberSelection.list(Self.office + ["05044444444"], named: "x")
        let again = try session.changeForwarding(of: more, order, shownAt: shown.lastChange)
        #expect(!again.isDone && again.overtaken.map(\.number) == ["05044444444"])
    }

    @Test("what lies over the rules is taken off as it was shown, or not at all")
    func ends() throws {
        let laid = try session.changeForwarding(of: all, order)
        let seen = try #require(try session.history(limit: 1).first).id
        #expect(laid.isDone && seen > laid.lastChange)
        let longer = ForwardingOrder.layOver(.always, to: "0312345678", until: Self.evening + 3_600_000)
        _ = try session.changeForwarding(of: number("05033333333"), longer)
        let before = try states()
        let refused = try session.endTemporaryForwarding(of: all, shownAt: seen)
        #expect(!refused.isDone && refused.overtaken.map(\.number) == ["05033333333"])
        #expect(try states() == before)
        let later = try #require(try session.history(limit: 1).first).id
        #expect(try session.endTemporaryForwarding(of: all, shownAt: later).changed.count == 3)
        #expect(throws: ControlError.nothingToRestore) { try session.endTemporaryForwarding(of: all, shownAt: later) }
    }

    @Test("who may not change a number learns nothing of it; one that has become theirs since is shown first")
    func reach() throws {
        for company in ["Alpha", "Beta"] {
            _ = try session.addCompany(named: company)
            _ = try session.addContract("C-\(company)", kind: "dotphone-office", company: company)
            _ = try session.addOption(.forwarding, toContract: "C-\(company)")
        }
        let alice = try number("05011111111")
        _ = try session.assignNumber(alice, to: .contract("C-Beta"), as: .pilot)
        let company = fixture.session(.portalAdministrator(company: "Alpha"))
        let shown = try company.changeForwarding(of: all, order, commits: false, skipsRefused: true)
        #expect(shown.changed.isEmpty && shown.refused.count == 3)
        _ = try session.assignNumber(alice, to: .contract("C-Alpha"))
        let outcome = try company.changeForwarding(of: all, order, shownAt: shown.lastChange)
        #expect(!outcome.isDone && outcome.overtaken.map(\.number) == ["05011111111"])
        #expect(outcome.refused.map(\.number) == ["05022222222", "05033333333"])
    }
}
