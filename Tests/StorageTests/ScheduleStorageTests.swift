import Directory
import Foundation
import Testing

@testable import Storage

@Suite struct ScheduleStorageTests {
    let temporary: TemporaryDataDirectory
    let control: ControlDatabase
    let reader: ControlReader

    init() throws {
        temporary = try TemporaryDataDirectory()
        control = try ControlDatabase(temporary.directory)
        try control.write { transaction in
            try transaction.addNumber(.alice, createdAt: 1)
            try transaction.setRule(.always, to: .voicemail, of: .alice)
        }
        reader = try ControlReader(temporary.directory)
    }

    private func record() throws -> NumberRecord {
        reader.refresh()
        return try #require(try reader.record(of: .alice))
    }

    private func night(ends: Int64? = nil) throws -> Schedule {
        Schedule(
            hours: try DailyHours("18:00-09:00"), days: try DaySet("mon-fri,holidays"),
            ends: ends.map { Deadline(milliseconds: $0, text: "") })
    }

    @Test("a schedule is read with its rule, holds for the next call, and goes with the rule")
    func stored() throws {
        #expect(try record().isTimed == false)
        let schedule = try night(ends: 1_798_416_000_000)
        try control.write { try $0.setSchedule(schedule, of: .always, of: .alice) }
        #expect(try record().forwarding.schedules == [.always: schedule])
        #expect(try record().isTimed)
        #expect(
            try record().forwarding.schedules[.always]?.description
                == "mon-fri,holidays 18:00-09:00 until 2026-12-28 09:00")
        try control.write { try $0.setRule(.always, to: .voicemail, of: .alice) }
        #expect(try record().isTimed)
        try control.write { try $0.clearRule(.always, of: .alice) }
        #expect(try record().forwarding.schedules.isEmpty)
        try control.write { try $0.setRule(.always, to: .voicemail, of: .alice) }
        #expect(try record().isTimed == false)
    }

    @Test("a schedule that is changed with the sqlite3 tool holds for the next call too")
    func fed() throws {
        try control.write { try $0.setSchedule(night(), of: .always, of: .alice) }
        #expect(try record().isTimed)
        try temporary.sqlite("control.db", "UPDATE forwarding_schedule SET to_minute = 600")
        #expect(try record().forwarding.schedules[.always]?.hours?.to == 600)
        try temporary.sqlite("control.db", "DELETE FROM forwarding_schedule")
        #expect(try record().isTimed == false)
    }

    @Test("anonymous call rejection has its schedule, also by the sqlite3 tool, and loses it with the last reason")
    func anonymous() throws {
        let policy = AnonymousCallPolicy(
            rejected: [.withheld, .payphone], schedule: try night(ends: 1_798_416_000_000))
        try control.write { try $0.setAnonymousCalls(policy, of: .alice) }
        #expect(try record().anonymousCalls == policy)
        #expect(try record().isTimed)
        #expect(
            try record().anonymousCalls.schedule?.description
                == "mon-fri,holidays 18:00-09:00 until 2026-12-28 09:00")
        try temporary.sqlite("control.db", "UPDATE anonymous_schedule SET to_minute = 600")
        #expect(try record().anonymousCalls.schedule?.hours?.to == 600)
        try temporary.sqlite("control.db", "DELETE FROM anonymous_rejection WHERE reason = 'payphone'")
        #expect(try record().isTimed)
        try temporary.sqlite("control.db", "DELETE FROM anonymous_rejection")
        #expect(try record().isTimed == false)
        #expect(throws: SQLiteToolError.self) {
            try temporary.sqlite("control.db", "INSERT INTO anonymous_schedule (number_id, days) VALUES (1, 3)")
        }
        try control.write { try $0.setAnonymousCalls(AnonymousCallPolicy(schedule: night()), of: .alice) }
        #expect(try record().isTimed == false)
        try control.write { try $0.setAnonymousCalls(policy, of: .alice) }
        try control.write { try $0.removeNumber(.alice) }
    }

    @Test("a schedule of a rule whose option is missing is none")
    func lacking() throws {
        try control.write { transaction in
            try transaction.setSchedule(night(), of: .always, of: .alice)
            try transaction.setAnonymousCalls(
                AnonymousCallPolicy(rejected: [.withheld], schedule: night()), of: .alice)
            try transaction.addCompanyWithContracts()
            try transaction.place(.alice, at: .contract("C-1"), as: .pilot)
        }
        #expect(try record().isTimed == false)
    }

    @Test(
        "the schema refuses what is no schedule",
        arguments: [
            "from_minute = 5, to_minute = NULL", "from_minute = 60, to_minute = 60", "to_minute = 1441", "days = 0",
            "days = 128", "holidays = 'sometimes'", "from_minute = -1",
        ])
    func constraints(change: String) throws {
        try control.write { try $0.setSchedule(night(), of: .always, of: .alice) }
        let legal = "UPDATE forwarding_schedule SET holidays = 'as-weekday';"
        #expect(throws: SQLiteToolError.self) {
            try temporary.sqlite("control.db", legal + "UPDATE forwarding_schedule SET \(change)")
        }
    }

    @Test("the clock follows the setting and the holidays, and is asked once a minute")
    func clock() throws {
        let monday: Int64 = 1_795_370_400_000  // 2026-11-23 03:00 in Japan
        #expect(try reader.localMoment(at: monday).text == "2026-11-23 03:00")
        #expect(try reader.localMoment(at: monday).holiday == "勤労感謝の日")
        #expect(try reader.localMoment(at: monday + 59_999).milliseconds == monday + 59_999)
        try control.write { try $0.set(.timeZone, to: "America/New_York") }
        reader.refresh()
        #expect(try reader.localMoment(at: monday).text == "2026-11-22 13:00")
        try control.write { try $0.setHoliday(Holiday(day: CivilDay(number: 20_779), name: "x", isByLaw: false)) }
        reader.refresh()
        #expect(try reader.localMoment(at: monday).holiday == "x")
    }

    @Test("a zone that is put forward and back has its hours off the clock on the wall")
    func daylightSaving() throws {
        let clock = LocalClock(zone: try #require(TimeZone(identifier: "America/New_York")))
        // 2026-03-08 02:00 becomes 03:00, 2026-11-01 02:00 becomes 01:00 again.
        #expect(clock.moment(at: 1_772_953_199_000).text == "2026-03-08 01:59")
        #expect(clock.moment(at: 1_772_953_200_000).text == "2026-03-08 03:00")
        let first: Int64 = 1_793_511_000_000  // 01:30 in summer time
        #expect(clock.moment(at: first).text == "2026-11-01 01:30")
        #expect(clock.moment(at: first + 3_600_000).text == "2026-11-01 01:30")
        let early = Schedule(hours: try DailyHours("01:00-02:00"))
        #expect(early.applies(at: clock.moment(at: first)) && early.applies(at: clock.moment(at: first + 3_600_000)))
        // An end is one point in time, however often the clock shows it.
        let ended = Schedule(ends: clock.deadline(first))
        #expect(!ended.applies(at: clock.moment(at: first + 3_600_000)))
        #expect(clock.deadline(first).text == "2026-11-01 01:30")
    }

    @Test("a zone that this machine does not know is told, and only numbers with a schedule mind")
    func unknownZone() throws {
        try control.write { try $0.set(.timeZone, to: "Moon/Tycho") }
        #expect(try record().number == .alice)
        #expect(throws: DirectoryUnavailable.self) { try reader.localMoment(at: 0) }
        #expect(throws: StorageError.unknownTimeZone("Moon/Tycho")) { try control.read { try $0.clock() } }
    }

    @Test("a finding is in the call log as it was")
    func logged() throws {
        let schedule = try night(ends: 1_798_416_000_000)
        for at in [1_795_370_400_000, 1_798_542_000_000, 1_795_420_000_000] as [Int64] {
            let moment = MemoryClock().localMoment(at: at)
            let finding = schedule.finding(at: moment)
            for decision in [
                Decision.scheduled(condition: .always, number: "1001", finding),
                .anonymousScheduled(number: "1001", finding),
            ] {
                var writer = JSONWriter(capacity: 64)
                writer.decision(decision)
                let decoded = unsafe writer.withOctets { octets in
                    unsafe try? JSONDecoder().decode(Decision.self, from: Data(octets))
                }
                #expect(decoded == decision)
            }
        }
    }
}

