import ControlPlane
import Directory
import Foundation
import Testing

@testable import Tsunagi

@Suite struct BlueprintFileTests {
    private func refusal(_ text: String) -> String {
        do {
            _ = try BlueprintFile(text: text, name: "x.yaml")
            return "read"
        } catch {
            return "\(error)"
        }
    }

    @Test(
        "what can't be read is told with its line, its path and what may stand there",
        arguments: [
            (
                "numbers:\n  - number: 1001\n    forwading: {}",
                "x.yaml, line 3, numbers[0].forwading: there is no such key; did you mean forwarding?"
            ),
            ("frobnicate: 1", "x.yaml, line 1, frobnicate: there is no such key; there are version, settings"),
            ("numbers:\n  - ring: 5", "x.yaml, line 2, numbers[0]: number is missing"),
            (
                "numbers:\n  - number: 1001\n    ring: long",
                "line 3, numbers[0].ring: this can't be \"long\"; it is a whole number"
            ),
            (
                "numbers:\n  - number: 1\n    forwarding: {busy: }",
                "numbers[0].forwarding.busy: this can't be nothing; it is a text"
            ),
            (
                "numbers:\n  - number: 1\n    kind: main",
                "numbers[0].kind: this can't be \"main\"; it is one of pilot, direct-dial"
            ),
            ("numbers:\n  - number: 1\n    destinations: {6: x}", "numbers[0].destinations.6: there is no such key"),
            (
                "numbers:\n  - number: 1\n    block: 0901111222",
                "numbers[0].block: this can't be \"0901111222\"; it is a list"
            ),
            ("numbers: [", "x.yaml, line 2: this is not YAML"),
            ("version: 2", "x.yaml, line 1, version: this can't be 2; it is 1"),
            (
                "numbers:\n  - number: 1\n    password-env: NONE_SUCH",
                "it is the name of an environment variable that is set"
            ),
            ("trunks:\n  - prefix: 03\n    prefix: 04", "is there twice"),
            ("numbers:\n  - number: 1\n    contract: C-1\n    voice-contract: N1", "either contract or voice-contract"),
            (
                "numbers:\n  - number: 1\n    forwarding: {busy: {to: 2, hours: 9-18}}",
                "x.yaml, line 3, numbers[0].forwarding.busy.hours: \"9-18\" are no hours"
            ),
            (
                "numbers:\n  - number: 1\n    forwarding: {busy: {to: 2, days: monday}}",
                "numbers[0].forwarding.busy.days: \"monday\" in \"monday\" is no day"
            ),
            (
                "numbers:\n  - number: 1\n    forwarding: {busy: {to: 2, ends: soon}}",
                "busy.ends: this can't be \"soon\"; it is a time such as 2026-12-28T09:00"
            ),
            ("numbers:\n  - number: 1\n    forwarding: {busy: {hours: 09:00-18:00}}", "busy: to is missing"),
            (
                "users:\n  - email: a@b.jp\n    role: boss",
                "users[0].role: this can't be \"boss\"; it is one of general"
            ),
            ("users:\n  - email: a@b.jp\n    password: x", "line 3, users[0].password: there is no such key"),
            ("groups:\n  - group: Sales", "line 2, groups[0]: company is missing"),
            ("logins:\n  - login: tokyo01\n    numbers: 050", "logins[0].numbers: this can't be \"050\"; it is a list"),
            ("admins:\n  - contract: C-1", "line 2, admins[0]: admin is missing"),
        ])
    func refuses(text: String, reason: String) {
        #expect(refusal(text).contains(reason), "\(refusal(text))")
    }

    @Test("digits stay text with or without quotation marks, and nothing states nothing")
    func reads() throws {
        let blueprint = try BlueprintFile(
            text: "numbers: [{number: 0501234, contract: null, forwarding: {busy: 0312345678}}]", name: "x"
        ).blueprint
        #expect(blueprint.numbers.first?.number.value == "0501234")
        #expect(blueprint.numbers.first?.forwarding.rules?[.busy]?.value == "0312345678")
        #expect(blueprint.numbers.first?.place != nil && blueprint.numbers.first?.kind == nil)
        #expect(try BlueprintFile(text: "{}", name: "x").blueprint.numbers.isEmpty)
    }

    @Test("the end of a rule is meant in the zone that the file sets, and a day means the whole of it")
    func zones() throws {
        func end(_ settings: String, _ ends: String) throws -> Int64? {
            let text = settings + "numbers: [{number: 1, forwarding: {busy: {to: 2, ends: \(ends)}}}]"
            let zone = try #require(TimeZone(identifier: "Asia/Tokyo"))
            let blueprint = try BlueprintFile(text: text, name: "x", zone: zone).blueprint
            return blueprint.numbers.first?.forwarding.schedules?[.busy]?.value.ends?.milliseconds
        }
        let morning: Int64 = 1_798_416_000_000
        #expect(try end("", "2026-12-28T09:00") == morning)
        #expect(try end("", "2026-12-27") == morning - 9 * 3_600_000)
        #expect(try end("settings: {time-zone: UTC}\n", "2026-12-28T00:00") == morning)
        #expect(try end("settings: {time-zone: UTC}\n", "2026-12-28T09:00:00+09:00") == morning)
    }

