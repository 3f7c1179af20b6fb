import ArgumentParser
import ControlPlane
import Directory
import Foundation
import Storage

extension ForwardCommand {
    struct Set: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "set",
            abstract: "Switch forwarding on for one number or for many. It holds for the next call.",
            discussion: """
                The destination is a number, a sip: URI or voicemail. It is kept as one of the number's five saved \
                destinations; if all five are taken, in the place of the one that was saved first of those that no rule uses, \
                which is told. While "always" is on, the other conditions rest.

                With --hours, --days and --ends the rule applies only then, by the clock of "tsunagi settings \
                time-zone". What of them is not given a rule that has a schedule keeps (but for an end that has passed), and \
                --any-time takes it off whole; any other applies at any time. Hours over midnight belong to the day on which they begin. What \
                counts is when a call comes, however long it rings.

                With --until the forwarding is temporary: it lies over the numbers' own rules, which stay as they are and \
                hold again by themselves from then on. "tsunagi forward restore" takes it off before that.

                Many numbers are changed all at once or, if it is refused for one of them, not at all (--skip-refused \
                changes the others). Nothing is asked: --preview tells before what would be changed.

                EXAMPLE
                  tsunagi forward set 05012345678 --when no-answer --to 0312345678 --ring 20
                  tsunagi forward set 05012345678 --when busy --to sip:bob@lab.test
                  tsunagi forward set 05012345678 --when unreachable --to voicemail
                  tsunagi forward set 05012345678 --when always --to 0312345678 \\
                      --hours 18:00-09:00 --days mon-fri
                  tsunagi forward set 05012345678 --when always --to 0312345678 \\
                      --days sat,sun,holidays
                  tsunagi forward set 05012345678 --when always --to 0312345678 \\
                      --ends 2026-12-28T09:00
                  tsunagi forward set 05012345678 --to 09012345678 --until 18:00
                  tsunagi forward set --contract Y0001234 --to 09012345678 \\
                      --until 2026-12-28T09:00 --preview
                  tsunagi forward set --numbers numbers.txt --when busy --to voicemail \\
                      --skip-refused
                """)

        @Argument(help: "One number; many are named by the options.", completion: .offered(.numbers))
        var number: String?

        @Option(help: "always, busy, no-answer or unreachable (with --until, always may be left out).")
        var when: ForwardingCondition?

        @Option(help: "A number, a sip: URI or voicemail.", completion: .offered(.destinations))
        var to: String

        private static let ringRange =
            "\(ForwardingRules.ringSecondsRange.lowerBound) to \(ForwardingRules.ringSecondsRange.upperBound)"

        @Option(help: "Seconds that the phone rings before a call counts as not answered: \(Self.ringRange).")
        var ring: Int?

        @Option(
            help: ArgumentHelp(
                "For a time only: 18:00 (the next), 90m, 2h, 3d, 2026-12-28T09:00, or 2026-12-28 for the whole of that "
                    + "day. \(EndArgument.repeatedHour)", valueName: "time"),
            transform: { try UntilArgument(typed: $0) })
        var until: UntilArgument?

        @OptionGroup var schedule: ScheduleOptions
        @OptionGroup var selection: SelectionOptions
        @OptionGroup var many: ManyOptions
        @OptionGroup var common: ChangingOptions

        func validate() throws {
            try ForwardCommand.validate(number, selection, many)
            guard when != nil || until != nil else {
                throw ValidationError("Give --when (or --until, for all calls until then).")
            }
            guard until == nil || (ring == nil && !schedule.isGiven) else {
                throw ValidationError(
                    "Temporary forwarding (--until) has no --ring, --hours, --days, --ends and --any-time.")
            }
        }

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let order = try order(workplace.session)
            if let selection = try selection.selection() {
                try ForwardCommand.change(selection, order, many, in: workplace, output)
            } else if let number {
                try ForwardCommand.change(number, order, in: workplace, output)
            }
            if NumberPlan.halfWidth(to).lowercased() == "voicemail", !many.preview {
                output.note("voice mail is reached where the server's configuration says (voicemail.uri)")
            }
        }

        private func order(_ session: ControlSession) throws -> ForwardingOrder {
            let condition = when ?? .always
            guard let until else {
                return .set(condition, to: to, ringSeconds: ring, schedule: try schedule.order(session))
            }
            return .layOver(condition, to: to, until: try until.date(in: session.localClock().zone).milliseconds)
        }
    }

    struct Off: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "off",
            abstract: "Switch forwarding off for one number or for many. The destinations stay saved.",
            discussion: """
                With --until only for a time: the rules stay as they are, and hold again by themselves from then on.

                EXAMPLE
                  tsunagi forward off 05012345678 --when busy
                  tsunagi forward off 05012345678
                  tsunagi forward off --site TOKYO --until 18:00
                """)

        @Argument(help: "One number; many are named by the options.", completion: .offered(.numbers))
        var number: String?

        @Option(help: "One condition (default: all of them).")
        var when: ForwardingCondition?

        @Option(
            help: ArgumentHelp(
                "For a time only: 18:00 (the next), 90m, 2h, 3d, 2026-12-28T09:00, or 2026-12-28 for the whole of that "
                    + "day. \(EndArgument.repeatedHour)", valueName: "time"),
            transform: { try UntilArgument(typed: $0) })
        var until: UntilArgument?

        @OptionGroup var selection: SelectionOptions
        @OptionGroup var many: ManyOptions
        @OptionGroup var common: ChangingOptions

        func validate() throws { try ForwardCommand.validate(number, selection, many) }

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let end = try until?.date(in: workplace.session.localClock().zone).milliseconds
            let order: ForwardingOrder = end.map { .layOff(when, until: $0) } ?? .off(when)
            if let selection = try selection.selection() {
                try ForwardCommand.change(selection, order, many, in: workplace, output)
            } else if let number {
                try ForwardCommand.change(number, order, in: workplace, output)
            }
        }
    }

    fileprivate static func validate(_ number: String?, _ selection: SelectionOptions, _ many: ManyOptions) throws {
        guard (number == nil) == selection.isGiven else {
            throw ValidationError("Give a number, or which numbers: --contract, --site, --numbers …")
        }
        guard number == nil || (!many.preview && !many.skipRefused) else {
            throw ValidationError("--preview and --skip-refused are for many numbers.")
        }
    }

    private static func change(
        _ number: String, _ order: ForwardingOrder, in workplace: Workplace, _ output: CommandOutput
    ) throws {
        let state = try workplace.session.changeForwarding(of: ControlSession.parsed(number), order)
        try output.show(state, text: ForwardingText.sheet(state))
        if case .set(let condition, _, _, schedule: .kept) = order,
            let schedule = state.rules.first(where: { $0.when == condition })?.schedule
        {
            output.note("the rule keeps its schedule, \(schedule.text); --any-time takes it off")
        }
        if let replaced = state.replaced {
            output.note(
                "the destination has taken \(ForwardingText.place(of: replaced)): all "
                    + "\(ForwardingRules.savedDestinationCount) were taken, and no rule used that one")
        }
    }

    private static func change(
        _ selection: NumberSelection, _ order: ForwardingOrder, _ many: ManyOptions, in workplace: Workplace,
        _ output: CommandOutput
    ) throws {
        let outcome = try workplace.session.changeForwarding(
            of: selection, order, commits: !many.preview, skipsRefused: many.skipRefused)
        try OutcomeSheet(outcome: outcome, purpose: .change, isPreview: many.preview, goesOn: many.skipRefused)
            .show(output)
    }
}
