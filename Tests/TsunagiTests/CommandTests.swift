import ControlPlane
import Directory
import Foundation
import Storage
import Testing

@testable import Tsunagi

@Suite struct CommandTests {
    let tsunagi = TsunagiProcess()

    private func prepare() throws {
        #expect(try tsunagi.run("number", "add", "05012345678", "--password-stdin", input: "secret\n").exitCode == 0)
        #expect(try tsunagi.run("number", "add", "1001").exitCode == 0)
    }

    @Test("what is done exits 0 and prints, as text and as JSON")
    func done() throws {
        try prepare()
        let set = try tsunagi.run(
            "forward", "set", "050-1234-5678", "--when", "no-answer", "--to", "0312345678", "--ring", "20", "--json")
        #expect(set.exitCode == 0 && set.errors.isEmpty)
        #expect(set.object["ringSeconds"] as? Int == 20)
        let show = try tsunagi.run("forward", "show", "+815012345678")
        #expect(show.output.contains("no-answer    → 0312345678"))
        let list = try tsunagi.run("number", "list", "--json")
        #expect(list.list.compactMap { $0["number"] as? String } == ["05012345678", "1001"])
    }

    @Test(
        "what is refused exits 1 and says why, with --json as an object too",
        arguments: [
            ["forward", "set", "05012345678", "--when", "busy", "--to", "05012345678"],
            ["forward", "set", "05012345678", "--when", "busy", "--to", "110"],
            ["forward", "set", "05012345678", "--when", "no-answer", "--to", "1001", "--ring", "31"],
            ["forward", "show", "05099999999"], ["number", "add", "05012345678"], ["number", "add", "0501234567"],
            ["number", "show", "a b"], ["block", "remove", "1001", "2"], ["trunk", "remove", "03"],
            ["trunk", "add", "03", "sip:a@b"], ["calls", "show", "x"], ["history", "9"],
            ["registrations", "remove", "1001"], ["settings", "realm", "a\"b"], ["bans", "add", "example.com"],
            ["bans", "remove", "192.0.2.66"],
        ])
    func refused(arguments: [String]) throws {
        try prepare()
        let result = try tsunagi.run(arguments: arguments + ["--json"])
        #expect(result.exitCode == 1)
        let reason = try #require(result.object["error"] as? String)
        #expect(result.errors == "tsunagi: \(reason)\n")
        #expect(try tsunagi.run(arguments: arguments).output.isEmpty)
    }

    @Test("only what changes something offers to change nothing that others have changed")
    func condition() throws {
        let option = "--unless-changed-since"
        for command in [["forward", "set"], ["number", "add"], ["apply"]] {
            #expect(try tsunagi.run(arguments: command + ["--help"]).output.contains(option))
        }
        for command in [["forward", "show"], ["number", "list"], ["plan"], ["export"]] {
            #expect(try !tsunagi.run(arguments: command + ["--help"]).output.contains(option))
        }
    }

    @Test(
        "what the command line can't be read as exits 64",
        arguments: [
            ["frobnicate"], ["forward", "set"], ["forward", "set", "1001", "--when", "sometimes", "--to", "1"],
            ["forward", "set", "1001", "--when", "busy", "--to", "1", "--ring", "long"],
            ["anonymous", "reject", "1001", "--reason", "rude"], ["calls", "list", "--since", "yesterday"],
            ["calls", "list", "--limit", "0"], ["number", "password", "1001"], ["number", "list", "--colour"],
            ["number", "export", "--json"], ["login", "export", "-", "--json"],
        ])
    func wrongUsage(arguments: [String]) throws {
        let result = try tsunagi.run(arguments: arguments)
        #expect(result.exitCode == 64)
        #expect(!result.errors.isEmpty)
    }

