import Directory
import Foundation
import Storage
import Testing

@testable import ControlPlane

@Suite("The numbers of a voice group")
struct VoiceGroupTests {
    let fixture: ControlFixture
    var session: ControlSession { fixture.session }

    init() throws {
        fixture = try ControlFixture()
        for (company, group) in [("Lab", "Y0001234"), ("Other", "Y0009999")] {
            _ = try session.addCompany(named: company)
            _ = try session.addContract(group, kind: "ip-voice", company: company)
            _ = try session.addOption(.forwarding, toContract: group)
        }
        for (site, name, voiceContract, group) in [
            ("TOKYO", "Tokyo", "N0005678", "Y0001234"), ("OSAKA", "Osaka", "N0005679", "Y0001234"),
            ("KYOTO", "Kyoto", "N0009999", "Y0009999"),
        ] {
            _ = try session.addSite(site, named: name, to: group)
            _ = try session.addVoiceContract(voiceContract, at: site, of: group)
        }
        for (number, voiceContract) in [
            ("0312340001", "N0005678"), ("0312340002", "N0005678"), ("0612340001", "N0005679"),
            ("0752340001", "N0009999"),
        ] {
            _ = try session.addNumber(typed: number, at: .voiceContract(voiceContract), as: .directDial)
        }
    }

    private func found(_ search: GroupSearch, as session: ControlSession? = nil) throws -> [String] {
        try (session ?? self.session).numbers(matching: search, size: 10).rows.map(\.entry.number.national)
    }

    @Test("nothing typed finds every number of the group, and no other's")
    func everything() throws {
        #expect(try found(GroupSearch(group: "Y0001234")) == ["0312340001", "0312340002", "0612340001"])
    }

    @Test(
        "any part finds, however it is typed",
        arguments: [
            (GroupSearch(group: "Y0001234", site: "osa"), ["0612340001"]),
            (GroupSearch(group: "y0001234", voiceContract: "n000567"), ["0312340001", "0312340002", "0612340001"]),
            (GroupSearch(group: "Y0001234", voiceContract: "5679"), ["0612340001"]),
            (GroupSearch(group: "Y0001234", number: "０３－１２３４"), ["0312340001", "0312340002"]),
            (GroupSearch(group: "Y0001234", number: "40001"), ["0312340001", "0612340001"]),
            (GroupSearch(group: "Y0001234", number: "+81 6"), ["0612340001"]),
            (GroupSearch(group: "Y0001234", site: "TOKYO", number: "0002"), ["0312340002"]),
            (GroupSearch(group: "Y0001234", number: "075"), []), (GroupSearch(group: "Y0001234", number: "%"), []),
        ])
    func parts(search: GroupSearch, numbers: [String]) throws {
        #expect(try found(search) == numbers)
    }

    @Test("a page has its share, the total, and what becomes of each number's calls")
    func pages() throws {
        _ = try session.setForwarding(of: try number("0312340002"), when: .always, to: "0452345678")
        let all = GroupSearch(group: "Y0001234")
        let first = try session.numbers(matching: all, size: 1)
        #expect(first.total == 3 && first.hasMore)
        let second = try session.numbers(matching: all, after: first.rows.last?.entry.number, size: 1)
        #expect(second.rows.map(\.ways.forwarding.rules.first?.to) == ["0452345678"])
        #expect(second.total == 3 && second.hasMore)
        let rest = try session.numbers(matching: all, after: second.rows.last?.entry.number, size: 1)
        #expect(rest.rows.map(\.entry.number.national) == ["0612340001"] && !rest.hasMore)
    }

    @Test(
        "a large group is searched along the order of all numbers, with the same outcome; only all of it is counted"
    )
    func large() throws {
        for search in [
            GroupSearch(group: "Y0001234"), GroupSearch(group: "Y0001234", site: "OSA"),
            GroupSearch(group: "Y0001234", voiceContract: "5678", number: "0002"),
            GroupSearch(group: "Y0001234", number: "075"), GroupSearch(group: "Y0009999"),
        ] {
            try fixture.database.read { snapshot in
                for after in [nil, try number("0312340001"), try number("0752340001")] {
                    let small = try snapshot.numbers(search, after: after, limit: 2)
                    #expect(try snapshot.numbers(search, after: after, limit: 2, large: 1).entries == small.entries)
                }
                let (found, total) = try snapshot.numbers(search, limit: 9)
                #expect(total == found.count)
                let isAll = search == GroupSearch(group: search.group)
                #expect(try snapshot.numbers(search, limit: 9, large: 1).total == (isAll ? total : nil))
            }
        }
    }

    @Test("another company's group is not there")
    func others() throws {
        let stranger = fixture.session(.portalAdministrator(company: "Other"))
        #expect(throws: ControlError.contract(.noSuchContract("Y0001234"))) {
            try found(GroupSearch(group: "Y0001234"), as: stranger)
        }
        #expect(throws: ControlError.contract(.noSuchContract("Y0001234"))) { try stranger.outages(of: "Y0001234") }
    }

    @Test("what lies over the numbers of a site is told with who has laid it")
    func outages() throws {
        let until: Int64 = 1_800_003_600_000
        let site = NumberSelection.filter(NumberFilter(contract: "Y0001234", site: "TOKYO"))
        let administrator = fixture.session(.portalAdministrator(company: "Lab"))
        let outcome = try administrator.changeForwarding(of: site, .layOver(.always, to: "0612340001", until: until))
        #expect(outcome.isDone)
        let outages = try administrator.outages(of: "Y0001234").sites
        #expect(outages.map(\.site).sorted() == ["OSAKA", "TOKYO"])
        let tokyo = try #require(outages.first { $0.site == "TOKYO" })
        #expect(tokyo.numbers == 2)
        #expect(
            tokyo.covers == [
                SiteOutage.Cover(
                    to: "0612340001", until: Date(milliseconds: until), numbers: 2,
                    actor: Role.Kind.portalAdministrator.rawValue, since: Date(milliseconds: 1_800_000_000_000))
            ])
        #expect(outages.first { $0.site == "OSAKA" }?.covers == [])
        _ = try administrator.restoreForwarding(.numbers(site))
        #expect(try administrator.outages(of: "Y0001234").sites.allSatisfy { $0.covers.isEmpty })
    }

    @Test("what can't be set for one of many is told with its cause")
    func refusals() throws {
        let outcome = try session.changeForwarding(
            of: .list(["0312340001", "0312340002"], named: "numbers"), .set(.always, to: "0312340001"), commits: false,
            skipsRefused: true)
        #expect(outcome.refused.map(\.error) == [.destination(.itself(try number("0312340001")))])
        #expect(outcome.changed.map(\.number) == ["0312340002"])
    }
}
