import Directory
import Foundation
import Storage
import Testing

@testable import ControlPlane

@Suite struct ManyNumbersTests {
    static let now: Int64 = 1_800_000_000_000
    static let evening = now + 3_600_000
    static let office = ["05011111111", "05022222222", "05033333333"]

    let fixture: ControlFixture
    var session: ControlSession { fixture.session }
    let all = NumberSelection.list(office, named: "office.txt")

    init() throws {
        fixture = try ControlFixture(numbers: Self.office)
    }

    private func states(_ session: ControlSession? = nil) throws -> [ForwardingState] {
        try Self.office.map { try (session ?? self.session).forwarding(of: number($0)) }
    }

    private func lay(_ selection: NumberSelection? = nil, commits: Bool = true, skipsRefused: Bool = false) throws
        -> ForwardingOutcome
    {
        try session.changeForwarding(
            of: selection ?? all, .layOver(.always, to: "0312345678", until: Self.evening), commits: commits,
            skipsRefused: skipsRefused)
    }

    private func setBusy() throws -> ForwardingOutcome {
        try session.changeForwarding(of: all, .set(.busy, to: "0312345678"))
    }

    @Test("all are changed by one operation, and each change has its entry in the history")
    func changes() throws {
        let outcome = try lay()
        #expect(outcome.isDone && outcome.changed.map(\.number) == Self.office)
        #expect(try states() == outcome.changed.map(\.after))
        let id = try #require(outcome.operation)
        let changes = try session.changes(ofForwardingOperation: id)
        #expect(changes.map(\.action) == ["temporary set", "temporary set", "temporary set"])
        let listed = try #require(try session.forwardingOperations(limit: 9).first)
        #expect(listed.id == id && listed.numbers == 3 && listed.inForce == 3 && listed.scope == "office.txt")
        #expect(listed.summary == "always → 0312345678" && listed.until == Date(milliseconds: Self.evening))
        #expect(try fixture.session(.operator, at: Self.evening).forwardingOperations(limit: 9)[0].inForce == 0)
    }

    @Test("a preview tells the same and leaves no trace")
    func previews() throws {
        let (before, count) = (try states(), try session.history(limit: 99).count)
        let revision = try fixture.database.read { try $0.revision() }
        let preview = try lay(commits: false)
        #expect(!preview.isDone && preview.operation == nil)
        #expect(try states() == before)
        #expect(try session.history(limit: 99).count == count)
        #expect(try fixture.database.read { try $0.revision() } == revision)
        #expect(try session.forwardingOperations(limit: 9).isEmpty)
        let done = try lay()
        #expect(done.changed.map(\.number) == preview.changed.map(\.number))
    }

    @Test("for how many numbers the rule does not apply at once is told as it is now, with the reason")
    func delays() throws {
        _ = try session.setForwarding(of: number("05011111111"), when: .always, to: "0612345678")
        _ = try session.setForwarding(of: number("05022222222"), when: .always, to: "0612345678")
        let outcome = try setBusy()
        #expect(outcome.changed.map { $0.after.delay(of: .busy) } == [.resting, .resting, nil])
        let id = try #require(outcome.operation)
        let operation = try session.forwardingOperation(id)
        #expect(try operation.numbers == 3 && session.delays(of: operation) == [.resting: 2])
        _ = try session.stopForwarding(of: number("05011111111"), when: .always)
        #expect(try session.delays(of: operation) == [.resting: 1])
        let laid = ForwardingOrder.layOver(.always, to: "0612345678", until: Self.evening)
        _ = try session.changeForwarding(of: number("05033333333"), laid)
        #expect(try session.delays(of: operation) == [.resting: 1, .covered: 1])
        #expect(try fixture.session(.operator, at: Self.evening).delays(of: operation) == [.resting: 1])
        let night = Schedule(hours: try DailyHours("18:00-09:00"))
        _ = try session.setForwarding(
            of: number("05011111111"), when: .busy, to: "0612345678", schedule: .set(night))
        #expect(try session.delays(of: operation) == [.resting: 1, .covered: 1, .scheduled: 1])
        let off = try session.changeForwarding(of: all, .off(nil))
        #expect(off.delays(of: .off(nil)) == [.covered: 1])
        #expect(try session.delays(of: session.forwardingOperation(#require(off.operation))) == [.covered: 1])
    }

    @Test("if it is refused for one of them nothing is done, unless that one is to be skipped")
    func refuses() throws {
        let selection = NumberSelection.list(Self.office + ["junk junk", "05099999999", "050-1111-1111"], named: "x")
        let before = try states()
        let refused = try lay(selection)
        #expect(!refused.isDone && refused.refused.map(\.number) == ["junk junk", "05099999999"])
        #expect(refused.refused.last?.reason.contains("05099999999 is not one of our numbers") == true)
        #expect(try states() == before)
        let outcome = try lay(selection, skipsRefused: true)
        #expect(outcome.isDone && outcome.changed.map(\.number) == Self.office && outcome.refused.count == 2)
    }