@Suite struct JapaneseHolidayTests {
    /// 国民の祝日に関する法律, as it is in force from 2022 on, worked out anew.
    private static func holidays(of year: Int) throws -> [String: String] {
        func day(_ month: Int, _ day: Int) throws -> CivilDay {
            try #require(CivilDay(year: year, month: month, day: day))
        }
        func monday(_ place: Int, of month: Int) throws -> CivilDay {
            let first = try day(month, 1)
            return CivilDay(number: first.number + (7 - first.weekday.index) % 7 + 7 * (place - 1))
        }
        /// Good for 1980 to 2099.
        func equinox(_ base: Double) -> Int {
            Int(base + 0.242194 * Double(year - 1980)) - (year - 1980) / 4
        }
        var named: [CivilDay: String] = [
            try day(1, 1): "元日", try monday(2, of: 1): "成人の日", try day(2, 11): "建国記念の日",
            try day(2, 23): "天皇誕生日", try day(3, equinox(20.8431)): "春分の日", try day(4, 29): "昭和の日",
            try day(5, 3): "憲法記念日", try day(5, 4): "みどりの日", try day(5, 5): "こどもの日",
            try monday(3, of: 7): "海の日", try day(8, 11): "山の日", try monday(3, of: 9): "敬老の日",
            try day(9, equinox(23.2488)): "秋分の日", try monday(2, of: 10): "スポーツの日", try day(11, 3): "文化の日",
            try day(11, 23): "勤労感謝の日",
        ]
        let byName = named
        for day in byName.keys where day.weekday == .sunday {
            var substitute = CivilDay(number: day.number + 1)
            while byName[substitute] != nil { substitute = CivilDay(number: substitute.number + 1) }
            named[substitute] = "休日"
        }
        for day in byName.keys where byName[CivilDay(number: day.number + 2)] != nil {
            let between = CivilDay(number: day.number + 1)
            if named[between] == nil { named[between] = "休日" }
        }
        return Dictionary(uniqueKeysWithValues: named.map { ($0.key.description, $0.value) })
    }

    @Test("the table has what the law says", arguments: 2025...2027)
    func table(year: Int) throws {
        let temporary = try TemporaryDataDirectory()
        let control = try ControlDatabase(temporary.directory)
        let stored = try control.read { snapshot in
            try snapshot.holidays(
                from: try #require(CivilDay(year: year, month: 1, day: 1)),
                to: try #require(CivilDay(year: year, month: 12, day: 31)))
        }
        let expected = try Self.holidays(of: year)
        #expect(Dictionary(uniqueKeysWithValues: stored.map { ($0.day.description, $0.name) }) == expected)
        #expect(stored.count { $0.isByLaw } == stored.count)
    }
}
