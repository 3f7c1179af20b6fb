import ArgumentParser
import ControlPlane

struct SiteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "site", abstract: "Sites of a voice group.",
        subcommands: [Add.self, List.self, Rename.self, Represent.self, Remove.self])

    struct Add: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "add",
            abstract: "Add a site to a voice group. The first one represents it.",
            discussion: """
                EXAMPLE
                  tsunagi site add Y0001234 TOKYO --name 'Tokyo office'
                  tsunagi site add Y0001234 OSAKA --name 'Osaka office'
                """)

        @Argument(help: "The voice group ID.", completion: .offered(.contracts)) var contract: String
        @Argument(help: "The site ID.") var site: String

        @Option(help: "What people call it.")
        var name: String

        @Flag(help: "It represents the voice group, in place of the site that does.")
        var representative = false

        @OptionGroup var common: ChangingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let state = try workplace.session.addSite(site, named: name, to: contract, represents: representative)
            try output.show(state, text: SiteCommand.line(state))
        }
    }

    struct List: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List the sites of a voice group with their voice contracts.",
            discussion: """
                EXAMPLE
                  tsunagi site list Y0001234
                """)

        @Argument(help: "The voice group ID.", completion: .offered(.contracts)) var contract: String
        @OptionGroup var common: ReadingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            try output.list(
                try workplace.session.sites(of: contract),
                empty: "\(contract) has no sites: add one with \"tsunagi site add\".", text: SiteCommand.line)
        }
    }

    struct Rename: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "rename",
            abstract: "Give a site another name.",
            discussion: """
                EXAMPLE
                  tsunagi site rename Y0001234 TOKYO 'Head office'
                """)

        @Argument(help: "The voice group ID.", completion: .offered(.contracts)) var contract: String
        @Argument(help: "The site ID.", completion: .offered(.sites)) var site: String
        @Argument(help: "1 to 100 characters.") var name: String
        @OptionGroup var common: ChangingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let state = try workplace.session.renameSite(site, of: contract, to: name)
            try output.show(state, text: SiteCommand.line(state))
        }
    }

    struct Represent: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "represent",
            abstract: "Let a site represent its voice group.",
            discussion: """
                EXAMPLE
                  tsunagi site represent Y0001234 OSAKA
                """)

        @Argument(help: "The voice group ID.", completion: .offered(.contracts)) var contract: String
        @Argument(help: "The site ID.", completion: .offered(.sites)) var site: String
        @OptionGroup var common: ChangingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let state = try workplace.session.setRepresentative(site, of: contract)
            try output.show(state, text: SiteCommand.line(state))
        }
    }

    struct Remove: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove",
            abstract: "Remove a site that has no voice contracts.",
            discussion: """
                EXAMPLE
                  tsunagi site remove Y0001234 OSAKA
                """)

        @Argument(help: "The voice group ID.", completion: .offered(.contracts)) var contract: String
        @Argument(help: "The site ID.", completion: .offered(.sites)) var site: String
        @OptionGroup var common: ChangingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let state = try workplace.session.removeSite(site, of: contract)
            try output.show(state, text: "removed \(state.site) of \(state.contract)")
        }
    }

    static func line(_ state: SiteState) -> String {
        let notes = (state.isRepresentative ? ["representative"] : []) + state.voiceContracts
        return state.site.column(18) + (notes.isEmpty ? state.name : state.name.column(24))
            + notes.joined(separator: "  ")
    }
}
