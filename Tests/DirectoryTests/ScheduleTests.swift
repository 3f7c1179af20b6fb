import Directory
import Testing

@Suite("When a rule applies")
struct ScheduleTests {
    private static let holidays = ["2026-11-23": "勤労感謝の日", "2026-12-31": "closed"]

    /// As the clock at home shows it: `2026-12-29 20:00`.
    private func moment(_ text: String) throws -> LocalMoment {
        let parts = text.split(separator: " ")
        var clock = MemoryClock()
        for (day, name) in Self.holidays { clock.holidays[try #require(CivilDay(day))] = name }
        let deadline = clock.deadline(
            try #require(CivilDay(parts[0])), minute: try #require(DailyHours.minute(parts[1])))
        return clock.localMoment(at: deadline.milliseconds)
    }

    private func schedule(days: String? = nil, hours: String? = nil, ends: String? = nil) throws -> Schedule {
        Schedule(
            hours: try hours.map { try DailyHours($0) }, days: try days.map { try DaySet($0) } ?? .everyDay,
            ends: try ends.map { Deadline(milliseconds: try moment($0).milliseconds, text: $0) })
    }

    @Test(
        "days and hours, over midnight and around holidays",
        arguments: [
            // 2026-12-28 is a Monday; hours over midnight belong to the day on which they begin.
            ("mon-fri", "18:00-09:00", "2026-12-28 18:00", true), ("mon-fri", "18:00-09:00", "2026-12-28 17:59", false),
            ("mon-fri", "18:00-09:00", "2026-12-29 08:59", true), ("mon-fri", "18:00-09:00", "2026-12-29 09:00", false),
            ("mon-fri", "18:00-09:00", "2026-12-28 08:59", false), ("mon-fri", "18:00-09:00", "2026-12-26 02:00", true),
            ("mon-fri", "18:00-09:00", "2026-12-26 20:00", false), ("sun", "22:00-06:00", "2026-12-28 05:59", true),
            ("mon-fri", "09:00-18:00", "2026-12-28 09:00", true), ("mon-fri", "09:00-18:00", "2026-12-28 18:00", false),
            ("mon", "00:00-24:00", "2026-12-28 23:59", true), ("mon", "22:00-24:00", "2026-12-29 00:00", false),
            // 2026-11-23 is a Monday and a holiday.
            ("mon-fri", "09:00-18:00", "2026-11-23 10:00", true),
            ("mon-fri,not-holidays", "09:00-18:00", "2026-11-23 10:00", false),
            ("sat,sun,holidays", "09:00-18:00", "2026-11-23 10:00", true),
            ("holidays", "09:00-18:00", "2026-11-22 10:00", false),
            ("holidays", "09:00-18:00", "2026-11-23 10:00", true),
            ("not-holidays", "09:00-18:00", "2026-11-22 10:00", true),
            // The evening of a holiday reaches into the morning after, that of the day before into the holiday.
            ("holidays", "18:00-09:00", "2026-11-24 08:00", true),
            ("holidays", "18:00-09:00", "2026-11-23 08:00", false),
            ("mon-fri,not-holidays", "18:00-09:00", "2027-01-01 08:00", false),
        ])
    func table(days: String, hours: String, at: String, applies: Bool) throws {
        let schedule = try schedule(days: days, hours: hours)
        let finding = schedule.finding(at: try moment(at))
        #expect(finding.applies == applies, "\(finding.reason)")
    }

    @Test(
        "holidays and not-holidays exclude each other, and the refusal says so",
        arguments: ["holidays,not-holidays", "not-holidays,mon,holidays"])
    func excludes(days: String) throws {
        let error = #expect(throws: ScheduleError.holidaysAndNot(days)) { try DaySet(days) }
        #expect(error?.description.contains("exclude each other: give one of them") == true)
        #expect(try DaySet("mon,holidays,holidays") == DaySet("mon,holidays"))
    }

    @Test("days without hours are whole days, and an end is a point in time")
    func daysAndEnd() throws {
        #expect(try schedule(days: "sat,sun").applies(at: moment("2026-12-27 23:59")))
        #expect(try !schedule(days: "sat,sun").applies(at: moment("2026-12-28 00:00")))
        let ends = try schedule(ends: "2026-12-28 09:00")
        #expect(try ends.applies(at: moment("2026-12-28 08:59")))
        #expect(try !ends.applies(at: moment("2026-12-28 09:00")))
        #expect(Schedule().isAlways && !ends.isAlways)
    }

    @Test(
        "the reason tells the day, the holiday and the hours",
        arguments: [
            ("2026-12-29 20:00", "2026-12-29 is a Tuesday, not a holiday; 20:00 lies within 18:00-09:00"),
            ("2026-12-29 10:05", "2026-12-29 is a Tuesday, not a holiday; 10:05 lies outside 18:00-09:00"),
            (
                "2026-11-24 02:00",
                "2026-11-23 is a Monday, a holiday (勤労感謝の日); 02:00 of the day after lies within 18:00-09:00"
            ),
            ("2026-12-26 19:00", "2026-12-26 is a Saturday, not a holiday, which is none of the days"),
            ("2027-01-05 20:00", "it ended at 2027-01-04 09:00"),
        ])
    func reasons(at: String, reason: String) throws {
        let schedule = try schedule(days: "mon-fri", hours: "18:00-09:00", ends: "2027-01-04 09:00")
        #expect(try schedule.finding(at: moment(at)).reason == reason)
    }

    @Test(
        "a schedule is told as it was typed, and read back the same",
        arguments: [
            ("mon-fri", "mon-fri"), ("fri-mon", "mon,fri-sun"), ("SUN,sat", "sat,sun"), ("mon,wed,fri", "mon,wed,fri"),
            ("mon,tue,wed,holidays", "mon-wed,holidays"), ("not-holidays", "mon-sun,not-holidays"),
            ("holidays", "holidays"),
        ])
    func days(typed: String, shown: String) throws {
        #expect(try DaySet(typed).description == shown)
        #expect(try DaySet(shown) == DaySet(typed))
    }

    @Test("what is no day is refused by name", arguments: ["", "monday", "mon-", "mon,,tue", "mon-fri-sun", "holiday"])
    func refusesDays(text: String) {
        #expect(throws: ScheduleError.self) { try DaySet(text) }
    }

    @Test("a day can't be a holiday that counts and one that does not")
    func refusesContradiction() {
        #expect(throws: ScheduleError.holidaysAndNot("holidays,not-holidays")) {
            try DaySet("holidays,not-holidays")
        }
    }

    @Test(
        "what are no hours is refused",
        arguments: ["", "9-18", "09:00", "09:00-25:00", "09:60-10:00", "09:00-09:00", "24:00-00:00", "a:00-b:00"])
    func refusesHours(text: String) {
        #expect(throws: ScheduleError.self) { try DailyHours(text) }
    }

    @Test("hours are read and shown with two digits, midnight as 24:00 at the end")
    func hours() throws {
        #expect(try DailyHours("9:00-18:30").description == "09:00-18:30")
        #expect(try DailyHours("18:00-00:00").description == "18:00-24:00")
        #expect(try DailyHours("00:00-24:00").reachesOverMidnight == false)
    }
}

@Suite("Days")
struct CivilDayTests {
    @Test(
        "a day has its weekday and its text",
        arguments: [
            ("1970-01-01", Weekday.thursday), ("1969-12-31", .wednesday), ("2000-02-29", .tuesday),
            ("2026-12-29", .tuesday), ("2100-03-01", .monday), ("0001-01-01", .monday), ("9999-12-31", .friday),
        ])
    func weekdays(text: String, weekday: Weekday) throws {
        let day = try #require(CivilDay(text))
        #expect(day.weekday == weekday)
        #expect(day.description == text)
    }

    @Test("every day of two centuries follows the one before it")
    func order() throws {
        var day = try #require(CivilDay("1899-12-31"))
        for number in day.number...(day.number + 73_500) {
            day = CivilDay(number: number)
            let (year, month, dayOfMonth) = day.parts
            #expect(CivilDay(year: year, month: month, day: dayOfMonth)?.number == number)
        }
        #expect(day.description == "2101-03-27")
    }

    @Test(
        "there are no other days",
        arguments: ["2026-02-29", "2100-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "26-01-01", "2026-1-1", "x"])
    func refuses(text: String) {
        #expect(CivilDay(text) == nil)
    }

    @Test("a moment is read off the clock of its zone, before 1970 too")
    func moments() {
        #expect(LocalMoment(milliseconds: 0, utcOffset: 32_400, holidays: { _ in nil }).text == "1970-01-01 09:00")
        for milliseconds in [Int64.min, .max] {
            #expect(!LocalMoment(milliseconds: milliseconds, utcOffset: 32_400, holidays: { _ in nil }).text.isEmpty)
        }
        #expect(LocalMoment(milliseconds: -1, utcOffset: 0, holidays: { _ in nil }).text == "1969-12-31 23:59")
        #expect(LocalMoment(milliseconds: 0, utcOffset: -18_000, holidays: { _ in nil }).text == "1969-12-31 19:00")
    }
}