    @Test("what is written is read as the same text, whatever is in it", arguments: BlueprintWriter.Format.allCases)
    func quotes(format: BlueprintWriter.Format) throws {
        let names = [
            "株式会社 日本", "a \"b\" \\ c", "no", "NULL", "0x10", "- a", "a: b", "#c", "'x'", "{}", "a\u{85}b", "é", "@",
            "~",
            "1e3", "true", "a,b", " x ",
        ]
        var text = ""
        var writer = BlueprintWriter(format) { text += $0 }
        for name in names { try writer.append(.company(Blueprint.Company(name: Stated(name)))) }
        try writer.finish()
        let blueprint = try BlueprintFile(text: text, name: "x").blueprint
        #expect(blueprint.companies.map(\.name.value) == names)
    }

    /// Of so many numbers that they come in several pieces.
    private static func numbers(_ range: Range<Int>, _ write: (Int) -> String) -> String {
        range.map(write).joined()
    }

    @Test("a file that is read in pieces is the same as one that is read at once")
    func pieces() throws {
        let yaml =
            """
            # A comment
            version: 1
            companies: [{name: A}]
            numbers:  # many

            """
            + Self.numbers(0..<9_000) {
                "  # number \($0)\n  - number: \"\(1_000_000 + $0)\"\n    forwarding:\n      busy: \"0312345678\"\n\n"
            } + "holidays:\n- day: 2027-01-04\n  name: \"off, \\\"quite\\\" [so\"\nsettings:\n  realm: lab\n"
        let json =
            "{\n\"companies\": [{\"name\": \"A\"}],\"numbers\":["
            + Self.numbers(0..<9_000) {
                ($0 == 0 ? "" : ",")
                    + "{\"number\":\"\(1_000_000 + $0)\",\n\"forwarding\":{\"busy\":\"0312345678\"}}"
            } + "],\"holidays\": [{\"day\": \"2027-01-04\", \"name\": \"off, \\\"quite\\\" [so\"}],"
            + "\"settings\": {\"realm\": \"lab\"}}"
        for text in [yaml, json] {
            let count = unsafe Array(text.utf8).withUnsafeBytes { unsafe BlueprintPieces($0).pieces.count }
            #expect(count > 2)
            let whole = try BlueprintFile(text: text, name: "x").blueprint
            let cut = try BlueprintFile(pieces: Data(text.utf8), name: "x").blueprint
            #expect(whole.numbers.map(\.number.value) == cut.numbers.map(\.number.value))
            #expect(whole.numbers.map(\.number.place) == cut.numbers.map(\.number.place))
            #expect(cut.numbers.allSatisfy { $0.forwarding.rules?[.busy]?.value == "0312345678" })
            #expect(cut.numbers.count == 9_000 && cut.companies.count == 1)
            #expect(cut.holidays.map { $0.name?.value } == ["off, \"quite\" [so"])
            #expect(cut.holidays[0].day.place == whole.holidays[0].day.place)
            #expect(cut.settings.realm?.value == "lab" && cut.settings.realm?.place == whole.settings.realm?.place)
        }
    }

    @Test("what is wrong in a piece is told with its line in the file and its place in the list")
    func flawInPiece() {
        let good = Self.numbers(0..<9_000) {
            "  - number: \"\(1_000_000 + $0)\"\n    forwarding: {busy: \"0312345678\"}\n"
        }
        func refusal(_ text: String) -> String {
            do {
                return "\(try BlueprintFile(pieces: Data(text.utf8), name: "x").blueprint.numbers.count)"
            } catch {
                return "\(error)"
            }
        }
        #expect(refusal("numbers:\n" + good) == "9000")
        #expect(refusal(String(repeating: "# nothing\n", count: 9_000)).hasPrefix("x is empty:"))
        #expect(
            refusal("numbers:\n" + good + "  - number: 1\n    rang: 5\n")
                == "x, line 18003, numbers[9000].rang: there is no such key; did you mean ring?")
        #expect(refusal("numbers:\n" + good + "  - number: \"1\n").hasPrefix("x, line 18003: this is not YAML"))
        #expect(refusal("numbers:\n" + good + "numbers:\n  - number: 1\n").contains("is there twice"))
        #expect(
            refusal("numbers:\n" + good + "frobnicate: 1\n").contains("line 18002, frobnicate: there is no such key"))
    }
}
