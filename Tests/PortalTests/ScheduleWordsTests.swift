import ControlPlane
import Directory
import Foundation
import SignIn
import Storage
import Testing

@testable import Portal

@Suite("When a rule applies, in words")
struct ScheduleWordsTests {
    private let tokyo: TimeZone
    private let london: TimeZone

    init() throws {
        tokyo = try #require(TimeZone(identifier: "Asia/Tokyo"))
        london = try #require(TimeZone(identifier: "Europe/London"))
    }

    private func text(
        _ hours: String? = nil, _ days: String? = nil, ends: Bool = false,
        in language: Language = .japanese,
        for zone: TimeZone? = nil
    ) throws -> String {
        let schedule = Schedule(
            hours: try hours.map { try DailyHours($0) },
            days: try days.map { try DaySet($0) } ?? .everyDay,
            // 2026-12-28 09:00 in Tokyo.
            ends: ends ? Deadline(milliseconds: 1_798_416_000_000, text: "2026-12-28 09:00") : nil)
        return ScheduleWords(
            ScheduleState(schedule), try Catalogue(language),
            GuestClock(zone, ruleZone: tokyo, now: Date(timeIntervalSince1970: 0))
        ).text
    }

    @Test("Days, hours and the end are told in the person's language")
    func words() throws {
        #expect(try text("18:00-09:00", "mon-fri,holidays") == "月～金・祝日 18:00～09:00")
        #expect(try text("09:00-12:30") == "毎日 09:00～12:30")
        #expect(try text(nil, "mon,tue,sat,not-holidays") == "月・火・土・祝日を除く")
        #expect(try text(nil, "holidays") == "祝日")
        #expect(try text(nil, nil, ends: true) == "毎日、2026-12-28 09:00 まで")
        #expect(
            try text("18:00-09:00", "sat,sun", ends: true, in: .english)
                == "Saturday, Sunday 18:00–09:00, until 2026-12-28 09:00")
    }

    @Test("Somebody elsewhere is told whose hours they are, and the end by the own clock")
    func elsewhere() throws {
        #expect(
            try text("18:00-09:00", "sat", ends: true, for: london)
                == "土 18:00～09:00（Asia/Tokyo）、2026-12-28 00:00 まで")
        #expect(try text(nil, nil, ends: true, for: london) == "毎日、2026-12-28 00:00 まで")
    }
}
