import Directory
import Foundation
import Storage
import Testing

@testable import ControlPlane

/// It is 2027-01-15 17:00 in Japan, a Friday.
@Suite struct ScheduleTests {
    let fixture: ControlFixture
    var session: ControlSession { fixture.session }
    let alice: PhoneNumber

    init() throws {
        fixture = try ControlFixture(numbers: ["05011111111", "05022222222"])
        alice = try number("05011111111")
    }

    private func schedule(_ days: String, _ hours: String, ends: Int64? = nil) throws -> Schedule {
        Schedule(
            hours: try DailyHours(hours), days: try DaySet(days),
            ends: try ends.map { try session.localClock().deadline($0) })
    }

    @Test("a rule with a schedule is shown with it, and whether it applies now")
    func shows() throws {
        let night = try schedule("mon-fri", "18:00-09:00", ends: 1_800_100_000_000)
        let state = try session.setForwarding(of: alice, when: .always, to: "0312345678", schedule: .set(night))
        let rule = try #require(state.rules.first)
        #expect(rule.schedule?.text == "mon-fri 18:00-09:00 until 2027-01-16 20:46")
        #expect(rule.appliesNow == false)
        #expect(try session.forwarding(of: alice) == state)
        let day = try schedule("fri", "09:00-18:00")
        #expect(
            try session.setForwarding(of: alice, when: .always, to: "0312345678", schedule: .set(day)).rules[0]
                .appliesNow
                == true)
        #expect(try session.forwardingNumbers(limit: 9).first?.rules.first?.appliesNow == true)
        let plain = try session.setForwarding(of: alice, when: .always, to: "0312345678", schedule: .anyTime)
        #expect(plain.rules[0].schedule == nil && plain.rules[0].appliesNow == nil)
    }

    @Test("a rule that is set again keeps its schedule, but for an end that has passed, until it is said otherwise")
    func keeps() throws {
        let night = try schedule("mon-fri", "18:00-09:00", ends: 1_800_100_000_000)
        _ = try session.setForwarding(of: alice, when: .always, to: "0312345678", schedule: .set(night))
        let kept = try session.setForwarding(of: alice, when: .always, to: "0612345678")
        #expect(kept.rules[0].schedule?.text == "mon-fri 18:00-09:00 until 2027-01-16 20:46")
        let later = fixture.session(.operator, at: 1_800_200_000_000)
        let renewed = try later.setForwarding(of: alice, when: .always, to: "0612345678")
        #expect(renewed.rules[0].schedule?.text == "mon-fri 18:00-09:00")
        #expect(try session.setForwarding(of: alice, when: .busy, to: "voicemail").rules[1].schedule == nil)
        let end = Schedule(ends: try session.localClock().deadline(1_800_100_000_000))
        _ = try session.setForwarding(of: alice, when: .busy, to: "voicemail", schedule: .set(end))
        #expect(try later.setForwarding(of: alice, when: .busy, to: "voicemail").rules[1].schedule == nil)
        // Switched off, it has lost it.
        _ = try session.stopForwarding(of: alice, when: .always)
        #expect(
            try session.setForwarding(of: alice, when: .always, to: "0612345678").rules[0].schedule == nil)
    }

    @Test("other rules rest only while the unconditional one applies")
    func rests() throws {
        _ = try session.setForwarding(of: alice, when: .busy, to: "voicemail")
        let night = try schedule("mon-fri", "18:00-09:00")
        let away = try session.setForwarding(of: alice, when: .always, to: "0312345678", schedule: .set(night))
        #expect(away.rules.map(\.resting) == [false, false])
        let day = try schedule("mon-fri", "09:00-18:00")
        let here = try session.setForwarding(of: alice, when: .always, to: "0312345678", schedule: .set(day))
        #expect(here.rules.map(\.resting) == [false, true])
    }

    @Test("an end that has passed is refused")
    func refusesPast() throws {
        let past = try schedule("mon", "09:00-18:00", ends: 1_800_000_000_000)
        #expect(throws: ControlError.endIsPast("2027-01-15 17:00")) {
            try session.setForwarding(of: alice, when: .always, to: "0312345678", schedule: .set(past))
        }
    }

    @Test("what can go in a circle at some time is a loop")
    func loops() throws {
        let (day, night) = (try schedule("mon-fri", "09:00-18:00"), try schedule("mon-fri", "18:00-09:00"))
        _ = try session.setForwarding(of: alice, when: .always, to: "05022222222", schedule: .set(day))
        #expect(throws: ControlError.self) {
            try session.setForwarding(
                of: number("05022222222"), when: .always, to: "05011111111", schedule: .set(night))
        }
    }

    @Test("history keeps schedules, and undo brings them back")
    func undoes() throws {
        let night = try schedule("mon-fri,holidays", "18:00-09:00", ends: 1_800_100_000_000)
        _ = try session.setForwarding(of: alice, when: .always, to: "0312345678", schedule: .set(night))
        let before = try session.forwarding(of: alice)
        _ = try session.setForwarding(
            of: alice, when: .always, to: "0312345678", schedule: .set(try schedule("sat", "09:00-18:00")))
        let change = try #require(try session.history(limit: 1).first)
        #expect(change.before?.contains(#""days":"mon-fri,holidays""#) == true)
        #expect(change.after?.contains("appliesNow") == false)
        _ = try session.undo(change.id)
        #expect(try session.forwarding(of: alice) == before)
        let undone = try #require(try session.history(limit: 1).first)
        _ = try session.undo(undone.id)
        #expect(try session.forwarding(of: alice).rules[0].schedule?.text == "sat 09:00-18:00")
    }

    @Test("taking a change back is refused once only the schedule has changed since")
    func standsInTheWay() throws {
        _ = try session.setForwarding(of: alice, when: .always, to: "0312345678")
        let first = try #require(try session.history(limit: 1).first)
        _ = try session.setForwarding(
            of: alice, when: .always, to: "0312345678", schedule: .set(try schedule("sat", "09:00-18:00")))
        #expect(throws: ControlError.self) { try session.undo(first.id) }
    }

    @Test("the time zone is a setting, with history and undo")
    func timeZone() throws {
        #expect(try session.timeZone() == "Asia/Tokyo")
        try session.setTimeZone("America/New_York")
        #expect(try session.localClock().moment(at: 1_800_000_000_000).text == "2027-01-15 03:00")
        _ = try session.undo(try #require(try session.history(limit: 1).first).id)
        #expect(try session.timeZone() == "Asia/Tokyo")
        for name in ["", "EST", "Moon/Tycho", "tokyo", "/", "../etc/passwd"] {
            #expect(throws: ControlError.unknownTimeZone(name)) { try session.setTimeZone(name) }
        }
        try session.setTimeZone("UTC")
    }
}

