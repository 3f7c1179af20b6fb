import ArgumentParser
import ControlPlane

struct GroupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "group",
        abstract: "User groups of a company: which contracts its general users may work on.",
        subcommands: [Add.self, List.self, Show.self, Rename.self, Contracts.self, Members.self, Remove.self])

    struct Add: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "add",
            abstract: "Add a group that gives no contract yet.",
            discussion: """
                EXAMPLE
                  tsunagi group add Sales --company 'Example Trading'
                  tsunagi group add Support --company 'Example Trading'
                """)

        @Argument(help: "The group's name.") var name: String
        @Option(help: "The company's name.", completion: .offered(.companies)) var company: String
        @OptionGroup var common: ChangingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let state = try workplace.session.addGroup(name, to: company)
            try output.show(state, text: "added \(state.group) to \(state.company)")
        }
    }

    struct List: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List the groups.",
            discussion: """
                EXAMPLE
                  tsunagi group list --company 'Example Trading'
                """)

        @Option(help: "Only this company's.", completion: .offered(.companies))
        var company: String?

        @OptionGroup var common: ReadingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            try output.list(
                try workplace.session.groups(of: company, limit: 100_000),
                empty: "There are no user groups: add one with \"tsunagi group add\".", text: GroupCommand.line)
        }
    }

    struct Show: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Show a group with its contracts and members.",
            discussion: """
                EXAMPLE
                  tsunagi group show Sales --company 'Example Trading'
                """)

        @Argument(help: "The group's name.", completion: .offered(.groups)) var name: String
        @Option(help: "The company's name.", completion: .offered(.companies)) var company: String
        @OptionGroup var common: ReadingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let state = try workplace.session.group(name, of: company)
            try output.show(state, text: GroupCommand.line(state))
        }
    }

    struct Rename: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "rename",
            abstract: "Give a group another name.",
            discussion: """
                EXAMPLE
                  tsunagi group rename Sales 'Sales and support' --company 'Example Trading'
                """)

        @Argument(help: "The group's name.", completion: .offered(.groups)) var name: String
        @Argument(help: "1 to 100 characters.") var newName: String
        @Option(help: "The company's name.", completion: .offered(.companies)) var company: String
        @OptionGroup var common: ChangingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let state = try workplace.session.renameGroup(name, of: company, to: newName)
            try output.show(state, text: "\(name) is now \(state.group)")
        }
    }

    struct Contracts: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "contracts",
            abstract: "Choose the contracts that a group gives, in place of those it has.",
            discussion: """
                Without any contract it is shown what the group gives; --none takes them all away.

                EXAMPLE
                  tsunagi group contracts Sales Y0001234 C-1001 --company 'Example Trading'
                """)

        @Argument(help: "The group's name.", completion: .offered(.groups)) var name: String
        @Argument(help: "Contracts of the company.") var contracts: [String] = []
        @Flag(help: "The group gives no contract.") var none = false
        @Option(help: "The company's name.", completion: .offered(.companies)) var company: String
        @OptionGroup var common: ChangingOptions

        func validate() throws {
            if none, !contracts.isEmpty { throw ValidationError("Give contracts or --none.") }
        }

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let session = workplace.session
            let state =
                contracts.isEmpty && !none
                ? try session.group(name, of: company)
                : try session.setContracts(contracts, ofGroup: name, of: company)
            try output.show(state, text: GroupCommand.line(state))
        }
    }

    struct Members: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "members",
            abstract: "Choose who is in a group, in place of those who are.",
            discussion: """
                Without anybody it is shown who is in it; --none takes all of them out.

                EXAMPLE
                  tsunagi group members Sales taro@example.co.jp --company 'Example Trading'
                """)

        @Argument(help: "The group's name.", completion: .offered(.groups)) var name: String
        @Argument(help: "E-mail addresses of users of the company.") var emails: [String] = []
        @Flag(help: "Nobody is in the group.") var none = false
        @Option(help: "The company's name.", completion: .offered(.companies)) var company: String
        @OptionGroup var common: ChangingOptions

        func validate() throws {
            if none, !emails.isEmpty { throw ValidationError("Give e-mail addresses or --none.") }
        }

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let session = workplace.session
            let state =
                emails.isEmpty && !none
                ? try session.group(name, of: company) : try session.setMembers(emails, ofGroup: name, of: company)
            try output.show(state, text: GroupCommand.line(state))
        }
    }

    struct Remove: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove",
            abstract: "Remove a group. Its members lose what it gave them.",
            discussion: """
                EXAMPLE
                  tsunagi group remove 'Sales and support' --company 'Example Trading'
                """)

        @Argument(help: "The group's name.", completion: .offered(.groups)) var name: String
        @Option(help: "The company's name.", completion: .offered(.companies)) var company: String
        @OptionGroup var common: ChangingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let state = try workplace.session.removeGroup(name, of: company)
            try output.show(state, text: "removed \(state.group) of \(state.company)")
        }
    }

    private static func line(_ state: UserGroupState) -> String {
        let contracts = state.contracts.isEmpty ? "no contracts" : state.contracts.joined(separator: ", ")
        let members = state.members.isEmpty ? "no members" : state.members.joined(separator: ", ")
        return state.group.column(24) + state.company.column(24) + contracts + "  " + members
    }
}