    @Test("a change that was never made can't be the last one that was seen")
    func unseenChange() throws {
        try prepare()
        let set = ["forward", "set", "1001", "--when", "busy", "--to", "0312345678", "--unless-changed-since"]
        let refused = try tsunagi.run(arguments: set + ["99"])
        #expect(refused.exitCode == 1)
        #expect(refused.errors.contains("the history has no change 99 yet"), "\(refused.errors)")
        #expect(refused.errors.contains("tsunagi history"))
        let many = ["forward", "set", "--numbers", "-", "--when", "busy", "--to", "0312345678"]
        #expect(try tsunagi.run(arguments: many + ["--unless-changed-since", "99"], input: "1001\n").exitCode == 1)
        #expect(try tsunagi.run("forward", "list", "--json").list.isEmpty)
        #expect(try tsunagi.run(arguments: set + ["2"]).exitCode == 0)
    }

    @Test(
        "a time that can't be read is refused with the forms that can",
        arguments: [
            ["forward", "set", "1001", "--to", "1", "--until", "noon"],
            ["forward", "off", "1001", "--until", "2026-02-30"],
            ["forward", "set", "1001", "--when", "busy", "--to", "1", "--ends", "tomorrow"],
            ["explain", "--from", "1", "--to", "2", "--at", "9:00"], ["calls", "list", "--since", "yesterday"],
            ["history", "--since", "yesterday"], ["history", "--until", "2026-12-01T25:00"],
        ])
    func tellsForms(arguments: [String]) throws {
        let result = try tsunagi.run(arguments: arguments)
        #expect(result.exitCode == 64)
        #expect(result.errors.contains("2026-12-28T09:00"), "\(result.errors)")
        #expect(result.errors.contains("90m") == (arguments[0] == "forward" && arguments.contains("--until")))
    }

    @Test("a destination that takes the place of a saved one tells of which")
    func tellsReplaced() throws {
        try prepare()
        for last in 1...5 {
            let set = try tsunagi.run("forward", "set", "1001", "--when", "busy", "--to", "031234567\(last)")
            #expect(set.exitCode == 0 && !set.errors.contains("place"))
        }
        let sixth = try tsunagi.run("forward", "set", "1001", "--when", "busy", "--to", "0312345676")
        #expect(sixth.errors.contains("has taken the place of saved destination 1 (0312345671)"), "\(sixth.errors)")
        let json = try tsunagi.run("forward", "set", "1001", "--when", "busy", "--to", "0312345677", "--json").object
        #expect((json["replaced"] as? [String: Any])?["to"] as? String == "0312345672")
        let many = try tsunagi.run(
            arguments: ["forward", "set", "--numbers", "-", "--when", "busy", "--to", "0312345678"], input: "1001\n")
        #expect(many.output.contains("in the place of saved destination 3 (0312345673)"), "\(many.output)")
        let known = try tsunagi.run("forward", "set", "1001", "--when", "busy", "--to", "0312345674", "--json")
        #expect(known.object["replaced"] == nil)
    }

    @Test("a loop is refused with its path")
    func refusesLoop() throws {
        try prepare()
        #expect(try tsunagi.run("forward", "set", "05012345678", "--when", "always", "--to", "1001").exitCode == 0)
        let loop = try tsunagi.run("forward", "set", "1001", "--when", "busy", "--to", "05012345678")
        #expect(loop.exitCode == 1)
        #expect(loop.errors.contains("1001 → 05012345678 → 1001"))
    }

