import ArgumentParser
import ControlPlane

struct BlockCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "block", abstract: "Callers that a number turns away, 30 at most.",
        subcommands: [Add.self, Remove.self, List.self])

    struct Add: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "add",
            abstract: "Turn away a caller from now on.",
            discussion: """
                EXAMPLE
                  tsunagi block add 05012345678 09011112222
                """)

        @Argument(help: "Whose calls.", completion: .offered(.numbers)) var number: String
        @Argument(help: "Who is turned away: a number, or an extension or a name of ours.") var caller: String
        @OptionGroup var common: ChangingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let state = try workplace.session.block(typed: caller, for: ControlSession.parsed(number))
            try output.show(state, text: BlockCommand.text(state))
        }
    }

    struct Remove: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove",
            abstract: "Let a caller through again.",
            discussion: """
                EXAMPLE
                  tsunagi block remove 05012345678 09011112222
                """)

        @Argument(help: "Whose calls.", completion: .offered(.numbers)) var number: String
        @Argument(help: "Who is let through.") var caller: String
        @OptionGroup var common: ChangingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let state = try workplace.session.unblock(
                ControlSession.parsed(caller), for: ControlSession.parsed(number))
            try output.show(state, text: BlockCommand.text(state))
        }
    }

    struct List: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List the callers that a number turns away.",
            discussion: """
                EXAMPLE
                  tsunagi block list 05012345678
                """)

        @Argument(help: "One of our numbers, as it is dialled, an extension or a name.", completion: .offered(.numbers))
        var number: String
        @OptionGroup var common: ReadingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let state = try workplace.session.blockList(of: ControlSession.parsed(number))
            try output.show(state, text: BlockCommand.text(state))
        }
    }

    private static func text(_ state: BlockListState) -> String {
        guard !state.callers.isEmpty else { return "\(state.number) blocks no callers" }
        let lines = state.callers.map { "  " + $0.caller.column(18) + "since " + LocalTime.text($0.blockedAt) }
        return (["\(state.number) blocks"] + lines).joined(separator: "\n")
    }
}
