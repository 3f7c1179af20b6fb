import ArgumentParser
import ControlPlane

struct SessionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "session", abstract: "Who is signed in to the web sites.",
        subcommands: [List.self, End.self])

    struct List: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List sessions, the latest first.",
            discussion: """
                EXAMPLE
                  tsunagi session list
                """)

        @OptionGroup var list: ListLimit

        @OptionGroup var common: ReadingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let sessions = try workplace.session.sessions(limit: list.limit)
            try output.list(sessions, empty: "Nobody is signed in.", text: SessionCommand.text)
        }
    }

    struct End: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "end",
            abstract: "End a session, with those that depend on it: the next request in it is refused.",
            discussion: """
                EXAMPLE
                  tsunagi session end 3q2-7wVfa0sB1xYz
                """)

        // An id can begin with a hyphen.
        @Argument(parsing: .allUnrecognized, help: "The id that \"session list\" shows.")
        var id: [String]

        @OptionGroup var common: ChangingOptions

        func validate() throws {
            guard id.count == 1 else { throw ValidationError("Give one id.") }
        }

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let session = try workplace.session.endSession(id.joined())
            try output.show(session, text: "ended \(SessionCommand.text(session))")
        }
    }

    private static func text(_ session: SessionState) -> String {
        let whom = session.account + (session.actingFor.map { " for \($0)" } ?? "")
        return session.id.column(18) + session.kind.column(18) + whom.column(32) + session.source.column(18)
            + "since \(LocalTime.text(session.startedAt)), last seen \(LocalTime.text(session.lastSeenAt))"
    }
}
