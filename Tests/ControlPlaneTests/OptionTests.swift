import Directory
import Storage
import Testing

@testable import ControlPlane

@Suite struct OptionTests {
    let fixture: ControlFixture
    var session: ControlSession { fixture.session }
    let alice: PhoneNumber

    init() throws {
        fixture = try ControlFixture(numbers: ["05011111111"])
        alice = try number("05011111111")
        _ = try session.addCompany(named: "Alpha")
        _ = try session.addContract("Y1", kind: "ip-voice", company: "Alpha")
        _ = try session.addContract("C-1", kind: "dotphone-office", company: "Alpha")
        _ = try session.addSite("S1", named: "Tokyo", to: "Y1")
        _ = try session.addVoiceContract("N1", at: "S1", of: "Y1")
        _ = try session.assignNumber(alice, to: .voiceContract("N1"))
    }

    private func forward(to destination: String) -> ContractRefusal? {
        refusal { _ = try session.setForwarding(of: alice, when: .busy, to: destination) }
    }

    @Test("a rule of an option that is not contracted can't be switched on, and the way to it is named")
    func refusesRules() throws {
        let missing = ContractRefusal.optionMissing(.forwarding, alice, contract: "Y1")
        #expect(forward(to: "0312345678") == missing)
        #expect(missing.description.contains("tsunagi option add forwarding --contract Y1"))
        #expect(
            refusal { _ = try session.rejectAnonymous([], of: alice) }
                == .optionMissing(.anonymousRejection, alice, contract: "Y1"))
        _ = try session.addOption(.forwarding, toContract: "Y1")
        #expect(forward(to: "0312345678") == nil)
        #expect(forward(to: "voicemail") == .optionMissing(.messageBox, alice, contract: "Y1"))
        _ = try session.addOption(.messageBox, toContract: "y1")
        #expect(forward(to: "voicemail") == nil)
        _ = try session.addOption(.anonymousRejection, toContract: "Y1")
        #expect(refusal { _ = try session.rejectAnonymous([], of: alice) } == nil)
    }

    @Test("voice mail comes with the forwarding of the service that calls it so")
    func voicemailOfForwarding() throws {
        _ = try session.assignNumber(alice, to: .contract("C-1"))
        #expect(forward(to: "voicemail") == .optionMissing(.forwarding, alice, contract: "C-1"))
        _ = try session.addOption(.forwarding, toContract: "C-1")
        #expect(forward(to: "voicemail") == nil)
    }

    @Test("what an option had is shown as lacking it while it is away, and can be switched off")
    func showsLacking() throws {
        for option in [OptionService.forwarding, .anonymousRejection] {
            _ = try session.addOption(option, toContract: "Y1")
        }
        _ = try session.setForwarding(of: alice, when: .busy, to: "0312345678")
        _ = try session.rejectAnonymous([.payphone], of: alice)
        for option in [OptionService.forwarding, .anonymousRejection] {
            _ = try session.removeOption(option, fromContract: "Y1")
        }
        #expect(try session.forwarding(of: alice).rules.map(\.lacking) == [.forwarding])
        #expect(try session.anonymous(of: alice).lacking == .anonymousRejection)
        let reader = try ControlReader(fixture.directory)
        #expect(try reader.record(of: alice)?.forwarding.active == [:])
        #expect(try reader.record(of: alice)?.anonymousCalls.rejected == [])
        _ = try session.addOption(.forwarding, toContract: "Y1")
        reader.refresh()
        #expect(try reader.record(of: alice)?.forwarding.active == [.busy: .number(try number("0312345678"))])
        _ = try session.removeOption(.forwarding, fromContract: "Y1")
        #expect(try session.stopForwarding(of: alice).rules.isEmpty)
        #expect(try session.acceptAnonymous([], of: alice).rejected.isEmpty)
    }

    @Test("an option of the contract can be withheld from one number")
    func withholds() throws {
        _ = try session.addOption(.forwarding, toContract: "Y1")
        #expect(try session.options(of: alice).options == [.forwarding])
        #expect(try session.removeOption(.forwarding, from: alice).options == [])
        #expect(forward(to: "0312345678") == .optionWithheld(.forwarding, alice))
        #expect(try session.addOption(.forwarding, to: alice).options == [.forwarding])
        #expect(
            refusal { _ = try session.addOption(.messageBox, to: alice) }
                == .optionMissing(.messageBox, alice, contract: "Y1"))
        _ = try session.assignNumber(alice, to: nil)
        #expect(refusal { _ = try session.addOption(.messageBox, to: alice) } == .notUnderContract(alice))
        #expect(try session.options(of: alice).options == [.forwarding, .anonymousRejection, .messageBox])
    }

    @Test("what the contract has not can't be withheld, and what is withheld already stays so")
    func withholdsOnlyContracted() throws {
        #expect(
            refusal { _ = try session.removeOption(.forwarding, from: alice) }
                == .optionMissing(.forwarding, alice, contract: "Y1"))
        _ = try session.addOption(.forwarding, toContract: "Y1")
        #expect(try session.options(of: alice).options == [.forwarding])
        _ = try session.removeOption(.forwarding, from: alice)
        let entries = try session.history(of: alice, limit: 99).count
        #expect(try session.removeOption(.forwarding, from: alice).options == [])
        #expect(try session.history(of: alice, limit: 99).count == entries)
    }

    @Test("an unconditional rule whose option is away lets no other rule rest")
    func restsOnlyBehindWhatApplies() throws {
        _ = try session.addOption(.forwarding, toContract: "Y1")
        _ = try session.addOption(.messageBox, toContract: "Y1")
        _ = try session.setForwarding(of: alice, when: .busy, to: "0312345678")
        _ = try session.setForwarding(of: alice, when: .always, to: "voicemail")
        #expect(try session.forwarding(of: alice).rules.map(\.resting) == [false, true])
        _ = try session.removeOption(.messageBox, fromContract: "Y1")
        let state = try session.forwarding(of: alice)
        #expect(state.rules.map(\.lacking) == [.messageBox, nil])
        #expect(state.rules.map(\.resting) == [false, false])
    }

    @Test("entries of the list have at most 28 characters with members net, 32 without")
    func shortensEntries() throws {
        let long = "0-3-1-2-3-4-5-6-7-8----------"
        #expect(long.count == 29)
        _ = try session.saveDestination(long, as: 1, of: alice)
        _ = try session.addOption(.membersNet, toContract: "Y1")
        #expect(throws: ControlError.destination(.tooLong(limit: 28))) {
            try session.saveDestination(long, as: 2, of: alice)
        }
        _ = try session.saveDestination(String(long.dropLast()), as: 1, of: alice)
    }
}
