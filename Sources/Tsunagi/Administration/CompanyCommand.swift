import ArgumentParser
import ControlPlane

struct CompanyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "company", abstract: "Companies, whose contracts numbers stand under.",
        subcommands: [Add.self, List.self, Show.self, Rename.self, Remove.self])

    struct Add: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "add",
            abstract: "Add a company.",
            discussion: """
                EXAMPLE
                  tsunagi company add 'Example Trading'
                  tsunagi company add 'Example Travel'
                """)

        @Argument(help: "1 to 100 characters.") var name: String
        @OptionGroup var common: ChangingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let state = try workplace.session.addCompany(named: name)
            try output.show(state, text: "added \(state.name)")
        }
    }

    struct List: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List the companies.",
            discussion: """
                EXAMPLE
                  tsunagi company list
                """)

        @OptionGroup var common: ReadingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            var last: String?
            try output.list(
                {
                    let page = try workplace.session.companies(after: last, limit: 1_000)
                    last = page.last?.name
                    return page
                }, empty: "There are no companies yet: add one with \"tsunagi company add\".", text: \.name)
        }
    }

    struct Show: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Show a company and its contracts.",
            discussion: """
                EXAMPLE
                  tsunagi company show 'Example Trading'
                """)

        private struct Sheet: Encodable {
            let company: CompanyState
            let contracts: [ContractState]
        }

        /// What is shown at once; "contract list --company" has no limit.
        private static let contractLimit = 1_000

        @Argument(help: "The company's name.", completion: .offered(.companies)) var name: String
        @OptionGroup var common: ReadingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let company = try workplace.session.company(named: name)
            let contracts = try workplace.session.contracts(of: company.name, limit: Self.contractLimit)
            let heading = "\(company.name), added \(LocalTime.text(company.createdAt))"
            let lines = contracts.isEmpty ? ["has no contracts"] : contracts.map(ContractCommand.line)
            try output.show(
                Sheet(company: company, contracts: contracts),
                text: ([heading] + lines.map { "  " + $0 }).joined(separator: "\n"))
        }
    }

    struct Rename: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "rename",
            abstract: "Give a company another name.",
            discussion: """
                EXAMPLE
                  tsunagi company rename 'Example Travel' 'Example Tours'
                """)

        @Argument(help: "The company's name.", completion: .offered(.companies)) var name: String
        @Argument(help: "1 to 100 characters.") var newName: String
        @OptionGroup var common: ChangingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let state = try workplace.session.renameCompany(name, to: newName)
            try output.show(state, text: "\(name) is now \(state.name)")
        }
    }

    struct Remove: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove",
            abstract: "Remove a company that has no contracts, with its portal users and groups.",
            discussion: """
                EXAMPLE
                  tsunagi company remove 'Example Tours'
                """)

        @Argument(help: "The company's name.", completion: .offered(.companies)) var name: String
        @OptionGroup var common: ChangingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let state = try workplace.session.removeCompany(named: name)
            try output.show(state, text: "removed \(state.name)")
        }
    }
}
