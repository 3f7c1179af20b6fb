import ArgumentParser
import ControlPlane

/// Links that a user is mailed.
extension UserCommand {
    struct Invite: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "invite",
            abstract: "Mail another invitation to a user who has no password yet.",
            discussion: """
                The one before is void. "outbox list" tells whether it was sent.

                EXAMPLE
                  tsunagi user invite hanako@example.co.jp
                """)

        @Argument(help: "The e-mail address.", completion: .offered(.portalUsers)) var email: String
        @OptionGroup var common: ChangingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let link = try workplace.session.inviteUser(email)
            try output.show(link, text: UserCommand.text(link))
        }
    }

    struct ResetLink: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "reset-link",
            abstract: "Mail a user a link for another password.",
            discussion: """
                The present password holds until the link is used. "outbox list" tells whether it was sent.

                EXAMPLE
                  tsunagi user reset-link taro@example.co.jp
                """)

        @Argument(help: "The e-mail address.", completion: .offered(.portalUsers)) var email: String
        @OptionGroup var common: ChangingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let link = try workplace.session.sendResetLink(toUser: email)
            try output.show(link, text: UserCommand.text(link))
        }
    }

    private static func text(_ link: MailedLink) -> String {
        "a link for \(link.email) is in the outbox, valid until \(LocalTime.text(link.expiresAt))"
    }
}