    @Test("every noun works from end to end")
    func nouns() throws {
        try prepare()
        #expect(
            try tsunagi.run("anonymous", "reject", "1001", "--json").object["rejected"] as? [String] == ["withheld"])
        #expect(
            try tsunagi.run("anonymous", "accept", "1001", "--reason", "withheld", "--json").object["rejected"]
                as? [String] == [])
        #expect(try tsunagi.run("block", "add", "1001", "09011112222").output.contains("09011112222"))
        #expect(try tsunagi.run("block", "list", "1001", "--json").output.contains("09011112222"))
        #expect(try tsunagi.run("block", "add", "1001", "sip:bob@elsewhere.test").errors.contains("give bob"))
        #expect(try tsunagi.run("trunk", "add", "03", "sip:gw.example:5060", "sip:gw2.example").exitCode == 0)
        #expect(try tsunagi.run("trunk", "list", "--json").list.count == 1)
        #expect(try tsunagi.run("registrations", "list", "--json").list.isEmpty)
        #expect(try tsunagi.run("bans", "add", "2001:db8::66", "--json").object["reason"] as? String == "administrator")
        #expect(try tsunagi.run("bans", "list").output.hasPrefix("2001:db8:0:0::/64 "))
        #expect(try tsunagi.run("bans", "remove", "2001:db8:0:0::/64").exitCode == 0)
        #expect(try tsunagi.run("bans", "add", "１．２．３．４", "--json").object["source"] as? String == "1.2.3.4")
        #expect(try tsunagi.run("bans", "remove", "１.２.３.４").exitCode == 0)
        #expect(try tsunagi.run("number", "password", "1001", "--password-stdin", input: "x\r\n").exitCode == 0)
        #expect(try tsunagi.run("settings", "realm").output == "tsunagi\n")
        #expect(try tsunagi.run("settings", "forbidden-destinations", "--none").output == "none\n")
        #expect(try tsunagi.run("number", "remove", "1001").exitCode == 0)
        let history = try tsunagi.run("history", "1001", "--json")
        #expect(
            history.list.compactMap { $0["action"] as? String } == [
                "number remove", "number password", "block add", "anonymous accept", "anonymous reject", "number add",
            ])
        #expect(history.list.allSatisfy { ($0["at"] as? String)?.hasSuffix("+09:00") == true })
    }

    @Test("a logged call is listed and shown with its decisions")
    func calls() throws {
        try prepare()
        let runtime = try RuntimeDatabase(DataDirectory(path: tsunagi.dataDirectory))
        try runtime.append([
            CallRecord(
                id: "abc", callID: "1@x", startedAt: 1_000, answeredAt: 3_500, endedAt: 4_000, caller: "09011112222",
                callee: "05012345678", status: 200,
                decisions: [.forwarded(condition: .busy, number: "05012345678", to: "1001")],
                legs: [
                    .init(target: "sip:1001@192.0.2.1", sentTo: "udp:192.0.2.1:5060", startedAt: 1_500, status: 200)
                ],
                ladder: [.init(at: 1_250, from: "a", to: "b", label: "INVITE")])
        ])
        for number in ["05012345678", "050-1234-5678", "+815012345678", "sip:090-1111-2222@lab.test"] {
            let list = try tsunagi.run("calls", "list", "--number", number, "--json")
            #expect(list.list.compactMap { $0["id"] as? String } == ["abc"], "\(number)")
        }
        #expect(try tsunagi.run("calls", "list", "--since", "1971-01-01", "--json").list.isEmpty)
        let show = try tsunagi.run("calls", "show", "abc")
        #expect(show.output.contains("05012345678 forwards calls when busy: on to 1001"))
        #expect(show.output.contains("answered after 2.500 s"))
        let json = try tsunagi.run("calls", "show", "abc", "--json").object
        #expect(json["startedAt"] as? String == "1970-01-01T09:00:01.000+09:00")
        // Neither the machine's zone, which is Tokyo's here, nor UTC.
        #expect(try tsunagi.run("settings", "time-zone", "America/New_York").exitCode == 0)
        #expect(try tsunagi.run("calls", "list").output.hasPrefix("1969-12-31 19:00:01  09011112222"))
        #expect(try tsunagi.run("calls", "show", "abc").output.contains("05012345678, 1969-12-31 19:00:01: 200"))
        #expect(
            try tsunagi.run("calls", "list", "--json").list.compactMap { $0["startedAt"] as? String }
                == ["1969-12-31T19:00:01.000-05:00"])
        #expect(try tsunagi.run("calls", "list", "--since", "1969-12-31T19:00:01", "--json").list.count == 1)
        #expect(try tsunagi.run("calls", "list", "--since", "1969-12-31T19:00:02", "--json").list.isEmpty)
    }

    @Test("a configuration is checked without a server")
    func checksConfiguration() throws {
        let good = FileFixture("anonymous.status: 403")
        let shown = try tsunagi.run("configuration", "--config", good.path, "--json")
        #expect(shown.exitCode == 0)
        let status = try #require(shown.list.first { $0["key"] as? String == "anonymous.status" })
        #expect(status["value"] as? [String] == ["403"] && status["isDefault"] as? Bool == false)
        let bad = FileFixture("anonymos: { status: 433 }")
        let refused = try tsunagi.run("configuration", "--config", bad.path)
        #expect(refused.exitCode == 1)
        #expect(refused.errors.contains("did you mean anonymous.status?"), "\(refused.errors)")
    }

    @Test(
        "a file that can't be read or made is told with what names it",
        arguments: [
            (["plan", "/nowhere/f"], "give another one"), (["number", "import", "/nowhere/f"], "give another one"),
            (["holiday", "import", "/nowhere/f"], "give another one"), (["restore", "/nowhere/f"], "give another one"),
            (["replay", "/nowhere/f"], "give another one"),
            (["forward", "off", "--numbers", "/nowhere/f"], "with --numbers"),
            (["settings", "terms", "1", "--japanese", "/nowhere/f", "--english", "/nowhere/f"], "with --japanese"),
            (["export", "/nowhere/f"], "no folder /nowhere"), (["backup", "/nowhere/f"], "no folder /nowhere"),
        ])
    func namesFiles(arguments: [String], remedy: String) throws {
        #expect(try tsunagi.run("number", "add", "1001").exitCode == 0)
        let result = try tsunagi.run(arguments: arguments)
        #expect(result.exitCode == 1)
        #expect(result.errors.hasPrefix("tsunagi: /nowhere/f can't be "), "\(result.errors)")
        #expect(result.errors.contains(remedy), "\(result.errors)")
    }

    @Test("every command has a help with an example of its own, says what it takes, and can answer in JSON")
    func helps() throws {
        let dump = try tsunagi.run("--experimental-dump-help").object
        let commands = Self.commands(in: dump["command"] as? [String: Any] ?? [:], after: [])
        #expect(commands.count > 120)
        for (name, command) in commands {
            let texts = (command["discussion"] as? String ?? "").components(separatedBy: "EXAMPLE\n")
            #expect(texts.count == 2 && texts.last?.contains("  tsunagi \(name)") == true, "\(name)")
            // A longer one is broken where the shell would not go on reading.
            let examples = texts.last?.split(separator: "\n").filter { $0.hasPrefix("  ") } ?? []
            #expect(examples.allSatisfy { $0.count < 80 }, "\(name)")
            let arguments = command["arguments"] as? [[String: Any]] ?? []
            for argument in arguments {
                #expect(argument["abstract"] is String, "\(name): \(argument["valueName"] ?? "")")
            }
            // The server answers phones and browsers.
            #expect(name == "serve" || arguments.contains { $0["valueName"] as? String == "json" }, "\(name)")
        }
    }

    /// Those that do something, by their words.
    private static func commands(in command: [String: Any], after words: [String]) -> [(String, [String: Any])] {
        let parts = (command["subcommands"] as? [[String: Any]] ?? []).filter { $0["commandName"] as? String != "help" }
        if parts.isEmpty { return [(words.joined(separator: " "), command)] }
        return parts.flatMap { commands(in: $0, after: words + [$0["commandName"] as? String ?? ""]) }
    }
}

