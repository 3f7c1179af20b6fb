import Directory
import Storage
import Testing

@testable import ControlPlane

@Suite struct ForwardingTests {
    let fixture: ControlFixture
    var session: ControlSession { fixture.session }
    let alice: PhoneNumber

    init() throws {
        fixture = try ControlFixture(numbers: ["05011111111", "05022222222", "05033333333", "1001", "bob"])
        alice = try number("05011111111")
    }

    private func refusal(_ text: String, of number: PhoneNumber? = nil) -> DestinationRefusal? {
        do {
            _ = try session.setForwarding(of: number ?? alice, when: .busy, to: text)
            return nil
        } catch ControlError.destination(let refusal) {
            return refusal
        } catch {
            Issue.record("\(error)")
            return nil
        }
    }

    @Test("a rule is set, shown and stored with its ring time")
    func sets() throws {
        let state = try session.setForwarding(of: alice, when: .noAnswer, to: "03-1234-5678", ringSeconds: 20)
        #expect(state.ringSeconds == 20)
        #expect(state.rules == [.init(when: .noAnswer, to: "0312345678", slot: 1, resting: false)])
        #expect(state.saved == [.init(slot: 1, to: "0312345678", typed: "03-1234-5678")])
        #expect(try session.forwarding(of: alice) == state)
        #expect(try session.forwardingNumbers(limit: 9) == [state])
        let record = try ControlReader(fixture.directory).record(of: alice)
        #expect(record?.forwarding.active == [.noAnswer: .number(try number("0312345678"))])
    }

