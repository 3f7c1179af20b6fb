import ArgumentParser
import ControlPlane
import Directory

extension OptionService: ExpressibleByArgument {}

struct OptionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "option", abstract: "Option services: what the rules of a contract's numbers need.",
        subcommands: [Add.self, Remove.self, List.self])

    /// An option, and what it is set for.
    struct Choice: ParsableArguments {
        @Argument(help: "forwarding, anonymous-rejection, message-box or members-net.")
        var option: OptionService

        @OptionGroup var holder: Holder
    }

    /// What has options: a contract, or one of its numbers.
    struct Holder: ParsableArguments {
        @Option(help: "A contract: for all its numbers.", completion: .offered(.contracts))
        var contract: String?

        @Option(
            help: "One number: what its contract has can be withheld from it and given back.",
            completion: .offered(.numbers))
        var number: String?

        func validate() throws {
            guard (contract == nil) != (number == nil) else {
                throw ValidationError("Give either --contract or --number.")
            }
        }
    }

    struct Add: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "add",
            abstract: "Add an option to a contract, or give it back to one of its numbers.",
            discussion: """
                Rules that were set for it before hold again from the next call on.

                EXAMPLE
                  tsunagi option add forwarding --contract Y0001234
                  tsunagi option add anonymous-rejection --contract Y0001234
                  tsunagi option add message-box --contract Y0001234
                  tsunagi option add forwarding --number 05012345678
                """)

        @OptionGroup var choice: Choice
        @OptionGroup var common: ChangingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            try OptionCommand.answer(
                choice.holder, output, ofNumber: { try workplace.session.addOption(choice.option, to: $0) },
                ofContract: { try workplace.session.addOption(choice.option, toContract: $0) })
        }
    }

    struct Remove: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove",
            abstract: "Take an option from a contract, or withhold it from one of its numbers.",
            discussion: """
                Rules that need it stay saved and do not apply until it is added again.

                EXAMPLE
                  tsunagi option remove members-net --contract Y0001234
                  tsunagi option remove forwarding --number 05012345678
                """)

        @OptionGroup var choice: Choice
        @OptionGroup var common: ChangingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            try OptionCommand.answer(
                choice.holder, output, ofNumber: { try workplace.session.removeOption(choice.option, from: $0) },
                ofContract: { try workplace.session.removeOption(choice.option, fromContract: $0) })
        }
    }

    struct List: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List the options of a contract or of a number.",
            discussion: """
                EXAMPLE
                  tsunagi option list --contract Y0001234
                  tsunagi option list --number 05012345678
                """)

        @OptionGroup var holder: Holder
        @OptionGroup var common: ReadingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            try OptionCommand.answer(
                holder, output, ofNumber: workplace.session.options, ofContract: workplace.session.contract)
        }
    }

    private static func answer(
        _ holder: Holder, _ output: CommandOutput, ofNumber: (PhoneNumber) throws -> NumberOptionState,
        ofContract: (String) throws -> ContractState
    ) throws {
        if let number = holder.number {
            let state = try ofNumber(ControlSession.parsed(number))
            let contract = state.contract.map { "under \($0)" } ?? "under no contract"
            try output.show(state, text: "\(state.number) \(contract): \(names(state.options))")
        } else if let contract = holder.contract {
            let state = try ofContract(contract)
            try output.show(state, text: "\(state.number): \(names(state.options))")
        }
    }

    static func names(_ options: [OptionService]) -> String {
        options.isEmpty ? "no options" : options.map(\.rawValue).joined(separator: ", ")
    }
}