    @Test("a number that may not forward there is refused by itself")
    func refusesOne() throws {
        let outcome = try session.changeForwarding(
            of: all, .set(.always, to: "05022222222"), skipsRefused: true)
        #expect(outcome.changed.map(\.number) == ["05011111111", "05033333333"])
        #expect(outcome.refused.map(\.number) == ["05022222222"])
    }

    @Test("what changes nothing is no operation")
    func unchanged() throws {
        #expect(try lay().isDone)
        let again = try lay()
        #expect(!again.isDone && again.operation == nil && again.unchanged == Self.office)
        #expect(try session.forwardingOperations(limit: 9).count == 1)
    }

    @Test("numbers are found by what they stand under; what does not exist is said, and so is what is empty")
    func finds() throws {
        _ = try session.addCompany(named: "Alpha")
        _ = try session.addContract("Y1", kind: "ip-voice", company: "Alpha")
        _ = try session.addOption(.forwarding, toContract: "Y1")
        _ = try session.addSite("TOKYO", named: "Tokyo", to: "Y1")
        _ = try session.addVoiceContract("N1", at: "TOKYO", of: "Y1")
        func lay(_ filter: NumberFilter) throws -> [String] {
            try self.lay(.filter(filter), commits: false).changed.map(\.number)
        }
        #expect(throws: ControlError.noNumbers("contract Y1")) { try lay(NumberFilter(contract: "Y1")) }
        _ = try session.assignNumber(number("05011111111"), to: .voiceContract("N1"), as: .pilot)
        for filter in [
            NumberFilter(contract: "y1"), NumberFilter(contract: "N1"), NumberFilter(voiceContract: "N1"),
            NumberFilter(site: "TOKYO"), NumberFilter(company: "Alpha"), NumberFilter(contract: "Y1", site: "TOKYO"),
        ] {
            #expect(try lay(filter) == ["05011111111"])
        }
        #expect(refusal { _ = try lay(NumberFilter(contract: "Y404")) } == .noSuchContract("Y404"))
    }

    @Test("restoring numbers takes off what lies over their rules, and nothing else")
    func takesOff() throws {
        _ = try setBusy()
        let before = try states()
        _ = try lay()
        let part = NumberSelection.list(Array(Self.office.prefix(2)), named: "part")
        #expect(try session.restoreForwarding(.numbers(part), commits: false).changed.count == 2)
        let outcome = try session.restoreForwarding(.numbers(part))
        #expect(outcome.isDone && outcome.changed.map(\.number) == Array(Self.office.prefix(2)))
        #expect(try states().prefix(2) == before.prefix(2))
        #expect(try states()[2].temporary != nil)
        #expect(try session.restoreForwarding(.numbers(all)).unchanged == Array(Self.office.prefix(2)))
        #expect(try states() == before)
    }

    @Test("taking off what lies over the rules touches nothing that was set to stay")
    func takesOffOnly() throws {
        _ = try setBusy()
        let before = try states()
        _ = try lay()
        #expect(try session.restoreForwarding(.temporary(all)).changed.count == 3)
        #expect(throws: ControlError.nothingToRestore) { try session.restoreForwarding(.temporary(all)) }
        #expect(try states() == before)
    }

    @Test("where nothing lies over the rules, the last change of many is taken back")
    func takesBack() throws {
        let before = try states()
        _ = try setBusy()
        let outcome = try session.restoreForwarding(.numbers(all))
        #expect(outcome.isDone && outcome.changed.count == 3)
        // The destination that it saved is forgotten too.
        #expect(try states() == before)
        #expect(try session.forwardingOperations(limit: 9).map(\.restored) == [0, 3])
        #expect(throws: ControlError.nothingToRestore) { try session.restoreForwarding(.numbers(all)) }
        #expect(throws: ControlError.nothingToRestore) { try session.restoreForwarding() }
        #expect("\(ControlError.nothingToRestore)".contains("is taken back by its number only"))
    }

