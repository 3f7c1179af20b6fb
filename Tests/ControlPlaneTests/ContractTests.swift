import Directory
import Storage
import Testing

@testable import ControlPlane

@Suite struct ContractTests {
    let fixture: ControlFixture
    var session: ControlSession { fixture.session }
    let alice: PhoneNumber

    init() throws {
        fixture = try ControlFixture(numbers: ["05011111111", "05022222222"])
        alice = try number("05011111111")
        _ = try session.addCompany(named: "アルファ")
        _ = try session.addContract("y0001", kind: "ip-voice", company: "アルファ")
    }

    @Test("a company is added, renamed, listed and removed")
    func companies() throws {
        _ = try session.addCompany(named: "  Beta ")
        #expect(try session.companies(limit: 9).map(\.name) == ["Beta", "アルファ"])
        #expect(try session.companies(after: "Beta", limit: 9).map(\.name) == ["アルファ"])
        #expect(try session.renameCompany("Beta", to: "Gamma").name == "Gamma")
        #expect(refusal { _ = try session.renameCompany("Gamma", to: "アルファ") } == .companyExists("アルファ"))
        #expect(refusal { _ = try session.addCompany(named: "Gamma") } == .companyExists("Gamma"))
        #expect(refusal { _ = try session.addCompany(named: " ") } == .invalidName(" "))
        _ = try session.removeCompany(named: "Gamma")
        #expect(refusal { _ = try session.company(named: "Gamma") } == .noSuchCompany("Gamma"))
        #expect(refusal { _ = try session.removeCompany(named: "アルファ") } == .companyHasContracts("アルファ", count: 1))
    }

    @Test("a control character in a name is told as the reason, escaped")
    func controlCharacters() throws {
        for control in ["\u{85}", "\u{9B}", "\u{7F}", "\n"] {
            #expect(refusal { _ = try session.addCompany(named: "a\(control)b") } == .invalidName("a\(control)b"))
        }
        let refused = refusal { _ = try session.addCompany(named: "a\u{1B}b") }
        #expect(refused == .invalidName("a\u{1B}b"))
        let text = try #require(refused).description
        #expect(text == #""a\u{1B}b" can't be a name: it has a control character, \u{1B}; leave that away"#)
        let turned = "\(ContractRefusal.invalidName("a\u{202E}\u{9B}b"))"
        #expect(turned.hasPrefix(#""a\u{202E}\u{009B}b" can't be a name: it has a control character, \u{009B};"#))
        #expect("\(ContractRefusal.invalidName(""))" == "\"\" can't be a name: give 1 to 100 characters")
    }

    @Test("a contract is added under its company, opened and closed")
    func contracts() throws {
        let added = try session.addContract("ｃ-1", kind: "dotphone-office", company: "アルファ")
        #expect(added.number == "C-1" && added.openedOn == nil && added.options.isEmpty)
        #expect(added.service.ja == "OCNドットフォン オフィス")
        #expect(!added.isVoiceGroup)
        #expect(try session.contract("Y0001").isVoiceGroup)
        #expect(try session.openContract("c-1", on: "2026-12-01").openedOn == "2026-12-01")
        #expect(try session.openContract("c-1", on: "２０２８－０２－２９").openedOn == "2028-02-29")
        #expect(try session.closeContract("C-1").openedOn == nil)
        #expect(try session.openContract("C-1").openedOn?.count == 10)
        #expect(try session.contracts(of: "アルファ", limit: 9).map(\.number) == ["C-1", "Y0001"])
        _ = try session.removeContract("C-1")
        #expect(refusal { _ = try session.contract("C-1") } == .noSuchContract("C-1"))
    }

    @Test("what no contract can be is refused with the reason")
    func refusesContracts() {
        func adding(_ number: String, _ kind: String = "ip-voice", _ company: String = "アルファ") -> ContractRefusal? {
            refusal { _ = try session.addContract(number, kind: kind, company: company) }
        }
        #expect(adding("Y0001") == .contractExists("Y0001"))
        #expect(adding("C1") == .invalidVoiceGroup("C1"))
        #expect(adding("Y5", "smart-pbx") == .invalidBaseNumber("Y5"))
        #expect(adding("N5", "smart-pbx") == .invalidBaseNumber("N5"))
        #expect(adding("Y5", "fax") == .noSuchKind("fax", known: ["dotphone-office", "ip-voice", "smart-pbx"]))
        #expect(adding("Y5", "ip-voice", "Beta") == .noSuchCompany("Beta"))
        for day in ["2026-02-29", "2026-13-01", "tomorrow", "2026-1-1", "0000-01-01"] {
            #expect(refusal { _ = try session.openContract("Y0001", on: day) } == .invalidDay(day))
        }
    }

