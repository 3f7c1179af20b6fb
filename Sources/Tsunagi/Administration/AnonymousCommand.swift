import ArgumentParser
import ControlPlane
import Directory

extension NonPresentationReason: ExpressibleByArgument {}

struct AnonymousCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "anonymous", abstract: "Calls that show no caller's number.",
        subcommands: [Reject.self, Accept.self, Show.self])

    struct Reject: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "reject",
            abstract: "Turn away calls without a caller's number.",
            discussion: """
                Without --reason, those whose number is withheld. Each --reason adds one. Where calls are turned away \
                already, --hours, --days, --ends and --any-time without --reason leave the reasons as they are.

                With --hours, --days and --ends they are turned away only then, by the clock of "tsunagi settings \
                time-zone"; a number has one schedule for all reasons. What counts is when a call comes. What \
                of them is not given stays as it is; --any-time takes the whole schedule off.

                EXAMPLE
                  tsunagi anonymous reject 05012345678
                  tsunagi anonymous reject 05012345678 --reason payphone --reason unavailable
                  tsunagi anonymous reject 05012345678 \\
                      --hours 18:00-09:00 --days mon-fri,holidays
                  tsunagi anonymous reject 05012345678 --ends 2026-12-28
                  tsunagi anonymous reject 05012345678 --any-time
                """)

        @Argument(help: "One of our numbers, as it is dialled, an extension or a name.", completion: .offered(.numbers))
        var number: String

        @Option(help: "withheld, payphone, unavailable or interaction.")
        var reason: [NonPresentationReason] = []

        @OptionGroup var schedule: ScheduleOptions
        @OptionGroup var common: ChangingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let state = try workplace.session.rejectAnonymous(
                reason, schedule: schedule.order(workplace.session), of: ControlSession.parsed(number))
            try output.show(state, text: AnonymousCommand.text(state))
            if !schedule.isGiven, let kept = state.schedule {
                output.note("the schedule stays, \(kept.text); --any-time takes it off")
            }
        }
    }

    struct Accept: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "accept",
            abstract: "Accept calls without a caller's number again.",
            discussion: """
                Without --reason, all of them. Each --reason takes one from those that are turned away.

                EXAMPLE
                  tsunagi anonymous accept 05012345678 --reason payphone
                """)

        @Argument(help: "One of our numbers, as it is dialled, an extension or a name.", completion: .offered(.numbers))
        var number: String

        @Option(help: "withheld, payphone, unavailable or interaction.")
        var reason: [NonPresentationReason] = []

        @OptionGroup var common: ChangingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let state = try workplace.session.acceptAnonymous(reason, of: ControlSession.parsed(number))
            try output.show(state, text: AnonymousCommand.text(state))
        }
    }

    struct Show: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Show which calls without a caller's number are turned away.",
            discussion: """
                EXAMPLE
                  tsunagi anonymous show 05012345678
                """)

        @Argument(help: "One of our numbers, as it is dialled, an extension or a name.", completion: .offered(.numbers))
        var number: String
        @OptionGroup var common: ReadingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let state = try workplace.session.anonymous(of: ControlSession.parsed(number))
            try output.show(state, text: AnonymousCommand.text(state))
        }
    }

    private static func text(_ state: AnonymousState) -> String {
        func names(_ reasons: [NonPresentationReason]) -> String {
            reasons.isEmpty ? "none" : reasons.map(\.rawValue).joined(separator: ", ")
        }
        let lacking = state.lacking.map { "\n  (needs the option \($0.rawValue): until then all are accepted)" }
        let schedule = state.schedule.map {
            "\n  applies      \($0.text)" + (state.appliesNow == false ? "; not now" : "")
        }
        return """
            \(state.number), calls without a caller's number
              turned away  \(names(state.rejected))
              accepted     \(names(state.accepted))\(schedule ?? "")\(lacking ?? "")
            """
    }
}
