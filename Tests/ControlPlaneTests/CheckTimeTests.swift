import Directory
import Foundation
import SignIn
import Storage
import Testing

@testable import ControlPlane

/// It is 2027-01-15 17:00 in Japan.
@Suite("What a check finds that has to do with time")
struct CheckTimeTests {
    let fixture: ControlFixture
    var session: ControlSession { fixture.session }
    let alice: PhoneNumber

    private static let end: Int64 = 1_800_100_000_000

    init() throws {
        fixture = try ControlFixture(numbers: ["05011111111", "05022222222"])
        alice = try number("05011111111")
    }

    private func findings(at moment: Int64 = 1_800_000_000_000) throws -> [CheckFinding] {
        var findings: [CheckFinding] = []
        try fixture.session(.operator, at: moment).checkTime { findings.append($0) }
        return findings
    }

    @Test("rules that have ended are notices, from their end on")
    func ended() throws {
        let schedule = Schedule(ends: try session.localClock().deadline(Self.end))
        _ = try session.setForwarding(of: alice, when: .busy, to: "voicemail", schedule: .set(schedule))
        _ = try session.rejectAnonymous([], schedule: .set(schedule), of: alice)
        #expect(try findings(at: Self.end - 1).isEmpty)
        let found = try findings(at: Self.end)
        #expect(found.map(\.kind) == [.ended, .ended] && found.allSatisfy { $0.severity == .notice })
        #expect(found[0].text == "anonymous call rejection has ended at 2027-01-16 20:46")
        #expect(found[0].remedy.contains("tsunagi anonymous accept 05011111111"))
        #expect(found[1].text == "the forwarding of calls when busy has ended at 2027-01-16 20:46")
    }

    @Test("temporary forwarding is a notice for each number, until it is over")
    func temporary() throws {
        for condition in [ForwardingCondition.always, .busy] {
            _ = try session.changeForwarding(
                of: alice, .layOver(condition, to: "05022222222", until: Self.end))
        }
        let found = try findings()
        #expect(found.map(\.kind) == [.temporary] && found[0].severity == .notice)
        #expect(found[0].text == "a temporary forwarding lies over its rules until 2027-01-16 20:46")
        #expect(try findings(at: Self.end).isEmpty)
    }

    @Test("the command that takes a temporary forwarding off an extension is not one that takes an operation back")
    func temporaryOfExtension() throws {
        _ = try session.addNumber(typed: "1001")
        _ = try session.changeForwarding(of: number("1001"), .layOver(.always, to: "05022222222", until: Self.end))
        #expect(try findings().first?.remedy.contains("\"tsunagi forward restore --number 1001\"") == true)
    }

    @Test("a table of holidays that ends is a warning from March on, where rules go by it")
    func holidays() throws {
        let (march, february): (Int64, Int64) = (1_803_826_800_000, 1_803_826_799_000)
        #expect(try findings(at: march).isEmpty)
        _ = try session.setForwarding(
            of: alice, when: .busy, to: "voicemail", schedule: .set(Schedule(days: try DaySet("mon-fri,not-holidays"))))
        #expect(try findings(at: february).isEmpty)
        let found = try findings(at: march)
        #expect(found.map(\.kind) == [.holidays] && found[0].severity == .warning && found[0].thing == "2028")
        #expect(found[0].text == "no national holidays are known, and 1 rule goes by them")
        _ = try session.rejectAnonymous([], schedule: .set(Schedule(days: try DaySet("holidays"))), of: alice)
        // A year and a month later two years are missing.
        #expect(try findings(at: march + 31_622_400_000).map(\.thing) == ["2028", "2029"])
        // Days that were added by hand are no table.
        _ = try session.addHoliday("2028-12-29", named: "Closed")
        #expect(try findings(at: march).count == 1)
        _ = try session.importHolidays(Data("2028/1/1,元日\n".utf8))
        #expect(try findings(at: march).isEmpty)
    }

    @Test("messages that have failed are warnings, each by itself")
    func messages() throws {
        for second in 0..<2 {
            _ = try fixture.session(.operator, at: 1_799_999_990_000 + Int64(second) * 1_000)
                .sendTest(mail: "taro@example.jp", in: .english, timeZone: .gmt)
        }
        try fixture.database.write { transaction in
            while let entry = try transaction.claimMessage(.mail, at: 1_800_000_000_000) {
                try transaction.settle(entry.id, as: .failed(reason: "550 no"), at: 1_800_000_000_000)
            }
        }
        let found = try findings()
        #expect(found.map(\.kind) == [.undelivered, .undelivered] && found[0].severity == .warning)
        #expect(found.map(\.thing) == ["message 2", "message 1"])
        #expect(found[0].text.hasSuffix("has failed: 550 no") && found[0].remedy.contains("tsunagi outbox retry 2"))
    }
}