    @Test("a voice group has sites, one of which represents it, and voice contracts at them")
    func sites() throws {
        #expect(try session.addSite("tokyo", named: "東京", to: "Y0001").isRepresentative)
        #expect(try session.addSite("OSAKA", named: "大阪", to: "Y0001").isRepresentative == false)
        _ = try session.setRepresentative("OSAKA", of: "Y0001")
        #expect(try session.addVoiceContract("n1", at: "TOKYO", of: "Y0001").site == "TOKYO")
        #expect(try session.renameSite("TOKYO", of: "Y0001", to: "本社").voiceContracts == ["N1"])
        #expect(try session.sites(of: "Y0001").map(\.site) == ["OSAKA", "TOKYO"])
        #expect(
            refusal { _ = try session.addSite("TOKYO", named: "x", to: "Y0001") }
                == .siteExists("TOKYO", contract: "Y0001"))
        #expect(
            refusal { _ = try session.addVoiceContract("N1", at: "OSAKA", of: "Y0001") }
                == .voiceContractExists("N1", contract: "Y0001"))
        #expect(
            refusal { _ = try session.removeSite("TOKYO", of: "Y0001") }
                == .siteHasVoiceContracts("TOKYO", voiceContracts: ["N1"]))
        #expect(refusal { _ = try session.removeContract("Y0001") } == .contractHasSites("Y0001", count: 2))
        _ = try session.removeVoiceContract("N1")
        _ = try session.removeSite("TOKYO", of: "Y0001")
        _ = try session.removeSite("OSAKA", of: "Y0001")
        _ = try session.removeContract("Y0001")
    }

    @Test("a contract without voice groups has no sites")
    func refusesSites() throws {
        _ = try session.addContract("C-1", kind: "smart-pbx", company: "アルファ")
        #expect(refusal { _ = try session.addSite("A", named: "A", to: "C-1") } == .noVoiceGroup(contract: "C-1"))
        #expect(refusal { _ = try session.sites(of: "C-1") } == .noVoiceGroup(contract: "C-1"))
    }

    @Test("a number is put under a voice contract, and keeps what it stands under from being removed")
    func assigns() throws {
        _ = try session.addSite("TOKYO", named: "東京", to: "Y0001")
        _ = try session.addVoiceContract("N1", at: "TOKYO", of: "Y0001")
        let state = try session.assignNumber(alice, to: .voiceContract("n1"))
        #expect(state.contract == "Y0001" && state.voiceContract == "N1" && state.site == "TOKYO")
        #expect(state.company == "アルファ" && state.kind == .pilot && state.options == [])
        let bob = try number("05022222222")
        #expect(
            refusal { _ = try session.assignNumber(bob, to: .voiceContract("N1")) }
                == .hasPilot(voiceContract: "N1", alice))
        #expect(
            refusal { _ = try session.assignNumber(bob, to: .contract("Y0001")) }
                == .needsVoiceContract(contract: "Y0001"))
        _ = try session.addNumber(typed: "05033333333", at: .voiceContract("N1"), as: .multiple)
        #expect(try session.numbers(in: NumberFilter(site: "tokyo"), limit: 9).count == 2)
        #expect(
            refusal { _ = try session.removeVoiceContract("N1") } == .voiceContractHasNumbers("N1", first: alice))
        #expect(refusal { _ = try session.removeContract("Y0001") } == .contractHasNumbers("Y0001", count: 2))
        #expect(try session.assignNumber(alice, to: nil).contract == nil)
        #expect(
            refusal { _ = try session.numbers(in: NumberFilter(contract: "Y9"), limit: 9) } == .noSuchContract("Y9"))
        #expect(
            try session.history(of: alice, limit: 9).map(\.action) == [
                "number assign", "number assign", "number add",
            ])
    }

    @Test("a number that can't be put where it was asked is not added either")
    func addsWholly() throws {
        #expect(
            refusal { _ = try session.addNumber(typed: "05033333333", at: .contract("C-9")) } == .noSuchContract("C-9"))
        #expect(throws: ControlError.self) { try session.number(number("05033333333")) }
    }
}
