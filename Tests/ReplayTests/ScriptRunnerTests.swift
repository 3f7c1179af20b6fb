import Replay
import Testing

/// What the runner says when a script and the engine disagree, or when a script can't be read.
@Suite struct ScriptRunnerTests {
    private static let head = """
        rules
            number 05012345678
        phones
            alice  udp 203.0.113.10:5060  as sip:0901111222@carrier.example
            bob    udp 192.0.2.20:5060    registered for 05012345678
        steps

        """

    /// Plays steps, which begin at line 7.
    private func failures(_ steps: String) throws -> [String] {
        let lines = steps.split(separator: "\n").map { "    " + $0 }.joined(separator: "\n")
        return ScriptRunner.run(try Script(Self.head + lines + "\n", file: "x.script")).failures
    }

    private func complaint(_ text: String) -> String {
        do {
            _ = try Script(text, file: "x.script")
            return ""
        } catch {
            return error.description
        }
    }

    @Test("a message that does not come is missed, with line and time")
    func missing() throws {
        #expect(
            try failures("alice sends INVITE to 05012345678\nalice expects 180 within 100ms") == [
                "x.script:8: alice has received nothing, at 0.100 s; expected 180"
            ])
    }

    @Test("another message than the one expected is named")
    func another() throws {
        #expect(
            try failures("alice sends INVITE to 05012345678\nbob expects CANCEL") == [
                "x.script:8: bob has received \"INVITE sip:bob@192.0.2.20:5060\", at 0.000 s; expected CANCEL"
            ])
    }

    @Test("a message that no step expects is a failure, and so is one that comes after the last step")
    func unexpected() throws {
        #expect(
            try failures("alice sends INVITE to 05012345678") == [
                "x.script: bob has received \"INVITE sip:bob@192.0.2.20:5060\", at 0 ms; no step expects it"
            ])
        #expect(
            try failures("alice sends INVITE to 05012345678\nbob expects INVITE") == [
                "x.script: alice has received \"408 Request Timeout\", at 32000 ms; no step expects it"
            ])
    }

    @Test("a header that is otherwise is shown as it is, with the condition's line")
    func condition() throws {
        let steps = "alice sends INVITE to 05012345678\nbob expects INVITE\n    Max-Forwards is 70\nbob answers 486"
        #expect(
            try failures(steps) == [
                "x.script:9: \"INVITE sip:bob@192.0.2.20:5060\" at bob: Max-Forwards is \"69\", not \"70\""
            ])
    }

    @Test("what has changed on its way is found")
    func changed() throws {
        let steps = """
            alice sends INVITE to 05012345678
                P-Asserted-Identity: <tel:+81901111222>
                X-Kept: 1
            bob expects INVITE
                unchanged
            bob answers 200
                X-Order: 1
            alice expects 200
                X-Order is 2
            """
        #expect(
            try failures(steps) == [
                "x.script:15: \"200 OK\" at alice: X-Order is \"1\", not \"2\""
            ])
    }

    @Test("a message that comes too early or too late is told so")
    func time() throws {
        let early = "alice sends INVITE to 05012345678\nbob expects INVITE after 1s"
        #expect(try failures(early) == ["x.script:8: INVITE has come to bob 1000 ms too early"])
        let late = "alice sends INVITE to 05012345678\nbob expects INVITE\nalice expects 100 after 100ms"
        #expect(try failures(late) == ["x.script:9: alice has received nothing, at 0.100 s; expected 100"])
        let quiet = "alice sends INVITE to 05012345678\nbob expects INVITE\nbob answers 180\nnothing for 1s"
        #expect(try failures(quiet).isEmpty == false)
    }

    @Test("a final response of a phone has to be acknowledged")
    func acknowledgement() throws {
        let steps = """
            alice sends INVITE to 05012345678
            bob expects INVITE
            lose next to bob
            bob answers 486
            alice expects 486
            """
        #expect(try failures(steps) == ["x.script: the 486 of bob was never acknowledged"])
    }

    @Test("a decision that was not taken, and one that is not told, are failures")
    func outcome() throws {
        let steps = "alice sends INVITE to 05012345678\n    Max-Forwards: 0\nalice expects 483\n"
        let text = Self.head + steps.split(separator: "\n").map { "    " + $0 + "\n" }.joined()
        let report = ScriptRunner.run(try Script(text + "outcome\n    status 200\n", file: "x.script"))
        #expect(report.failures == ["x.script:10: the call log has 0 entries, not one for call 1"])
    }

    @Test("the ladder goes as far as the script got")
    func ladder() throws {
        let steps = "alice sends INVITE to 05012345678\nbob expects CANCEL\n"
        let text = Self.head + steps.split(separator: "\n").map { "    " + $0 + "\n" }.joined()
        let report = ScriptRunner.run(try Script(text, file: "x.script"))
        #expect(report.ladder.text().contains("INVITE sip:bob@192.0.2.20:5060"))
    }

    @Test(
        "a script that can't be read is refused with the line and what would be right",
        arguments: [
            ("steps\n\talice", "x.script:2: a tab: indent with blanks"),
            ("  steps\nrules\n", "x.script:2: \"rules\" is indented like no line above it"),
            (
                "stepps\n",
                "x.script:1: \"stepps\" is no section; there are title, rules, phones, steps, capture and outcome"
            ),
            ("rules\n    number 05>x\n", "x.script:2: \"05>x\" has the character \">\", which no number"),
            ("rules\n    number 050123456789012345\n", "x.script:2: \"050123456789012345\" has too many characters"),
            ("phones\n    a udp 1.2.3\n", "x.script:2: \"1.2.3\" is no address such as 192.0.2.10:5060"),
            ("phones\n    a udp 1.2.3.4\n    a udp 1.2.3.5\n", "x.script:3: there are two phones a"),
            ("steps\n    wait 20\n", "x.script:2: \"20\" is no time such as 20s, 200ms or 3m"),
            ("steps\n    wait 9e99h\n", "x.script:2: \"9e99h\" is no time"),
            ("steps\n    alice sends INVITE\n", "x.script:2: there is no phone alice"),
            ("rules\n    trunk 03 without-diversion\n", "x.script:2: \"without-diversion\" stands behind a gateway"),
            ("rules\n    anonymous.status 480\n", "x.script:2: anonymous.status is 433 or 403, not 480"),
            ("rules\n    blocked.status 200\n", "x.script:2: blocked.status is 400 to 699, not 200"),
            ("rules\n    forwarding.limit 21\n", "x.script:2: forwarding.limit is 0 to 20, not 21"),
            ("rules\n    breadth 0\n", "x.script:2: breadth is 1 to 1000, not 0"),
            ("rules\n    timer-c 180s\n", "x.script:2: timer-c is 181s to 86400s"),
            ("rules\n    emergency.numbers 110 police\n", "x.script:2: \"police\" is no number such as 110"),
            ("rules\n    voicemail.uri vm\n", "x.script:2: \"vm\" is no URI such as sip:voicemail@192.0.2.90"),
            ("title x\n", "x.script: a script has the sections \"phones\" and \"steps\", or a line \"capture FILE\""),
            ("phones\n    a udp 1.2.3.4\nsteps\n    a dances\n", "x.script:4: \"a dances\": a phone sends, answers"),
            (
                "phones\n    a udp 1.2.3.4\nsteps\n    a expects 180\n        Via maybe x\n",
                "x.script:5: after a name comes is, contains, lacks, or a number and \"times\"; not \"maybe\""
            ),
        ])
    func unreadable(_ text: String, _ beginning: String) {
        #expect(complaint(text).hasPrefix(beginning), "\(complaint(text))")
    }

    @Test("random cuts and repetitions of a script never crash the reader or the runner")
    func robust() throws {
        let text =
            Self.head + """
                    alice sends INVITE to 05012345678
                        Privacy: id
                        | body
                    bob expects INVITE within 1s
                        Via 2 times
                    bob answers 180
                    alice expects 180
                    bob answers 200
                    alice expects 200
                    alice and bob talk
                    alice hangs up on bob
                outcome
                    status 200
                """
        var state: UInt64 = 7
        func random(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % limit
        }
        for _ in 0..<500 {
            var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            for _ in 0..<(1 + random(3)) {
                let place = random(lines.count)
                switch random(3) {
                case 0: lines.remove(at: place)
                case 1: lines.insert(lines[random(lines.count)], at: place)
                default: lines[place] = String(lines[place].prefix(random(40)))
                }
            }
            guard let script = try? Script(lines.joined(separator: "\n"), file: "x") else { continue }
            _ = ScriptRunner.run(script).ladder.text()
        }
    }
}
