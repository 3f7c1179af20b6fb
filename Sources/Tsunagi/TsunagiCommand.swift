import ArgumentParser

/// The command line: each noun is a subcommand in a file of its own.
@main
struct TsunagiCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tsunagi",
        abstract: "A SIP proxy that forwards calls, and everything that administers it.",
        discussion: """
            What is set holds for the next call, whether or not a server runs, and without a restart.

            EXAMPLE
              tsunagi number add 05012345678 --password-stdin
              tsunagi forward set 05012345678 --when no-answer --to 0312345678 --ring 20
              tsunagi history 05012345678

            Exit codes: 0 done, 1 refused (the reason is on the standard error), 64 wrong usage.
            """,
        version: Version.text,
        subcommands: [ServeCommand.self, TopCommand.self, ExplainCommand.self, ReplayCommand.self] + administration)

    static func main() async {
        StandardDescriptors.keep()
        await main(nil)
    }

    /// What administrators do in the data directory. Each states its name: the parser would make one out of the type's
    /// at every start, for all of them, which takes longer than what most of them do.
    private static let administration: [any ParsableCommand.Type] = [
        CompanyCommand.self, ContractCommand.self, SiteCommand.self, OptionCommand.self, NumberCommand.self,
        ForwardCommand.self, DestinationCommand.self, AnonymousCommand.self, BlockCommand.self, TrunkCommand.self,
        RegistrationsCommand.self, BansCommand.self, CallsCommand.self, HistoryCommand.self, OutboxCommand.self,
        SettingsCommand.self,
        UserCommand.self, GroupCommand.self, AdminCommand.self, LoginCommand.self, SessionCommand.self,
        TokenCommand.self,
        HolidayCommand.self,
        ExportCommand.self, PlanCommand.self, ApplyCommand.self, BackupCommand.self, RestoreCommand.self,
        CheckCommand.self, ConfigurationCommand.self,
    ]
}
