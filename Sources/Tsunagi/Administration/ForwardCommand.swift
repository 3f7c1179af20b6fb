import ArgumentParser
import ControlPlane
import Directory

extension ForwardingCondition: ExpressibleByArgument {}

struct ForwardCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forward", abstract: "Forwarding: where a number's calls go, and when.",
        discussion: """
            The office has lost its line:
              tsunagi forward set --site TOKYO --to 09012345678 --until 18:00 --preview
              tsunagi forward set --site TOKYO --to 09012345678 --until 18:00
            It is back before that:
              tsunagi forward restore --site TOKYO
            """,
        subcommands: [Set.self, Show.self, Off.self, List.self, Restore.self, Operations.self])

    struct Show: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Show a number's rules, what lies over them for a time, and its saved destinations.",
            discussion: """
                EXAMPLE
                  tsunagi forward show 05012345678
                """)

        @Argument(help: "One of our numbers, as it is dialled, an extension or a name.", completion: .offered(.numbers))
        var number: String
        @OptionGroup var common: ReadingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let state = try workplace.session.forwarding(of: ControlSession.parsed(number))
            try output.show(state, text: ForwardingText.sheet(state))
        }
    }

    struct List: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List the numbers that forward calls, if only for a time.",
            discussion: """
                EXAMPLE
                  tsunagi forward list
                  tsunagi forward list --contract Y0001234 --site TOKYO
                """)

        @OptionGroup var listed: ListedNumbersOptions

        @OptionGroup var common: ReadingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            var last: PhoneNumber?
            try output.list(
                {
                    let page = try workplace.session.forwardingNumbers(
                        after: last, in: listed.filter, limit: 1_000)
                    last = page.last.flatMap { try? PhoneNumber($0.number) }
                    return page
                },
                empty: listed.isGiven ? "None of these numbers forwards its calls." : "No number forwards its calls.",
                text: ForwardingText.line)
        }
    }
}
