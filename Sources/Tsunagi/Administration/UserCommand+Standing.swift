import ArgumentParser
import ControlPlane

/// Who may sign in, and with what.
extension UserCommand {
    struct Suspend: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "suspend",
            abstract: "Keep a user out until resumed. The last administrator of a company can't be.",
            discussion: """
                EXAMPLE
                  tsunagi user suspend hanako@example.co.jp
                """)

        @Argument(help: "The e-mail address.", completion: .offered(.portalUsers)) var email: String
        @OptionGroup var common: ChangingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let state = try workplace.session.suspendUser(email)
            try output.show(state, text: UserCommand.line(state))
        }
    }

    struct Resume: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "resume",
            abstract: "Let a suspended user in again.",
            discussion: """
                EXAMPLE
                  tsunagi user resume hanako@example.co.jp
                """)

        @Argument(help: "The e-mail address.", completion: .offered(.portalUsers)) var email: String
        @OptionGroup var common: ChangingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let state = try workplace.session.resumeUser(email)
            try output.show(state, text: UserCommand.line(state))
        }
    }

    struct Unlock: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "unlock",
            abstract: "Let a user in again who is locked after too many wrong passwords.",
            discussion: """
                EXAMPLE
                  tsunagi user unlock taro@example.co.jp
                """)

        @Argument(help: "The e-mail address.", completion: .offered(.portalUsers)) var email: String
        @OptionGroup var common: ChangingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            try output.show(try workplace.session.unlockUser(email), text: "\(email) is not locked")
        }
    }

    struct Password: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "password",
            abstract: "Give a user a random password, which is shown this once.",
            discussion: """
                It has to be changed at the next sign-in. A user who is locked is let in again.

                EXAMPLE
                  tsunagi user password taro@example.co.jp
                """)

        @Argument(help: "The e-mail address.", completion: .offered(.portalUsers)) var email: String
        @OptionGroup var common: ChangingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let issued = try workplace.session.issuePassword(ofUser: email)
            try output.show(issued, text: issued.password)
            output.note("this is shown only once, and has to be changed at the next sign-in")
        }
    }

    struct ResetTOTP: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "reset-totp", abstract: "Forget a lost authenticator app and its recovery codes.",
            discussion: """
                Another one is set up at the next sign-in.

                EXAMPLE
                  tsunagi user reset-totp taro@example.co.jp
                """)

        @Argument(help: "The e-mail address.", completion: .offered(.portalUsers)) var email: String
        @OptionGroup var common: ChangingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            try output.show(
                try workplace.session.resetTOTP(ofUser: email),
                text: "\(email) sets up an authenticator app at the next sign-in")
        }
    }
}
