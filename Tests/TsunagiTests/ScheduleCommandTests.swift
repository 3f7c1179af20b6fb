import Foundation
import Testing

@Suite struct ScheduleCommandTests {
    let tsunagi = TsunagiProcess()

    private func prepare() throws {
        for number in ["05012345678", "1001"] { #expect(try tsunagi.run("number", "add", number).exitCode == 0) }
    }

    private func explain(_ at: String) throws -> String {
        try tsunagi.run("explain", "--from", "0901111222", "--to", "05012345678", "--at", at).output
    }

    @Test("a rule with a schedule is set, shown, explained for any time and undone")
    func rule() throws {
        try prepare()
        let set = try tsunagi.run(
            "forward", "set", "05012345678", "--when", "always", "--to", "1001", "--hours", "18:00-09:00", "--days",
            "mon-fri,not-holidays", "--ends", "2098-12-28", "--json")
        #expect(set.exitCode == 0, "\(set.errors)")
        let rule = try #require((set.object["rules"] as? [[String: Any]])?.first)
        let schedule = try #require(rule["schedule"] as? [String: Any])
        #expect(schedule["text"] as? String == "mon-fri,not-holidays 18:00-09:00 until 2098-12-29 00:00")
        #expect(rule["appliesNow"] is Bool)
        let show = try tsunagi.run("forward", "show", "05012345678").output
        #expect(show.contains("→ 1001  applies mon-fri,not-holidays 18:00-09:00 until 2098-12-29 00:00"), "\(show)")
        #expect(
            try explain("2026-12-29T20:00").contains(
                "2026-12-29 is a Tuesday, not a holiday; 20:00 lies within 18:00-09:00"))
        #expect(try explain("2026-12-29T20:00").contains("05012345678 forwards calls always: on to 1001"))
        let day = try explain("2026-12-29T10:00")
        #expect(day.contains("10:00 lies outside 18:00-09:00; it does not apply now"))
        #expect(day.contains("no phone is registered for 05012345678"))
        let holiday = try explain("2026-11-23T20:00")
        #expect(holiday.contains("2026-11-23 is a Monday, a holiday (勤労感謝の日), which is none of the days"))
        #expect(try explain("2098-12-29T20:00").contains("it ended at 2098-12-29 00:00"))
        let history = try tsunagi.run("history", "05012345678", "--json").list
        let id = try #require(history.first?["id"] as? Int)
        #expect(try tsunagi.run("history", "undo", "\(id)").exitCode == 0)
        #expect(try tsunagi.run("forward", "show", "05012345678").output.contains("forwards no calls"))
    }

