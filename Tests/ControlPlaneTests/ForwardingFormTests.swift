import Directory
import Storage
import Testing

@testable import ControlPlane

@Suite("The form of a number's forwarding")
struct ForwardingFormTests {
    let fixture: ControlFixture
    var session: ControlSession { fixture.session }
    let alice: PhoneNumber

    init() throws {
        fixture = try ControlFixture(numbers: ["05011111111", "05022222222", "05033333333"])
        alice = try number("05011111111")
    }

    private func flaws(_ form: ForwardingForm, of number: PhoneNumber? = nil) -> [ForwardingFlaw] {
        do {
            _ = try session.setForwarding(of: number ?? alice, as: form)
            return []
        } catch ControlError.forwardingForm(let flaws) {
            return flaws
        } catch {
            Issue.record("\(error)")
            return []
        }
    }

    private func on(
        _ operations: [ForwardingCondition: ForwardingForm.Target?], _ entries: String..., ring: String = "30"
    ) -> ForwardingForm {
        ForwardingForm(forwards: true, operations: operations, ringSeconds: ring, entries: entries)
    }

    @Test("all of it is set at once, with one entry in the history")
    func sets() throws {
        let newest = try session.history(limit: 1).first?.id ?? 0
        let state = try session.setForwarding(
            of: alice,
            as: on(
                [.busy: .entry(2), .noAnswer: .voicemail, .unreachable: .entry(2)], "03-1234-5678", "０９０ー１２３４ー５６７８",
                ring: "２０"))
        #expect(state.ringSeconds == 20)
        #expect(
            state.rules == [
                .init(when: .busy, to: "09012345678", slot: 2, resting: false),
                .init(when: .noAnswer, to: "voicemail", slot: nil, resting: false),
                .init(when: .unreachable, to: "09012345678", slot: 2, resting: false),
            ])
        #expect(
            state.saved == [
                .init(slot: 1, to: "0312345678", typed: "03-1234-5678"),
                .init(slot: 2, to: "09012345678", typed: "090-1234-5678"),
            ])
        #expect(try session.forwarding(of: alice) == state)
        #expect(ForwardingForm(state).operations == [.busy: .entry(2), .noAnswer: .voicemail, .unreachable: .entry(2)])
        let entries = try session.history(limit: 9).filter { $0.id > newest }
        #expect(entries.map(\.action) == ["forward form"])
    }

    @Test(
        "unconditional alone and each combination of the others are eight choices",
        arguments: [
            [ForwardingCondition.always], [.busy], [.noAnswer], [.unreachable], [.busy, .noAnswer],
            [.busy, .unreachable], [.noAnswer, .unreachable], [.busy, .noAnswer, .unreachable],
        ])
    func choices(conditions: [ForwardingCondition]) throws {
        let targets = Dictionary(uniqueKeysWithValues: conditions.map { ($0, ForwardingForm.Target?.some(.entry(1))) })
        let state = try session.setForwarding(of: alice, as: on(targets, "0312345678"))
        #expect(state.rules.map(\.when) == conditions)
    }

    @Test("switched off, the five entries stay, and may be changed")
    func off() throws {
        _ = try session.setForwarding(of: alice, as: on([.always: .entry(1)], "0312345678", "0612345678"))
        let state = try session.setForwarding(
            of: alice, as: ForwardingForm(forwards: false, entries: ["0312345678", "", "0452345678", "", ""]))
        #expect(state.rules.isEmpty)
        #expect(state.saved.map(\.slot) == [1, 3])
        #expect(ForwardingForm(state).forwards == false)
    }

    @Test("two entries can change places")
    func swaps() throws {
        _ = try session.setForwarding(of: alice, as: on([.always: .entry(1)], "0312345678", "0612345678"))
        let state = try session.setForwarding(of: alice, as: on([.always: .entry(1)], "0612345678", "0312345678"))
        #expect(state.rules.map(\.to) == ["0612345678"])
        #expect(state.saved.map(\.to) == ["0612345678", "0312345678"])
    }

    @Test("a rule that stays keeps its hours, one that comes anew has none")
    func keepsSchedules() throws {
        let schedule = Schedule(hours: try DailyHours("18:00-09:00"))
        _ = try session.setForwarding(of: alice, when: .busy, to: "0312345678", schedule: .set(schedule))
        _ = try session.setForwarding(of: alice, when: .unreachable, to: "0312345678", schedule: .set(schedule))
        let state = try session.setForwarding(
            of: alice, as: on([.busy: .entry(1), .noAnswer: .entry(1)], "0612345678"))
        #expect(state.rules.map(\.schedule?.hours) == ["18:00-09:00", nil])
        let again = try session.setForwarding(of: alice, as: on([.unreachable: .entry(1)], "0612345678"))
        #expect(again.rules.map(\.schedule?.hours) == [nil])
    }

    @Test("everything that is wrong is told at once, each with its field, and nothing is changed")
    func allAtOnce() throws {
        let before = try session.forwarding(of: alice)
        let form = ForwardingForm(
            forwards: true, operations: [.always: .entry(1), .noAnswer: .entry(5), .busy: nil], ringSeconds: "4",
            entries: ["05011111111", "184-03-1111-2222", "117", "abc"])
        #expect(
            flaws(form) == [
                ForwardingFlaw(.operations, .notAlone), ForwardingFlaw(.ringSeconds, .ringSeconds(5...30)),
                ForwardingFlaw(.entry(1), .destination(.itself(alice))),
                ForwardingFlaw(.entry(2), .destination(.presentationPrefix("184", rest: "0311112222"))),
                ForwardingFlaw(.entry(3), .destination(.forbidden(.service, "117"))),
                ForwardingFlaw(.entry(4), .notDigits), ForwardingFlaw(.entry(5), .emptyEntry),
                ForwardingFlaw(.target(.busy), .noTarget),
            ])
        #expect(try session.forwarding(of: alice) == before)
    }

    @Test("it has to be chosen whether to forward, and when")
    func chosen() {
        #expect(flaws(ForwardingForm(forwards: nil)) == [ForwardingFlaw(.forwards, .nothingChosen)])
        #expect(flaws(ForwardingForm(forwards: true)) == [ForwardingFlaw(.operations, .noOperation)])
    }

    @Test("the ring time is 5 to 30 seconds in digits", arguments: ["", "4", "31", "abc", "-5", "5.5", "+9"])
    func ringSeconds(text: String) throws {
        let flaw = ForwardingFlaw(.ringSeconds, .ringSeconds(5...30))
        #expect(flaws(on([.noAnswer: .entry(1)], "0312345678", ring: text)) == [flaw])
        // For the others it does not count, and changes nothing.
        #expect(flaws(on([.busy: .entry(1)], "0312345678", ring: text)) == [])
        #expect(try session.forwarding(of: alice).ringSeconds == 30)
    }

    @Test(
        "classes of numbers that calls are not forwarded to are refused",
        arguments: [
            ("104", DestinationClass.service), ("0120-123-456", .freephone), ("0570-123-456", .navi),
            ("0990-123-456", .premium), ("0033-03-1234-5678", .carrier), ("010-1-415-555-0123", .international),
        ])
    func forbidden(text: String, kind: DestinationClass) {
        #expect(
            flaws(on([.always: .entry(1)], text)) == [
                ForwardingFlaw(.entry(1), .destination(.forbidden(kind, text)))
            ])
    }

    @Test("an emergency number and a number with a digit too few are refused")
    func wrongNumbers() throws {
        #expect(
            flaws(on([.always: .entry(1)], "110")) == [
                ForwardingFlaw(.entry(1), .destination(.emergency(try number("110"))))
            ])
        #expect(
            flaws(on([.always: .entry(1)], "031234567")) == [
                ForwardingFlaw(.entry(1), .destination(.unreadable(.notAssigned("031234567"))))
            ])
    }

    @Test("an entry is as long as the contract lets it be")
    func tooLong() throws {
        let long = String(repeating: "0-", count: 14) + "0"
        _ = try session.addCompany(named: "Lab")
        _ = try session.addContract("C-1", kind: "dotphone-office", company: "Lab")
        _ = try session.addOption(.forwarding, toContract: "C-1")
        _ = try session.addOption(.membersNet, toContract: "C-1")
        _ = try session.assignNumber(alice, to: .contract("C-1"), as: .pilot)
        #expect(try session.forwardingSheet(of: alice).typedLimit == 28)
        #expect(
            flaws(on([.always: .entry(1)], long)) == [
                ForwardingFlaw(.entry(1), .destination(.tooLong(limit: 28)))
            ])
        let longer = String(repeating: "1", count: 33)
        #expect(
            flaws(on([.always: .entry(1)], longer), of: try number("05022222222")) == [
                ForwardingFlaw(.entry(1), .destination(.tooLong(limit: 32)))
            ])
    }

    @Test("the same number twice is told, whatever it is written like")
    func twice() {
        #expect(
            flaws(on([.always: .entry(1)], "03-1234-5678", "0312345678")) == [
                ForwardingFlaw(.entry(2), .sameAsEntry(1))
            ])
    }

    @Test("a circle through other numbers is told with its path, for the entries in use alone")
    func loop() throws {
        let (bob, carol) = (try number("05022222222"), try number("05033333333"))
        _ = try session.setForwarding(of: bob, when: .busy, to: carol.national)
        _ = try session.setForwarding(of: carol, when: .always, to: alice.national)
        #expect(
            flaws(on([.always: .entry(2)], "0312345678", "05022222222")) == [
                ForwardingFlaw(.entry(2), .loop(path: [alice, bob, carol, alice]))
            ])
        #expect(flaws(on([.always: .entry(1)], "0312345678", "05022222222")) == [])
    }

    @Test("without the option nothing is switched on, but the entries may be kept and changed")
    func options() throws {
        _ = try session.addCompany(named: "Lab")
        _ = try session.addContract("Y0001234", kind: "ip-voice", company: "Lab")
        _ = try session.addSite("TOKYO", named: "Tokyo", to: "Y0001234")
        _ = try session.addVoiceContract("N0005678", at: "TOKYO", of: "Y0001234")
        _ = try session.assignNumber(alice, to: .voiceContract("N0005678"), as: .pilot)
        #expect(
            flaws(on([.always: .entry(1)], "0312345678")) == [
                ForwardingFlaw(.forwards, .optionMissing(.forwarding))
            ])
        #expect(flaws(ForwardingForm(forwards: false, entries: ["0312345678"])) == [])
        _ = try session.addOption(.forwarding, toContract: "Y0001234")
        #expect(
            flaws(on([.busy: .voicemail, .noAnswer: .entry(1)], "0312345678")) == [
                ForwardingFlaw(.target(.busy), .optionMissing(.messageBox))
            ])
        let sheet = try session.forwardingSheet(of: alice)
        #expect(sheet.hasForwarding && !sheet.hasVoicemail)
        #expect(sheet.place?.contract == "Y0001234")
    }

    @Test("an entry that stays and is not used is in nobody's way, even if it may no longer be used")
    func keepsForbidden() throws {
        _ = try session.setForbiddenDestinations([])
        _ = try session.setForwarding(of: alice, as: on([.always: .entry(1)], "117", "0312345678"))
        _ = try session.setForbiddenDestinations(DestinationClass.allCases)
        #expect(flaws(on([.always: .entry(2)], "117", "0312345678")) == [])
        #expect(
            flaws(on([.always: .entry(1)], "117", "0312345678")) == [
                ForwardingFlaw(.entry(1), .destination(.forbidden(.service, "117")))
            ])
    }

    @Test("a form that was opened before somebody else's change is told of it, and changes nothing")
    func changedSince() throws {
        let sheet = try session.forwardingSheet(of: alice)
        _ = try session.setForwarding(of: alice, when: .busy, to: "0612345678")
        let form = on([.always: .entry(1)], "0312345678")
        #expect(throws: ControlError.self) {
            try session.unlessChanged(since: sheet.lastChange).setForwarding(of: alice, as: form)
        }
        #expect(try session.forwarding(of: alice).rules.map(\.to) == ["0612345678"])
        let now = try session.forwardingSheet(of: alice)
        #expect(now.lastForwardingChange?.action == "forward set")
        _ = try session.unlessChanged(since: now.lastChange).setForwarding(of: alice, as: form)
        #expect(try session.forwarding(of: alice).rules.map(\.to) == ["0312345678"])
    }

    @Test("the change can be taken back as a whole")
    func undo() throws {
        _ = try session.setForwarding(of: alice, as: on([.busy: .entry(1)], "0312345678", ring: "10"))
        let before = try session.forwarding(of: alice)
        _ = try session.setForwarding(of: alice, as: on([.always: .entry(2)], "", "0612345678", ring: "20"))
        let change = try #require(try session.history(limit: 1).first)
        _ = try session.undo(change.id)
        #expect(try session.forwarding(of: alice) == before)
    }
}
