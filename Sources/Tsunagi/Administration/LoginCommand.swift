import ArgumentParser
import ControlPlane
import Directory

struct LoginCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "login", abstract: "Login IDs, each for one or more numbers of a contract.",
        discussion: """
            Pilot and direct-dial numbers (050ダイヤルイン追加番号) are managed here; the multiple numbers of a line \
            (050複数番号) are not.
            """,
        subcommands: [
            Add.self, List.self, Show.self, Assign.self, Edit.self, Unlock.self, Password.self, Remove.self,
            Import.self,
            Export.self,
        ])

    struct Add: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "add",
            abstract: "Add a login ID for numbers of a contract.",
            discussion: """
                It has no password yet: see "tsunagi login password".

                EXAMPLE
                  tsunagi login add tokyo01 05012345679 --contract Y0001234
                  tsunagi login add tokyo02 05012345680 --contract Y0001234
                """)

        @Argument(help: "4 to 64 letters, digits, dots, hyphens and underscores.") var name: String
        @Argument(help: "Pilot or direct-dial numbers of the contract.", completion: .offered(.numbers)) var numbers:
            [String]
        @Option(help: "The base contract number, or the voice group ID.", completion: .offered(.contracts))
        var contract: String
        @OptionGroup var common: ChangingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let numbers = try numbers.map { try ControlSession.parsed($0) }
            let state = try workplace.session.addLoginID(name, to: contract, numbers: numbers)
            try output.show(state, text: "added \(LoginCommand.line(state))")
        }
    }

    struct List: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List the login IDs with their numbers, options, locks and SMS numbers.",
            discussion: """
                EXAMPLE
                  tsunagi login list --contract Y0001234
                """)

        @Option(help: "Only those under this contract.", completion: .offered(.contracts))
        var contract: String?

        @OptionGroup var common: ReadingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            var last: String?
            try output.list(
                {
                    let page = try workplace.session.loginIDs(after: last, of: contract, limit: 1_000)
                    last = page.last?.loginID
                    return page
                }, empty: "There are no login IDs: add one with \"tsunagi login add\".", text: LoginCommand.line)
        }
    }

    struct Show: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Show one login ID.",
            discussion: """
                EXAMPLE
                  tsunagi login show tokyo01
                """)

        @Argument(help: "The login ID.", completion: .offered(.loginIDs)) var name: String
        @OptionGroup var common: ReadingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let state = try workplace.session.loginID(name)
            try output.show(state, text: LoginCommand.line(state))
        }
    }

    struct Assign: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "assign",
            abstract: "Choose the numbers of a login ID, in place of those it has.",
            discussion: """
                EXAMPLE
                  tsunagi login assign tokyo01 05012345678 05012345679
                """)

        @Argument(help: "The login ID.", completion: .offered(.loginIDs)) var name: String
        @Argument(help: "Pilot or direct-dial numbers of its contract.", completion: .offered(.numbers)) var numbers:
            [String]
        @OptionGroup var common: ChangingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let numbers = try numbers.map { try ControlSession.parsed($0) }
            let state = try workplace.session.assignNumbers(numbers, toLogin: name)
            try output.show(state, text: LoginCommand.line(state))
        }
    }

    struct Edit: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "edit",
            abstract: "Choose the language of a login ID's messages and pages.",
            discussion: """
                Without one, messages are in Japanese, and pages in the language of the browser.

                EXAMPLE
                  tsunagi login edit tokyo01 --language en
                """)

        @Argument(help: "The login ID.", completion: .offered(.loginIDs)) var name: String
        @OptionGroup var choice: LanguageChoice
        @OptionGroup var common: ChangingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let state = try workplace.session.setLanguage(choice.language, ofLogin: name)
            try output.show(state, text: LoginCommand.line(state))
        }
    }

    struct Unlock: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "unlock",
            abstract: "Let a login ID in again that is locked after too many wrong passwords.",
            discussion: """
                EXAMPLE
                  tsunagi login unlock tokyo01
                """)

        @Argument(help: "The login ID.", completion: .offered(.loginIDs)) var name: String
        @OptionGroup var common: ChangingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            try output.show(try workplace.session.unlockLoginID(name), text: "\(name) is not locked")
        }
    }

    struct Password: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "password",
            abstract: "Give a login ID a random password, which is shown this once.",
            discussion: """
                It has to be changed at the next sign-in. An ID that is locked is let in again.

                EXAMPLE
                  tsunagi login password tokyo01
                """)

        @Argument(help: "The login ID.", completion: .offered(.loginIDs)) var name: String
        @OptionGroup var common: ChangingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let issued = try workplace.session.issuePassword(ofLoginID: name)
            try output.show(issued, text: issued.password)
            output.note("this is shown only once, and has to be changed at the next sign-in")
        }
    }

    struct Remove: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove",
            abstract: "Remove a login ID. Its numbers and their rules stay.",
            discussion: """
                EXAMPLE
                  tsunagi login remove tokyo01
                """)

        @Argument(help: "The login ID.", completion: .offered(.loginIDs)) var name: String
        @OptionGroup var common: ChangingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let state = try workplace.session.removeLoginID(name)
            try output.show(state, text: "removed \(state.loginID)")
        }
    }

    private static func line(_ state: LoginIDState) -> String {
        let numbers = (state.services ?? []).map { service in
            service.number + " (" + OptionCommand.names(service.options) + ")"
        }
        return state.loginID.column(24) + state.contract.column(18)
            + (numbers.isEmpty ? "no numbers" : numbers.joined(separator: ", ")) + "  "
            + AdminCommand.standing(state.standing, smsNumber: state.smsNumber, state.language)
    }
}
