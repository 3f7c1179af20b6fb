import ArgumentParser
import ControlPlane
import Directory
import Storage

struct NumberCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "number", abstract: "Our numbers, extensions and names.",
        subcommands: [Add.self, List.self, Show.self, Remove.self, Password.self])

    struct Add: AdministrationCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add a number, an extension or a name.",
            discussion: """
                A number without a password registers only from a trusted network.

                EXAMPLE
                  echo "$PASSWORD" | tsunagi number add 05012345678 --password-stdin
                  tsunagi number add 1001
                """)

        @Argument(help: "Such as 050-1234-5678, +815012345678, 1001 or alice.")
        var number: String

        @Flag(help: "Read the password as one line from the standard input.")
        var passwordStdin = false

        @OptionGroup var common: CommonOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let password = passwordStdin ? PasswordInput.read() : nil
            let state = try workplace.session.addNumber(typed: number, password: password)
            try output.show(state, text: "added \(state.number), \(NumberCommand.signIn(state.username))")
        }
    }

    struct List: AdministrationCommand {
        static let configuration = CommandConfiguration(
            abstract: "List our numbers.",
            discussion: """
                EXAMPLE
                  tsunagi number list --json
                """)

        @OptionGroup var common: CommonOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            var last: PhoneNumber?
            try output.list(
                {
                    let page = try workplace.session.numbers(after: last, limit: 1_000)
                    last = page.last?.number
                    return page.map(NumberState.init)
                }, empty: "There are no numbers yet: add one with \"tsunagi number add\".",
                text: { $0.number.column(18) + NumberCommand.signIn($0.username) })
        }
    }

    struct Show: AdministrationCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show one number.",
            discussion: """
                EXAMPLE
                  tsunagi number show 05012345678
                """)

        @Argument var number: String
        @OptionGroup var common: CommonOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let state = try workplace.session.number(ControlSession.parsed(number))
            try output.show(
                state,
                text: """
                    \(state.number) (\(state.canonical))
                      \(NumberCommand.signIn(state.username))
                      added \(LocalTime.text(state.createdAt))
                    """)
        }
    }

    struct Remove: AdministrationCommand {
        static let configuration = CommandConfiguration(
            abstract: "Remove a number with its password, rules and lists. Its history stays.",
            discussion: """
                EXAMPLE
                  tsunagi number remove 05012345678
                """)

        private struct Answer: Encodable {
            let removed: String
            /// Numbers whose rules still lead to it.
            let stillForwardedFrom: [String]
        }

        @Argument var number: String
        @OptionGroup var common: CommonOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let number = try ControlSession.parsed(number)
            let forwarders = try workplace.session.removeNumber(number).map(\.national)
            try output.show(
                Answer(removed: number.national, stillForwardedFrom: forwarders), text: "removed \(number)")
            if !forwarders.isEmpty {
                output.note("calls are still forwarded to it from \(forwarders.joined(separator: ", "))")
            }
        }
    }

    struct Password: AdministrationCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give a number a new password, or take it away.",
            discussion: """
                EXAMPLE
                  echo "$PASSWORD" | tsunagi number password 05012345678 --password-stdin
                  tsunagi number password 05012345678 --remove
                """)

        @Argument var number: String

        @Flag(help: "Read the new password as one line from the standard input.")
        var passwordStdin = false

        @Flag(help: "Take the password away: the number registers only from a trusted network.")
        var remove = false

        @OptionGroup var common: CommonOptions

        func validate() throws {
            guard passwordStdin != remove else {
                throw ValidationError("Give either --password-stdin or --remove.")
            }
        }

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let number = try ControlSession.parsed(number)
            let state = try workplace.session.setPassword(remove ? nil : PasswordInput.read(), of: number)
            try output.show(state, text: "\(state.number) now \(NumberCommand.signIn(state.username))")
        }
    }

    private static func signIn(_ username: String?) -> String {
        username.map { "signs in as \($0)" } ?? "has no password: registers only from a trusted network"
    }
}
