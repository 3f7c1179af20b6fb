import ArgumentParser
import ControlPlane
import Directory
import Storage

struct ContractCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "contract", abstract: "Contracts of a company for a service.",
        subcommands: [
            Add.self, List.self, Show.self, Open.self, Close.self, Remove.self, Kinds.self, VoiceContractCommand.self,
        ])

    struct Add: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "add",
            abstract: "Add a contract. It is not opened yet and has no options.",
            discussion: """
                The number is the base contract number, or, for a service with voice groups, the voice group ID (Y…).

                EXAMPLE
                  tsunagi contract add C-1001 --kind dotphone-office \\
                      --company 'Example Trading'
                  tsunagi contract add Y0001234 --kind ip-voice --company 'Example Trading'
                """)

        @Argument(help: "A base contract number, or a voice group ID.")
        var number: String

        @Option(help: "The service, one of \"tsunagi contract kinds\".")
        var kind: String

        @Option(help: "Whose contract it is.", completion: .offered(.companies))
        var company: String

        @OptionGroup var common: ChangingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let state = try workplace.session.addContract(number, kind: kind, company: company)
            try output.show(state, text: ContractCommand.line(state))
        }
    }

    struct List: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List the contracts of one company, or of all.",
            discussion: """
                EXAMPLE
                  tsunagi contract list --company 'Example Trading'
                """)

        @Option(help: "Only this company's.", completion: .offered(.companies))
        var company: String?

        @OptionGroup var common: ReadingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            var last: String?
            try output.list(
                {
                    let page = try workplace.session.contracts(after: last, of: company, limit: 1_000)
                    last = page.last?.number
                    return page
                }, empty: "There are no contracts: add one with \"tsunagi contract add\".", text: ContractCommand.line)
        }
    }

    struct Show: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Show a contract with its options, sites and voice contracts.",
            discussion: """
                EXAMPLE
                  tsunagi contract show Y0001234
                """)

        private struct Sheet: Encodable {
            let contract: ContractState
            /// Nil: the service has no voice groups.
            let sites: [SiteState]?
        }

        @Argument(help: "The base contract number, or the voice group ID.", completion: .offered(.contracts))
        var number: String
        @OptionGroup var common: ReadingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let session = workplace.session
            let contract = try session.contract(number)
            let hasSites = try session.serviceKinds().contains { $0.kind == contract.kind && $0.hasVoiceGroup }
            let sites = hasSites ? try session.sites(of: contract.number) : nil
            var lines = [
                "\(contract.number), \(contract.service.ja) (\(contract.kind)) of \(contract.company)",
                "  " + (contract.openedOn.map { "opened on \($0)" } ?? "not opened"),
                "  options  " + OptionCommand.names(contract.options),
            ]
            if let sites { lines += sites.map { "  " + SiteCommand.line($0) } }
            try output.show(Sheet(contract: contract, sites: sites), text: lines.joined(separator: "\n"))
        }
    }

    struct Open: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "open",
            abstract: "Open a contract.",
            discussion: """
                EXAMPLE
                  tsunagi contract open Y0001234 --on 2026-12-01
                """)

        @Argument(help: "The base contract number, or the voice group ID.", completion: .offered(.contracts))
        var number: String

        @Option(help: "The day: 2026-12-01 (default: today).")
        var on: String?

        @OptionGroup var common: ChangingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let state = try workplace.session.openContract(number, on: on)
            try output.show(state, text: ContractCommand.line(state))
        }
    }

    struct Close: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "close",
            abstract: "Let a contract count as not opened. Its numbers and their rules stay.",
            discussion: """
                EXAMPLE
                  tsunagi contract close Y0001234
                """)

        @Argument(help: "The base contract number, or the voice group ID.", completion: .offered(.contracts))
        var number: String
        @OptionGroup var common: ChangingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let state = try workplace.session.closeContract(number)
            try output.show(state, text: ContractCommand.line(state))
        }
    }

    struct Remove: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove",
            abstract: "Remove a contract under which nothing stands any more.",
            discussion: """
                EXAMPLE
                  tsunagi contract remove C-1001
                """)

        @Argument(help: "The base contract number, or the voice group ID.", completion: .offered(.contracts))
        var number: String
        @OptionGroup var common: ChangingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let state = try workplace.session.removeContract(number)
            try output.show(state, text: "removed \(state.number)")
        }
    }

    struct Kinds: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "kinds",
            abstract: "List the services that can be contracted.",
            discussion: """
                EXAMPLE
                  tsunagi contract kinds
                """)

        private struct Line: Encodable {
            let kind: String
            let ja: String
            let en: String
            let hasVoiceGroup: Bool
        }

        @OptionGroup var common: ReadingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let lines = try workplace.session.serviceKinds().map {
                Line(kind: $0.kind, ja: $0.nameInJapanese, en: $0.nameInEnglish, hasVoiceGroup: $0.hasVoiceGroup)
            }
            try output.list(lines, empty: "There are no services.") { line in
                line.kind.column(18) + line.ja + " / " + line.en + (line.hasVoiceGroup ? ", voice groups" : "")
            }
        }
    }

    static func line(_ state: ContractState) -> String {
        state.number.column(18) + state.kind.column(18) + state.company.column(24)
            + (state.openedOn.map { "opened on \($0)" } ?? "not opened") + "  " + OptionCommand.names(state.options)
    }
}
