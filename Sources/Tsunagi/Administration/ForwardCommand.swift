import ArgumentParser
import ControlPlane
import Directory

extension ForwardingCondition: ExpressibleByArgument {}

struct ForwardCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forward", abstract: "Forwarding: where a number's calls go, and when.",
        subcommands: [Set.self, Show.self, Off.self, List.self])

    struct Set: AdministrationCommand {
        static let configuration = CommandConfiguration(
            abstract: "Switch forwarding on for one condition. It holds for the next call.",
            discussion: """
                The destination is a number, a sip: URI or voicemail. It is kept as one of the number's five saved \
                destinations. While "always" is on, the other conditions rest.

                With --hours, --days and --ends the rule applies only then, by the clock of "tsunagi settings \
                time-zone"; without them at any time. Hours over midnight belong to the day on which they begin. What \
                counts is when a call comes, however long it rings.

                EXAMPLE
                  tsunagi forward set 05012345678 --when no-answer --to 0312345678 --ring 20
                  tsunagi forward set 05012345678 --when busy --to sip:bob@lab.test
                  tsunagi forward set 05012345678 --when unreachable --to voicemail
                  tsunagi forward set 05012345678 --when always --to 0312345678 --hours 18:00-09:00 --days mon-fri
                  tsunagi forward set 05012345678 --when always --to 0312345678 --days sat,sun,holidays
                  tsunagi forward set 05012345678 --when always --to 0312345678 --ends 2026-12-28T09:00
                """)

        @Argument var number: String

        @Option(help: "always, busy, no-answer or unreachable.")
        var when: ForwardingCondition

        @Option(help: "A number, a sip: URI or voicemail.")
        var to: String

        @Option(help: "Seconds that the phone rings before a call counts as not answered: 5 to 30.")
        var ring: Int?

        @OptionGroup var schedule: ScheduleOptions
        @OptionGroup var common: CommonOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let number = try ControlSession.parsed(number)
            let state = try workplace.session.setForwarding(
                of: number, when: when, to: to, ringSeconds: ring, schedule: try schedule.schedule(workplace.session))
            try output.show(state, text: ForwardCommand.text(state))
            if state.rules.contains(where: { $0.when == when && $0.to == "voicemail" }) {
                output.note("voice mail is reached where the server's configuration says (voicemail.uri)")
            }
        }
    }

    struct Show: AdministrationCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show a number's rules and saved destinations.",
            discussion: """
                EXAMPLE
                  tsunagi forward show 05012345678
                """)

        @Argument var number: String
        @OptionGroup var common: CommonOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let state = try workplace.session.forwarding(of: ControlSession.parsed(number))
            try output.show(state, text: ForwardCommand.text(state))
        }
    }

    struct Off: AdministrationCommand {
        static let configuration = CommandConfiguration(
            abstract: "Switch forwarding off. The destinations stay saved.",
            discussion: """
                EXAMPLE
                  tsunagi forward off 05012345678 --when busy
                  tsunagi forward off 05012345678
                """)

        @Argument var number: String

        @Option(help: "One condition (default: all of them).")
        var when: ForwardingCondition?

        @OptionGroup var common: CommonOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let state = try workplace.session.stopForwarding(of: ControlSession.parsed(number), when: when)
            try output.show(state, text: ForwardCommand.text(state))
        }
    }

    struct List: AdministrationCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the numbers that forward calls.",
            discussion: """
                EXAMPLE
                  tsunagi forward list
                """)

        @OptionGroup var common: CommonOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            var last: PhoneNumber?
            try output.list(
                {
                    let page = try workplace.session.forwardingNumbers(after: last, limit: 1_000)
                    last = page.last.flatMap { try? PhoneNumber($0.number) }
                    return page
                }, empty: "No number forwards its calls.", text: ForwardCommand.line)
        }
    }

    private static func text(_ state: ForwardingState) -> String {
        var lines = ["\(state.number) rings for up to \(state.ringSeconds) seconds"]
        if state.rules.isEmpty { lines.append("  forwards no calls") }
        for rule in state.rules {
            lines.append(
                "  " + rule.when.rawValue.column(13) + "→ " + rule.to + notes(rule).map { "  " + $0 }.joined()
                    + (schedule(of: rule).map { "  applies " + $0 } ?? ""))
        }
        if !state.saved.isEmpty { lines.append("saved destinations") }
        for saved in state.saved { lines.append("  \(saved.slot)  \(saved.to)") }
        return lines.joined(separator: "\n")
    }

    /// `mon-fri 18:00-09:00; not now`.
    private static func schedule(of rule: ForwardingState.Rule) -> String? {
        rule.schedule.map { $0.text + (rule.appliesNow == false ? "; not now" : "") }
    }

    private static func line(_ state: ForwardingState) -> String {
        let rules = state.rules.map { rule in
            "\(rule.when.rawValue) → \(rule.to)" + notes(rule).map { " " + $0 }.joined()
                + (schedule(of: rule).map { " (\($0))" } ?? "")
        }
        return state.number.column(18) + rules.joined(separator: ", ")
    }

    /// Why a rule does not apply.
    private static func notes(_ rule: ForwardingState.Rule) -> [String] {
        (rule.resting ? ["(resting)"] : []) + (rule.lacking.map { ["(needs the option \($0.rawValue))"] } ?? [])
    }
}