    @Test("unconditional forwarding may stand beside the other conditions, which rest")
    func rests() throws {
        _ = try session.setForwarding(of: alice, when: .busy, to: "voicemail")
        let state = try session.setForwarding(of: alice, when: .always, to: "sip:bob@example.jp")
        #expect(
            state.rules == [
                .init(when: .always, to: "sip:bob@example.jp", slot: 1, resting: false),
                .init(when: .busy, to: "voicemail", slot: nil, resting: true),
            ])
    }

    @Test("switched off, the destination stays saved and is found again")
    func keepsDestination() throws {
        _ = try session.setForwarding(of: alice, when: .always, to: "0312345678")
        _ = try session.setForwarding(of: alice, when: .busy, to: "0612345678")
        let off = try session.stopForwarding(of: alice, when: .always)
        #expect(off.rules.map(\.when) == [.busy])
        #expect(off.saved.count == 2)
        #expect(try session.stopForwarding(of: alice).rules.isEmpty)
        let again = try session.setForwarding(of: alice, when: .unreachable, to: "+81312345678")
        #expect(again.rules == [.init(when: .unreachable, to: "0312345678", slot: 1, resting: false)])
    }

    @Test("a sixth destination takes the slot that no rule uses and that was saved longest ago")
    func reusesSlot() throws {
        for index in 1...5 {
            _ = try session.setForwarding(of: alice, when: index == 1 ? .always : .busy, to: "031234567\(index)")
        }
        let state = try session.setForwarding(of: alice, when: .busy, to: "0612345678")
        #expect(state.saved.map(\.to) == ["0312345671", "0612345678", "0312345673", "0312345674", "0312345675"])
        #expect(state.rules.map(\.slot) == [1, 2])
    }

    @Test("the ring time has its bounds", arguments: [-1, 0, 4, 31, 3600])
    func boundsRingTime(seconds: Int) throws {
        #expect(throws: ControlError.ringSeconds(seconds)) {
            try session.setForwarding(of: alice, when: .noAnswer, to: "0312345678", ringSeconds: seconds)
        }
        #expect(try session.forwarding(of: alice).rules.isEmpty)
    }

    @Test("a number does not forward to itself, however it is written")
    func refusesItself() throws {
        for text in ["05011111111", "050-1111-1111", "+815011111111", "sip:05011111111@lab.test", "tel:+815011111111"] {
            #expect(refusal(text) == .itself(alice), "\(text)")
        }
        #expect(refusal("bob", of: try number("bob")) == .itself(try number("bob")))
        #expect(refusal("sip:bob@elsewhere.example", of: try number("bob")) == nil)
    }

    @Test("a loop through other numbers is refused with its path")
    func refusesLoop() throws {
        let (bob, carol) = (try number("05022222222"), try number("05033333333"))
        _ = try session.setForwarding(of: alice, when: .busy, to: "05022222222")
        _ = try session.setForwarding(of: bob, when: .always, to: "05033333333")
        let error = ControlError.loop(path: [carol, alice, bob, carol])
        #expect(throws: error) { try session.setForwarding(of: carol, when: .noAnswer, to: "05011111111") }
        #expect(error.description.contains("05033333333 → 05011111111 → 05022222222 → 05033333333"))
        _ = try session.stopForwarding(of: bob)
        _ = try session.setForwarding(of: carol, when: .noAnswer, to: "05011111111")
    }

    @Test("a rule that was replaced makes no loop any more")
    func replacedRuleDoesNotCount() throws {
        let bob = try number("05022222222")
        _ = try session.setForwarding(of: alice, when: .busy, to: "05022222222")
        #expect(throws: ControlError.loop(path: [bob, alice, bob])) {
            try session.setForwarding(of: bob, when: .busy, to: "05011111111")
        }
        _ = try session.setForwarding(of: alice, when: .busy, to: "05033333333")
        let state = try session.setForwarding(of: bob, when: .busy, to: "05011111111")
        #expect(state.rules.map(\.to) == ["05011111111"])
    }

    @Test(
        "a leading 184 or 186 is refused with the number that was meant",
        arguments: ["1840312345678", "186-03-1234-5678"])
    func refusesPrefix(text: String) {
        #expect(refusal(text) == .presentationPrefix(String(text.prefix(3)), rest: "0312345678"))
    }

    @Test(
        "classes of destinations are refused",
        arguments: [
            ("104", DestinationClass.service), ("171", .service), ("0120-123-456", .freephone),
            ("08001234567", .freephone), ("0570000000", .navi), ("0990123456", .premium), ("0170123456", .message),
            ("0033-3-1234-5678", .carrier), ("00331234567890123", .carrier), ("+12125551234", .international),
            ("010-1-212-555-1234", .international), ("*55", .code), ("#7701", .code),
        ])
    func refusesClass(text: String, expected: DestinationClass) throws {
        #expect(refusal(text) == .forbidden(expected, text))
        try session.setForbiddenDestinations(DestinationClass.allCases.filter { $0 != expected })
        #expect(refusal(text) == nil)
    }

    @Test(
        "only the operator sets URIs",
        arguments: [
            Role.portalAdministrator(company: "Example KK"), .generalUser(company: "Example KK", contracts: ["C-1001"]),
            .administratorID(contract: "C-1001"), .loginID(numbers: [try PhoneNumber("05044444444")]),
        ])
    func refusesURIOfOthers(role: Role) throws {
        let other = try served()
        let (theirs, uri) = (fixture.session(role), "sip:0990123456@lab.test")
        let refused = ControlError.destination(.uriOfOperator(uri))
        #expect(throws: refused) { try theirs.setForwarding(of: other, when: .busy, to: uri) }
        #expect(throws: refused) { try theirs.saveDestination(uri, as: 1, of: other) }
        var wish = ForwardingWish()
        wish.rules = [.busy: Stated(uri)]
        #expect(throws: (any Error).self) { try theirs.setForwarding(of: other, as: wish) }
        let orders: [ForwardingOrder] = [
            .set(.busy, to: uri), .layOver(.always, to: "SIPS:bob@example.jp", until: 1_800_000_060_000),
        ]
        for order in orders {
            let outcome = try theirs.changeForwarding(of: .list([other.national], named: "a list"), order)
            #expect(outcome.changed.isEmpty)
            #expect(outcome.refused.map(\.number) == [other.national])
        }
        let state = try session.forwarding(of: other)
        #expect(state.rules.isEmpty && state.saved.isEmpty)
    }

    @Test("a URI that the operator has saved for a number may be used and put back by those who have the number")
    func usesSavedURI() throws {
        let other = try served()
        let theirs = fixture.session(.loginID(numbers: [other]))
        _ = try session.saveDestination("sip:bob@example.jp", as: 2, of: other)
        let state = try theirs.setForwarding(of: other, when: .busy, to: "sip:bob@example.jp")
        #expect(state.rules.map(\.slot) == [2])
        var form = ForwardingForm(try theirs.forwarding(of: other))
        form.operations = [.unreachable: .entry(2)]
        #expect(try theirs.setForwarding(of: other, as: form).rules.map(\.to) == ["sip:bob@example.jp"])
        _ = try theirs.stopForwarding(of: other)
        _ = try theirs.removeDestination(2, of: other)
        let removed = try #require(try theirs.history(of: other, limit: 1).first)
        _ = try theirs.undo(removed.id)
        #expect(try theirs.forwarding(of: other).saved.map(\.to) == ["sip:bob@example.jp"])
        let list = NumberSelection.list([other.national], named: "a list")
        _ = try session.changeForwarding(
            of: list, .layOver(.always, to: "sip:carol@example.jp", until: 1_800_000_060_000))
        _ = try theirs.restoreForwarding(.numbers(list))
        let ended = try #require(try theirs.history(of: other, limit: 1).first)
        _ = try theirs.undo(ended.id)
        #expect(try theirs.forwarding(of: other).temporary?.map(\.to) == ["sip:carol@example.jp"])
    }

    /// A number with everything around it that a role can have to do with.
    private func served() throws -> PhoneNumber {
        _ = try session.addCompany(named: "Example KK")
        _ = try session.addContract("C-1001", kind: "dotphone-office", company: "Example KK")
        _ = try session.addOption(.forwarding, toContract: "C-1001")
        _ = try session.addNumber(typed: "05044444444", at: .contract("C-1001"), as: .directDial)
        return try number("05044444444")
    }

    @Test(
        "a URI with a telephone number before the @ is judged like the number, for the operator too",
        arguments: [
            ("sip:0990123456@lab.test", DestinationClass.premium), ("sip:+81990123456;npdi@192.0.2.9", .premium),
            ("sip:0990-123-456:secret@lab.test", .premium), ("sip:%30990123456@lab.test", .premium),
            ("sip:0120123456@lab.test", .freephone), ("sip:0570000000@elsewhere.example", .navi),
            ("sip:0033312345678@lab.test", .carrier),
        ])
    func judgesNumberOfURI(text: String, expected: DestinationClass) throws {
        #expect(refusal(text) == .forbidden(expected, text))
        try session.setForbiddenDestinations(DestinationClass.allCases.filter { $0 != expected })
        #expect(refusal(text) == nil)
    }

    @Test("neither emergency numbers nor 184 and 186 come in by a URI; numbers of ours and numbers abroad may")
    func judgesUserOfURI() throws {
        #expect(refusal("sip:119@pbx.example") == .emergency(try number("119")))
        #expect(refusal("sip:110@elsewhere.example") == .emergency(try number("110")))
        #expect(refusal("sip:1840312345678@lab.test") == .presentationPrefix("184", rest: "0312345678"))
        #expect(refusal("sip:186110@pbx.example") == .presentationPrefix("186", rest: "110"))
        for text in [
            "sip:05022222222@lab.test", "sip:0312345678@gw.example", "sip:+12125551234@gw.example",
        ] { #expect(refusal(text) == nil, "\(text)") }
    }

    @Test(
        "a URI may name an extension of its host, though the same digits are a service number or a code here",
        arguments: ["200", "104", "*97", "#7701", "1841", "18612", "184", "2222", "0120", "0033"])
    func takesExtensionOfHost(user: String) {
        #expect(refusal("sip:\(user)@pbx.example") == nil)
    }

    @Test("four and five digits that begin with 184 or 186 are no number with a prefix", arguments: ["1841", "18612"])
    func takesShortExtension(text: String) {
        #expect(refusal(text) == nil)
    }

    @Test("no one forwards to an emergency number, even if it is an extension here")
    func refusesEmergency() throws {
        _ = try session.addNumber(typed: "119")
        #expect(refusal("119") == .emergency(try number("119")))
        #expect(refusal("110") == .emergency(try number("110")))
    }

    @Test("an extension that exists here is allowed, whatever its length")
    func allowsExtensions() throws {
        for text in ["104", "12", "1841", "*9"] { _ = try session.addNumber(typed: text) }
        for text in ["104", "12", "1841", "*9", "1001", "2222", "bob"] { #expect(refusal(text) == nil, "\(text)") }
    }

    @Test(
        "what can't be read is refused with the reason",
        arguments: [
            "", "  ", "voicmail", "0501234567", "sip:", "sip:@example.jp", "sip:a@", "sip:a@b@c", "sip:a@b?x=y",
            "sip:a b@c", "sip:a@ex_ample..jp", "sips:bob@lab.test", "sip:bob@lab.test;transport=tls", "sip:a@[::1",
            "sip:a@h:0", "sip:a@h:99999", "http://example.jp",
            "1234-1234-1234-1234-1234-1234-123", "sip:" + String(repeating: "a", count: 255) + "@b",
        ])
    func refusesUnreadable(text: String) {
        #expect(refusal(text) != nil)
    }

    @Test(
        "URIs are kept as they were given",
        arguments: [
            "sip:bob@lab.test", "sip:bob@lab.test:5061;transport=tcp", "sip:bob@[2001:db8::1]:5080",
            "SIP:bob@192.0.2.1", "sip:gateway.example",
        ])
    func keepsURI(text: String) throws {
        #expect(try session.setForwarding(of: alice, when: .busy, to: text).rules.map(\.to) == [text])
    }

    @Test("full-width digits are taken and kept half-width")
    func takesFullWidth() throws {
        let state = try session.setForwarding(of: alice, when: .busy, to: "０３−１２３４−５６７８")
        #expect(state.rules.map(\.to) == ["0312345678"])
    }

    @Test("a number that is not ours has no rules")
    func requiresNumber() throws {
        let stranger = try number("05099999999")
        #expect(throws: ControlError.noSuchNumber(stranger)) {
            try session.setForwarding(of: stranger, when: .busy, to: "0312345678")
        }
        #expect(throws: ControlError.noSuchNumber(stranger)) { try session.forwarding(of: stranger) }
    }
}