    @Test("anonymous calls are turned away by a schedule, which is shown, kept, explained and exported")
    func anonymous() throws {
        try prepare()
        let set = try tsunagi.run(
            "anonymous", "reject", "05012345678", "--hours", "18:00-09:00", "--days", "mon-fri", "--ends", "2098-12-28")
        #expect(set.exitCode == 0, "\(set.errors)")
        #expect(
            set.output.contains("  applies      mon-fri 18:00-09:00 until 2098-12-29 00:00"), "\(set.output)")
        let more = try tsunagi.run("anonymous", "reject", "05012345678", "--reason", "payphone")
        #expect(more.errors.contains("note: the schedule stays, mon-fri 18:00-09:00 until 2098"), "\(more.errors)")
        let show = try tsunagi.run("anonymous", "show", "05012345678", "--json").object
        #expect((show["schedule"] as? [String: Any])?["hours"] as? String == "18:00-09:00")
        #expect(show["appliesNow"] is Bool)
        func explain(_ at: String) throws -> String {
            try tsunagi.run(
                "explain", "--from", "0901111222", "--anonymous", "--to", "05012345678", "--at", at
            ).output
        }
        #expect(try explain("2026-12-29T20:00").contains("20:00 lies within 18:00-09:00"))
        #expect(try explain("2026-12-29T20:00").contains("answered 433"))
        #expect(try explain("2026-12-29T10:00").contains("10:00 lies outside 18:00-09:00; it does not now"))
        #expect(try explain("2098-12-29T20:00").contains("it ended at 2098-12-29 00:00; it does not now"))
        let exported = try tsunagi.run("export").output
        #expect(exported.contains("      reasons: [withheld, payphone]\n      hours: \"18:00-09:00\"\n"), "\(exported)")
        #expect(try tsunagi.run("plan", "-", input: exported).output == "nothing to change\n")
        let plan = try tsunagi.run(
            "apply", "-", input: "numbers: [{number: 05012345678, reject-anonymous: {reasons: [withheld], days: sat}}]")
        #expect(
            plan.output.contains("    schedule: mon-fri 18:00-09:00 until 2098-12-29 00:00 → sat\n"),
            "\(plan.output)\(plan.errors)")
        let any = try tsunagi.run("anonymous", "reject", "05012345678", "--any-time")
        #expect(any.exitCode == 0 && !any.output.contains("applies"), "\(any.output)\(any.errors)")
        #expect(try tsunagi.run("history", "05012345678").output.contains("schedule"))
    }

    @Test("a rule keeps its schedule and says so, until --any-time")
    func kept() throws {
        try prepare()
        let set = ["forward", "set", "05012345678", "--when", "always", "--to"]
        #expect(try tsunagi.run(arguments: set + ["1001", "--days", "mon-fri"]).exitCode == 0)
        let again = try tsunagi.run(arguments: set + ["0312345678"])
        #expect(again.errors.contains("note: the rule keeps its schedule, mon-fri; --any-time takes it off"))
        #expect(again.output.contains("→ 0312345678  applies mon-fri"), "\(again.output)")
        #expect(try tsunagi.run(arguments: set + ["1001", "--hours", "18:00-09:00"]).exitCode == 0)
        let ends = try tsunagi.run(arguments: set + ["0312345678", "--ends", "2098-12-28"])
        #expect(
            ends.output.contains("applies mon-fri 18:00-09:00 until 2098-12-29 00:00"), "\(ends.output)\(ends.errors)")
        #expect(try tsunagi.run(arguments: set + ["1001", "--any-time", "--days", "sat"]).exitCode == 64)
        let any = try tsunagi.run(arguments: set + ["0312345678", "--any-time"])
        #expect(any.errors.isEmpty && !any.output.contains("applies"), "\(any.output)\(any.errors)")
    }

    @Test("times are meant in the data directory's zone, whatever that of the machine is")
    func zone() throws {
        try prepare()
        #expect(try tsunagi.run("settings", "time-zone").output == "Asia/Tokyo\n")
        #expect(try tsunagi.run("settings", "time-zone", "America/New_York").output == "America/New_York\n")
        #expect(
            try tsunagi.run(
                "forward", "set", "05012345678", "--when", "always", "--to", "1001", "--hours", "09:00-18:00"
            ).exitCode == 0)
        #expect(try explain("2026-12-29T10:00").contains("10:00 lies within 09:00-18:00"))
        #expect(
            try explain("2026-12-29T10:00+09:00").contains("2026-12-28 is a Monday, not a holiday; 20:00 lies outside"))
        #expect(try tsunagi.run("settings", "time-zone", "EST").exitCode == 1)
    }

    @Test(
        "what is no schedule exits 64 and says what is wrong",
        arguments: [
            (["--hours", "9-18"], "no hours"), (["--hours", "09:00-09:00"], "begins where it ends"),
            (["--days", "weekdays"], "no day"), (["--ends", "soon"], "--ends"),
        ])
    func wrongUsage(options: [String], text: String) throws {
        let set = ["forward", "set", "05012345678", "--when", "always", "--to", "1001"]
        let result = try tsunagi.run(arguments: set + options)
        #expect(result.exitCode == 64)
        #expect(result.errors.contains(text), "\(result.errors)")
    }

    @Test("an hour that the clock leaves out is told, and so is an end that has passed")
    func skippedHour() throws {
        try prepare()
        let set = ["forward", "set", "05012345678", "--when", "always", "--to", "1001", "--ends"]
        for end in ["2020-01-01", "2020-01-01T09:00"] {
            let past = try tsunagi.run(arguments: set + [end])
            #expect(past.exitCode == 1 && past.errors.contains("\(end) has passed"), "\(past.errors)")
        }
        #expect(try tsunagi.run("settings", "time-zone", "America/New_York").exitCode == 0)
        let skipped = try tsunagi.run(arguments: set + ["2030-03-10T02:30"])
        #expect(skipped.exitCode == 64)
        #expect(skipped.errors.contains("the clock is put forward over it"), "\(skipped.errors)")
    }

    @Test("holidays are listed, added, removed and imported")
    func holidays() throws {
        #expect(try tsunagi.run("number", "add", "1001").exitCode == 0)
        #expect(try tsunagi.run("holiday", "list", "--year", "2026", "--json").list.count == 18)
        #expect(try tsunagi.run("holiday", "list").output.contains("2026-09-22 tue  休日"))
        #expect(
            try tsunagi.run("holiday", "add", "2026-12-29", "Closed").output
                == "added 2026-12-29 tue  Closed  (added here)\n")
        #expect(try tsunagi.run("holiday", "remove", "2026-12-29", "--json").object["name"] as? String == "Closed")
        let text = "国民の祝日・休日月日,国民の祝日・休日名称\r\n2028/1/1,元日\r\n2028/1/10,成人の日\r\n"
        let file = FileManager.default.temporaryDirectory.path + "/tsunagi-holidays-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: file) }
        try #require(text.data(using: .shiftJIS)).write(to: URL(fileURLWithPath: file))
        let result = try tsunagi.run("holiday", "import", file)
        #expect(result.output.hasPrefix("2028 to 2028: 2 added, 0 renamed, 0 removed\n"), "\(result.output)")
        #expect(try tsunagi.run("holiday", "import", "-", input: "2028/1/1,元日\n").exitCode == 0)
        #expect(try tsunagi.run("holiday", "import", "/nonexistent").exitCode == 1)
        #expect(try tsunagi.run("holiday", "remove", "2026-12-29").exitCode == 1)
    }
}