@Suite struct PasswordInputTests {
    let tsunagi = TsunagiProcess()

    @Test("a password that is not UTF-8 is refused, not repaired")
    func notUTF8() throws {
        let latin = Data([0x47, 0x72, 0xFC, 0xDF, 0x65, 0x0A])
        let add = ["number", "add", "1001", "--password-stdin"]
        let refused = try tsunagi.run(arguments: add, input: latin)
        #expect(refused.exitCode == 1 && refused.errors.contains("the password is not UTF-8"), "\(refused.errors)")
        #expect(try tsunagi.run(arguments: add, input: "Grüße\n").exitCode == 0)
        let changed = try tsunagi.run(arguments: ["number", "password", "1001", "--password-stdin"], input: latin)
        #expect(changed.exitCode == 1 && changed.errors.contains("UTF-8"), "\(changed.errors)")
    }
}

@Suite struct LocalTimeTests {
    @Test("times are read in the forms that people write")
    func reads() throws {
        let utc = try #require(LocalTime.date("2026-12-01T09:00:30Z"))
        #expect(utc.timeIntervalSince1970 == 1_796_115_630)
        #expect(LocalTime.date("2026-12-01 18:00:30+09:00") == utc)
        #expect(LocalTime.date("2026-12-01T04:00:30-05:00") == utc)
        #expect(LocalTime.date("2026-12-01") != nil)
        #expect(LocalTime.date("2026-12-01T09:00") != nil)
        for text in [
            "", "2026-13-01", "2026-02-30", "2026-12-01T25:00Z", "2026-12-01T09:61Z", "2026-12-01T09:00+09:60",
            "tomorrow", "2026-12-01x", "٢٠٢٦-12-01", "2026-12-01T०९:00",
        ] {
            #expect(LocalTime.date(text) == nil, "\(text)")
        }
    }

