import ArgumentParser
import ControlPlane
import Directory

struct DestinationCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "destination", abstract: "The five saved destinations of a number.",
        subcommands: [List.self, Set.self, Remove.self, Import.self, Export.self])

    struct List: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List a number's saved destinations.",
            discussion: """
                EXAMPLE
                  tsunagi destination list 05012345678
                """)

        @Argument(help: "One of our numbers, as it is dialled, an extension or a name.", completion: .offered(.numbers))
        var number: String
        @OptionGroup var common: ReadingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let state = try workplace.session.destinations(of: ControlSession.parsed(number))
            try output.list(DestinationCommand.lines(state), empty: "No destinations are saved.", text: \.text)
        }
    }

    struct Set: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "set",
            abstract: "Save a destination, in place of what was there. Rules that use it follow.",
            discussion: """
                EXAMPLE
                  tsunagi destination set 05012345678 5 0612345678
                """)

        @Argument(help: "One of our numbers, as it is dialled, an extension or a name.", completion: .offered(.numbers))
        var number: String
        @Argument(help: "1 to 5.") var slot: Int
        @Argument(help: "A number or a sip: URI.") var destination: String
        @OptionGroup var common: ChangingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let state = try workplace.session.saveDestination(
                destination, as: slot, of: ControlSession.parsed(number))
            try output.list(DestinationCommand.lines(state), empty: "", text: \.text)
        }
    }

    struct Remove: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove",
            abstract: "Forget a saved destination that no rule uses.",
            discussion: """
                EXAMPLE
                  tsunagi destination remove 05012345678 5
                """)

        @Argument(help: "One of our numbers, as it is dialled, an extension or a name.", completion: .offered(.numbers))
        var number: String
        @Argument(help: "1 to 5.") var slot: Int
        @OptionGroup var common: ChangingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let state = try workplace.session.removeDestination(slot, of: ControlSession.parsed(number))
            try output.list(DestinationCommand.lines(state), empty: "No destinations are saved.", text: \.text)
        }
    }

    private static func lines(_ state: ForwardingState) -> [DestinationLine] {
        state.saved.map { saved in
            DestinationLine(
                slot: saved.slot, to: saved.to, typed: saved.typed,
                usedWhen: state.rules.filter { $0.slot == saved.slot }.map(\.when))
        }
    }
}

/// A saved destination, as it is shown.
struct DestinationLine: Encodable {
    let slot: Int
    let to: String
    let typed: String
    let usedWhen: [ForwardingCondition]

    var text: String {
        "\(slot)  \(to)" + (usedWhen.isEmpty ? "" : "  (\(usedWhen.map(\.rawValue).joined(separator: ", ")))")
    }
}