@Suite struct HolidayTests {
    let fixture: ControlFixture
    var session: ControlSession { fixture.session }

    init() throws {
        fixture = try ControlFixture()
    }

    private static let heading = "国民の祝日・休日月日,国民の祝日・休日名称\r\n"

    private func refusal(_ work: () throws -> Void) -> HolidayRefusal? {
        do {
            try work()
            return nil
        } catch ControlError.holiday(let refusal) {
            return refusal
        } catch {
            Issue.record("\(error)")
            return nil
        }
    }

    @Test("days are added, renamed and removed, and each of that is undone")
    func changes() throws {
        #expect(try session.holidays(of: 2026).count == 18)
        #expect(try session.addHoliday("2026-12-29", named: " Year-end closure ").name == "Year-end closure")
        #expect(try session.holidays(of: 2026).last?.national == false)
        let added = try #require(try session.history(limit: 1).first)
        #expect(added.action == "holiday add" && added.key == "2026-12-29")
        _ = try session.undo(added.id)
        #expect(try session.holidays(of: 2026).count == 18)
        #expect(try session.removeHoliday("2026-11-23").name == "勤労感謝の日")
        #expect(try session.holidays(of: 2026).count == 17)
        _ = try session.undo(try #require(try session.history(limit: 1).first).id)
        #expect(try session.holidays(of: 2026).last?.national == true)
    }

    @Test("a day in full width is the day that it stands for, also for pre-registration")
    func fullWidth() throws {
        #expect(try session.addHoliday("２０２６－１２－３１", named: "Closed").day == "2026-12-31")
        #expect(try session.removeHoliday("２０２６-12-３１").day == "2026-12-31")
        let days = try SignInPolicy.PreRegistration("２０２６－１１－０１．．2026-12-31")
        #expect(days.text == "2026-11-01..2026-12-31")
    }

    @Test("what is no day, no name or not there is refused")
    func refuses() {
        #expect(refusal { _ = try session.addHoliday("2026-02-29", named: "x") } == .day("2026-02-29"))
        #expect(refusal { _ = try session.addHoliday("2026-12-29", named: " ") } == .name(" "))
        for name in ["a\nb", "a\u{1B}b", "a\u{9B}b"] {
            #expect(refusal { _ = try session.addHoliday("2026-12-29", named: name) } == .name(name))
        }
        let line = "2031/01/01,元\u{9B}日"
        #expect(refusal { _ = try session.importHolidays(Data(line.utf8)) } == .line(1, line))
        #expect(refusal { _ = try session.removeHoliday("2026-12-29") } == .missing("2026-12-29"))
    }

    @Test("the Cabinet Office's table is taken up in Shift_JIS and in UTF-8", arguments: [true, false])
    func imports(isShiftJIS: Bool) throws {
        _ = try session.addHoliday("2027-12-29", named: "Closed")
        let known = try session.holidays(of: 2027).filter(\.national)
        // As it might come: one day renamed, one moved, one year more.
        var lines = known.map { ($0.day, $0.name) }
        lines[0].1 = "元旦"
        lines[1].0 = "2027-01-12"
        lines.append(("2028-01-01", "元日"))
        let text =
            Self.heading
            + lines.map { $0.0.replacing("-0", with: "/").replacing("-", with: "/") + "," + $0.1 }
            .joined(separator: "\r\n")
        let data = try #require(text.data(using: isShiftJIS ? .shiftJIS : .utf8))
        let result = try session.importHolidays(data)
        #expect((result.firstYear, result.lastYear) == (2027, 2028))
        #expect(result.added.map(\.day) == ["2027-01-12", "2028-01-01"])
        #expect(result.renamed.map(\.name) == ["元旦"])
        #expect(result.removed.map(\.day) == ["2027-01-11"])
        #expect(try session.holidays(of: 2026).count == 18)
        #expect(try session.holidays(of: 2027).last?.name == "Closed")
        let again = try session.importHolidays(data)
        #expect(again.added.isEmpty && again.renamed.isEmpty && again.removed.isEmpty)
        let change = try #require(try session.history(limit: 1).first)
        #expect(change.action == "holiday import")
        _ = try session.undo(change.id)
        #expect(try session.holidays(of: 2027).filter(\.national) == known)
        #expect(try session.holidays(of: 2028).isEmpty)
    }

    @Test("a file that can't be read changes nothing, and the line is named")
    func refusesFiles() throws {
        let files: [(String, HolidayRefusal)] = [
            ("", .empty), (Self.heading, .empty),
            (Self.heading + "2028/1/1,元日\n2028/2/30,x\n", .line(3, "2028/2/30,x")),
            ("2028/1/1", .line(1, "2028/1/1")), ("2028/1/1,", .line(1, "2028/1/1,")),
            (String(repeating: "\n", count: 10_001), .tooLarge(limit: 10_000)),
        ]
        for (text, expected) in files {
            #expect(refusal { _ = try session.importHolidays(Data(text.utf8)) } == expected, "\(text.prefix(40))")
        }
        #expect(refusal { _ = try session.importHolidays(Data([0xFF, 0xFE, 0x00])) } == .unreadable)
        #expect(try session.holidays(of: 2028).isEmpty)
    }
}