    @Test("an hour that comes twice when the clock is put back ends something at the next of both")
    func clockPutBack() throws {
        let newYork = try #require(TimeZone(identifier: "America/New_York"))
        let first = try #require(LocalTime.date("2026-11-01T01:30-04:00"))
        let until = try UntilArgument(typed: "01:30")
        #expect(LocalTime.readings("2026-11-01T01:30", in: newYork) == [first, first + 3_600])
        #expect(try until.date(in: newYork, now: first - 60) == first)
        #expect(try until.date(in: newYork, now: first + 600) == first + 3_600)
        #expect(try until.date(in: newYork, now: first + 3_600) == first + 90_000)
        // With its day it is the same time, and an offset says which of both.
        let full = try UntilArgument(typed: "2026-11-01T01:30")
        #expect(try full.date(in: newYork, now: first - 60) == first)
        #expect(try full.date(in: newYork, now: first + 600) == first + 3_600)
        #expect(throws: ControlError.endIsPast("2026-11-01T01:30")) {
            try full.date(in: newYork, now: first + 3_600)
        }
        let second = try UntilArgument(typed: "2026-11-01T01:30-05:00")
        #expect(try second.date(in: newYork, now: first - 60) == first + 3_600)
        for text in ["2026-11-01T01:30-04:00", "2026-11-01T05:30Z", "2026-11-01 01:30:00.5-04:00"] {
            #expect(LocalTime.readings(text, in: newYork).count == 1, "\(text)")
            #expect(throws: ControlError.self) {
                try UntilArgument(typed: text).date(in: newYork, now: first + 600)
            }
        }
        // Half an hour is put back there.
        let lordHowe = try #require(TimeZone(identifier: "Australia/Lord_Howe"))
        let quarter = try #require(LocalTime.date("2026-04-05T01:45+11:00"))
        #expect(LocalTime.readings("2026-04-05T01:45", in: lordHowe) == [quarter, quarter + 1_800])
        for text in ["2026-10-31T01:30", "2026-11-01T00:30", "2026-11-01T02:00"] {
            #expect(LocalTime.readings(text, in: newYork).count == 1, "\(text)")
        }
        #expect(LocalTime.readings("2026-03-08T02:30", in: newYork).isEmpty)
    }

    @Test("full-width digits are those that they stand for")
    func fullWidth() throws {
        let time = try #require(LocalTime.date("2026-12-28T18:30:15+09:00"))
        #expect(LocalTime.date("２０２６-12-28T１８:３０:１５+０９:００") == time)
        #expect(LocalTime.date("２０２６－１２－２８Ｔ１８：３０：１５＋０９：００") == time)
        let day = try #require(LocalTime.end("2026-12-28", in: .gmt))
        #expect(LocalTime.end("２０２６-12-２８", in: .gmt) == day)
        let noon = Date(timeIntervalSince1970: 1_796_126_400)
        for (typed, meant) in [("１８:００", "18:00"), ("９０m", "90m"), ("２０２６-12-28T１８:００", "2026-12-28T18:00")] {
            let until = try UntilArgument(typed: typed).date(in: .gmt, now: noon)
            #expect(try UntilArgument(typed: meant).date(in: .gmt, now: noon) == until)
        }
    }
}
