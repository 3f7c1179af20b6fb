import ArgumentParser
import ControlPlane

struct VoiceContractCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "voice", abstract: "Voice contracts (N…) of a voice group, each at one of its sites.",
        discussion: """
            EXAMPLE
              tsunagi contract voice add N0005678 --contract Y0001234 --site TOKYO
            """,
        subcommands: [Add.self, Remove.self])

    struct Add: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "add",
            abstract: "Add a voice contract.",
            discussion: """
                EXAMPLE
                  tsunagi contract voice add N0005678 --contract Y0001234 --site TOKYO
                  tsunagi contract voice add N0005679 --contract Y0001234 --site OSAKA
                """)

        @Argument(help: "N and digits.")
        var number: String

        @Option(help: "The voice group ID (Y…).", completion: .offered(.contracts))
        var contract: String

        @Option(help: "The site ID.", completion: .offered(.sites))
        var site: String

        @OptionGroup var common: ChangingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let state = try workplace.session.addVoiceContract(number, at: site, of: contract)
            try output.show(state, text: "added \(state.voiceContract) at \(state.site) of \(state.contract)")
        }
    }

    struct Remove: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove",
            abstract: "Remove a voice contract under which no number stands any more.",
            discussion: """
                EXAMPLE
                  tsunagi contract voice remove N0005679
                """)

        @Argument(help: "The voice contract number, N and digits.", completion: .offered(.voiceContracts)) var number:
            String
        @OptionGroup var common: ChangingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let state = try workplace.session.removeVoiceContract(number)
            try output.show(state, text: "removed \(state.voiceContract)")
        }
    }
}
