import ArgumentParser
import ControlPlane

struct RegistrationsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "registrations", abstract: "The phones that are registered.",
        subcommands: [List.self, Remove.self])

    struct List: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List the phones of one number, or of all.",
            discussion: """
                EXAMPLE
                  tsunagi registrations list 05012345678
                """)

        @Argument(help: "One of our numbers, as it is dialled, an extension or a name.", completion: .offered(.numbers))
        var number: String?
        @OptionGroup var common: ReadingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let number = try number.map(ControlSession.parsed)
            try output.list(
                try workplace.session.registrations(of: number, in: workplace.runtime()),
                empty: "No phone is registered\(number.map { " for \($0)" } ?? "").", text: RegistrationsCommand.text)
        }
    }

    struct Remove: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove",
            abstract: "Take a number's phones off. A phone may register again.",
            discussion: """
                EXAMPLE
                  tsunagi registrations remove 05012345678
                  tsunagi registrations remove 05012345678 sip:05012345678@192.0.2.1:5062
                """)

        @Argument(help: "One of our numbers, as it is dialled, an extension or a name.", completion: .offered(.numbers))
        var number: String

        @Argument(help: "One contact, as \"registrations list\" shows it (default: all of the number's).")
        var contact: String?

        @OptionGroup var common: ChangingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let removed = try workplace.session.removeRegistrations(
                of: ControlSession.parsed(number), contact: contact, in: workplace.runtime())
            try output.list(removed, empty: "") { "removed " + RegistrationsCommand.text($0) }
        }
    }

    private static func text(_ state: RegistrationState) -> String {
        state.number.column(18) + state.contact.column(40) + "until " + LocalTime.text(state.expiresAt)
            + (state.received.map { "  from \($0)" } ?? "") + (state.userAgent.map { "  \($0)" } ?? "")
    }
}
