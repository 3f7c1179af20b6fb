import ArgumentParser
import ControlPlane
import Directory

struct BansCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bans", abstract: "Addresses that the server takes nothing from.",
        discussion: """
            The server bans an address by itself that floods it, tries one wrong password after the other, or over TCP \
            guesses names or sends as programs do that look for servers to break into (sources.… in the configuration). \
            Over UDP, where an address can be forged, those get no answer. Each ban ends by itself.
            """,
        subcommands: [List.self, Add.self, Remove.self])

    struct List: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List who is banned, why, and until when.",
            discussion: """
                EXAMPLE
                  tsunagi bans list
                """)

        @OptionGroup var common: ReadingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            try output.list(
                workplace.session.bans(in: workplace.runtime()), empty: "Nobody is banned.", text: BansCommand.text)
        }
    }

    struct Add: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "add",
            abstract: "Ban an address for a time.",
            discussion: """
                Calls that are going on with it are not ended, but nothing more is heard of it. Of an IPv6 address \
                the /64 is banned.

                EXAMPLE
                  tsunagi bans add 192.0.2.66 --hours 24
                """)

        @Argument(help: "An IPv4 or IPv6 address.")
        var address: String

        @Option(help: ArgumentHelp("For how long.", valueName: "count"))
        var hours = 1

        @OptionGroup var common: ChangingOptions

        func validate() throws {
            guard (1...ControlSession.longestBan / 3_600).contains(hours) else {
                throw ValidationError("Give 1 to \(ControlSession.longestBan / 3_600) hours.")
            }
        }

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let ban = try workplace.session.addBan(
                of: address, forSeconds: 3_600 * hours, in: workplace.runtime())
            try output.show(ban, text: "banned " + BansCommand.text(ban))
        }
    }

    struct Remove: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove",
            abstract: "Take a ban off before it ends by itself.",
            discussion: """
                EXAMPLE
                  tsunagi bans remove 192.0.2.66
                """)

        @Argument(help: "The address, as \"bans list\" shows it.")
        var address: String

        @OptionGroup var common: ChangingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let ban = try workplace.session.removeBan(of: address, in: workplace.runtime())
            try output.show(ban, text: "no longer banned: " + BansCommand.text(ban))
        }
    }

    private static func text(_ ban: BanState) -> String {
        ban.source.column(26) + ban.reason.rawValue.column(15) + "until " + LocalTime.text(ban.until)
    }
}