    @Test("a number that was changed since is left as it is, and told")
    func leaves() throws {
        let set = try #require(try setBusy().operation)
        let changed = try session.setForwarding(of: number("05022222222"), when: .noAnswer, to: "voicemail")
        let outcome = try session.restoreForwarding(.operation(set))
        #expect(outcome.isDone && outcome.changed.map(\.number) == ["05011111111", "05033333333"])
        #expect(outcome.refused.map(\.number) == ["05022222222"])
        #expect(outcome.refused.first?.reason.contains("stands in the way") == true)
        #expect(try states()[1] == changed)
        // Once that is taken back, so can be the rest.
        _ = try session.undo(try #require(try session.history(of: number("05022222222"), limit: 1).first).id)
        let rest = try session.restoreForwarding(.operation(set))
        #expect(rest.changed.map(\.number) == ["05022222222"])
        #expect(rest.unchanged == ["05011111111", "05033333333"])
    }

    @Test("an operation that lies over another gives it back, as long as it lasts")
    func givesBack() throws {
        _ = try lay()
        let first = try states()
        let second = try session.changeForwarding(
            of: all, .layOver(.always, to: "0612345678", until: Self.evening + 3_600_000))
        let id = try #require(second.operation)
        _ = try session.restoreForwarding(.operation(id), commits: false)
        #expect(try session.restoreForwarding(.operation(id)).changed.map(\.after) == first)
        #expect(try session.forwardingOperations(limit: 9).map(\.inForce) == [0, 0, 3])
    }

    @Test("taking back can be taken back, and the last one is what is meant without a name")
    func restoresRestoring() throws {
        _ = try setBusy()
        let set = try states()
        let restored = try #require(try session.restoreForwarding().operation)
        #expect(try states() != set)
        #expect(try session.restoreForwarding(.operation(restored)).changed.count == 3)
        #expect(try states() == set)
        #expect(try session.restoreForwarding().changed.count == 3)
        #expect(throws: ControlError.noSuchOperation(99)) { try session.restoreForwarding(.operation(99)) }
    }

    @Test("what has ended by itself is not taken back")
    func ended() throws {
        let id = try #require(try lay().operation)
        let later = fixture.session(.operator, at: Self.evening)
        #expect(throws: ControlError.nothingToRestore) { try later.restoreForwarding() }
        let outcome = try later.restoreForwarding(.operation(id))
        #expect(!outcome.isDone && outcome.unchanged == Self.office)
    }

    @Test("a number that was changed since somebody looked is refused by itself")
    func looked() throws {
        let seen = try #require(try session.history(limit: 1).first).id
        _ = try session.changeForwarding(of: number("05022222222"), .layOff(nil, until: Self.evening))
        let outcome = try session.unlessChanged(since: seen).changeForwarding(of: all, .set(.busy, to: "0312345678"))
        #expect(!outcome.isDone && outcome.changed.count == 2)
        #expect(outcome.refused.map(\.number) == ["05022222222"])
    }

    @Test("each may change and put back many as far as their own reaches, and sees of an operation that part")
    func reach() throws {
        let alice = fixture.session(.loginID(numbers: [try number("05011111111")]))
        let order = ForwardingOrder.layOver(.always, to: "0312345678", until: Self.evening)
        let tried = try alice.changeForwarding(of: all, order, skipsRefused: true)
        #expect(tried.changed.map(\.number) == ["05011111111"])
        #expect(tried.refused.map(\.number) == ["05022222222", "05033333333"])
        _ = try session.restoreForwarding()
        let id = try #require(try setBusy().operation)
        #expect(try alice.forwardingOperations(limit: 9).first?.numbers == 1)
        #expect(try alice.changes(ofForwardingOperation: id).map(\.key) == ["+815011111111"])
        #expect(try alice.restoreForwarding(.operation(id)).changed.map(\.number) == ["05011111111"])
        #expect(try states().map(\.rules.count) == [0, 1, 1])
        let other = fixture.session(.loginID(numbers: [try number("1001")]))
        #expect(try other.forwardingOperations(limit: 9).isEmpty)
        #expect(throws: ControlError.noSuchOperation(id)) { try other.restoreForwarding(.operation(id)) }
        #expect(throws: ControlError.noSuchOperation(id)) { try other.changes(ofForwardingOperation: id) }
        #expect(throws: ControlError.noSuchOperation(id)) { try other.forwardingOperation(id) }
    }
}

@Suite struct AThousandNumbersTests {
    @Test("a portal administrator forwards a thousand numbers at once and puts them back")
    func thousand() throws {
        let fixture = try ControlFixture()
        let session = fixture.session
        _ = try session.addCompany(named: "Alpha")
        _ = try session.addContract("C-1", kind: "dotphone-office", company: "Alpha")
        _ = try session.addOption(.forwarding, toContract: "C-1")
        try fixture.database.together { _ in
            for index in 0..<1000 {
                _ = try session.addNumber(
                    typed: "050\(10_000_000 + index)", at: .contract("C-1"), as: index == 0 ? .pilot : .multiple)
            }
        }
        let company = fixture.session(.portalAdministrator(company: "Alpha"))
        for order in [
            ForwardingOrder.layOver(.always, to: "0312345678", until: 1_900_000_000_000),
            .set(.busy, to: "0312345678"),
        ] {
            let set = try company.changeForwarding(of: .filter(NumberFilter(company: "Alpha")), order)
            #expect(set.isDone && set.changed.count == 1000)
            let restored = try company.restoreForwarding()
            #expect(restored.isDone && restored.changed.count == 1000)
        }
    }
}
