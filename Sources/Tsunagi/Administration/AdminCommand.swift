import ArgumentParser
import ControlPlane
import SignIn

struct AdminCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "admin", abstract: "Administrator IDs, one for a contract that has an option service.",
        discussion: """
            An administrator ID takes care of every login ID under its contract.
            """,
        subcommands: [Add.self, List.self, Show.self, Edit.self, Unlock.self, Password.self, SMS.self, Remove.self])

    struct Add: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "add",
            abstract: "Give a contract its administrator ID.",
            discussion: """
                It has no password yet: see "tsunagi admin password".

                EXAMPLE
                  tsunagi admin add ab123456 --contract Y0001234
                """)

        @Argument(help: "4 to 64 letters, digits, dots, hyphens and underscores.") var name: String
        @Option(help: "The base contract number, or the voice group ID.", completion: .offered(.contracts))
        var contract: String
        @OptionGroup var common: ChangingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let state = try workplace.session.addAdministratorID(name, to: contract)
            try output.show(state, text: "added \(AdminCommand.line(state))")
        }
    }

    struct List: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List the administrator IDs.",
            discussion: """
                EXAMPLE
                  tsunagi admin list
                """)

        @OptionGroup var common: ReadingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            var last: String?
            try output.list(
                {
                    let page = try workplace.session.administratorIDs(after: last, limit: 1_000)
                    last = page.last?.administratorID
                    return page
                }, empty: "There are no administrator IDs yet: add one with \"tsunagi admin add\".",
                text: AdminCommand.line)
        }
    }

    struct Show: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Show one administrator ID.",
            discussion: """
                EXAMPLE
                  tsunagi admin show ab123456
                """)

        @Argument(help: "The administrator ID.", completion: .offered(.administratorIDs)) var name: String
        @OptionGroup var common: ReadingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let state = try workplace.session.administratorID(name)
            try output.show(state, text: AdminCommand.line(state))
        }
    }

    struct Edit: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "edit",
            abstract: "Choose the language of an administrator ID's messages and pages.",
            discussion: """
                Without one, messages are in Japanese, and pages in the language of the browser.

                EXAMPLE
                  tsunagi admin edit ab123456 --language en
                """)

        @Argument(help: "The administrator ID.", completion: .offered(.administratorIDs)) var name: String
        @OptionGroup var choice: LanguageChoice
        @OptionGroup var common: ChangingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let state = try workplace.session.setLanguage(choice.language, ofAdministratorID: name)
            try output.show(state, text: AdminCommand.line(state))
        }
    }

    struct Unlock: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "unlock",
            abstract: "Let an administrator ID in again that is locked after too many wrong passwords.",
            discussion: """
                EXAMPLE
                  tsunagi admin unlock ab123456
                """)

        @Argument(help: "The administrator ID.", completion: .offered(.administratorIDs)) var name: String
        @OptionGroup var common: ChangingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            try output.show(try workplace.session.unlockAdministratorID(name), text: "\(name) is not locked")
        }
    }

    struct Password: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "password",
            abstract: "Give an administrator ID a random password, which is shown this once.",
            discussion: """
                It has to be changed at the next sign-in. An ID that is locked is let in again.

                EXAMPLE
                  tsunagi admin password ab123456
                """)

        @Argument(help: "The administrator ID.", completion: .offered(.administratorIDs)) var name: String
        @OptionGroup var common: ChangingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let issued = try workplace.session.issuePassword(ofAdministratorID: name)
            try output.show(issued, text: issued.password)
            output.note("this is shown only once, and has to be changed at the next sign-in")
        }
    }

    struct SMS: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "sms",
            abstract: "Set the mobile numbers that codes go to, of a contract's administrator ID and login IDs.",
            discussion: """
                All of them are set, or none when one is refused. Those that are not given stay; an empty one is \
                taken away.

                EXAMPLE
                  tsunagi admin sms --contract Y0001234 --administrator 09012345678 \\
                      tokyo01=09011112222 tokyo02=
                """)

        @Option(help: "The base contract number, or the voice group ID.", completion: .offered(.contracts))
        var contract: String

        @Option(help: "The administrator ID's own number: 11 digits.")
        var administrator: String?

        @Argument(help: ArgumentHelp("A login ID and its number.", valueName: "login=number"))
        var logins: [String] = []

        @OptionGroup var common: ChangingOptions

        func validate() throws {
            guard administrator != nil || !logins.isEmpty else {
                throw ValidationError(
                    "Give --administrator, or a login ID with its number such as tokyo01=09011112222.")
            }
            if let wrong = logins.first(where: { Self.line($0) == nil }) {
                throw ValidationError("\"\(wrong)\" is not a login ID with its number, such as tokyo01=09011112222.")
            }
        }

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let form = SMSNumberForm(administrator: administrator, lines: logins.compactMap(Self.line))
            try output.list(try workplace.session.setSMSNumbers(of: contract, form), empty: "nothing was given") {
                $0.name.column(24) + ($0.smsNumber ?? "no number")
            }
        }

        private static func line(_ text: String) -> SMSNumberForm.Line? {
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2, !parts[0].isEmpty else { return nil }
            return SMSNumberForm.Line(loginID: parts[0], typed: parts[1])
        }
    }

    struct Remove: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove",
            abstract: "Remove an administrator ID. The login IDs of its contract stay.",
            discussion: """
                EXAMPLE
                  tsunagi admin remove ab123456
                """)

        @Argument(help: "The administrator ID.", completion: .offered(.administratorIDs)) var name: String
        @OptionGroup var common: ChangingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let state = try workplace.session.removeAdministratorID(name)
            try output.show(state, text: "removed \(state.administratorID)")
        }
    }

    private static func line(_ state: AdministratorIDState) -> String {
        state.administratorID.column(24) + state.contract.column(18) + state.company.column(24)
            + standing(state.standing, smsNumber: state.smsNumber, state.language)
    }

    /// `has a password, SMS number 09012345678, in English`
    static func standing(_ standing: AccountStanding?, smsNumber: String?, _ language: Language?) -> String {
        let lock = standing?.lockedUntil.map { "locked until \(LocalTime.text($0))" }
        let password = standing?.hasPassword == true ? "has a password" : "has no password yet"
        let change = standing?.mustChangePassword == true ? " to be changed" : ""
        return (lock ?? password + change) + ", " + (smsNumber.map { "SMS number \($0)" } ?? "no SMS number")
            + (language.map { ", in \($0 == .english ? "English" : "Japanese")" } ?? "")
    }
}
