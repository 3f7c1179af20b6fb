import ArgumentParser
import ControlPlane

struct TokenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "What programs use the web interface for programs (/api/v1) with.",
        subcommands: [Add.self, List.self, End.self])

    struct Add: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "add",
            abstract: "Make a token in the name of an account, and print it: it is shown this once.",
            discussion: """
                A program with the token may do what the account may, as far as the token's scope goes. Another password of \
                the account ends its tokens.

                EXAMPLE
                  tsunagi token add "nightly report" --user taro@example.co.jp --days 365
                  tsunagi token add "call centre" --login tokyo01 --write --numbers-only
                """)

        @Argument(help: "What it is for.")
        var name: String

        @Option(help: ArgumentHelp("Of the portal user with this e-mail address.", valueName: "email"))
        var user: String?

        @Option(help: ArgumentHelp("Of this administrator ID.", valueName: "id"))
        var admin: String?

        @Option(help: ArgumentHelp("Of this login ID.", valueName: "id"))
        var login: String?

        @Flag(help: "It may change things, too.")
        var write = false

        @Flag(help: "It may see and change only what is set for numbers, and what happened to them.")
        var numbersOnly = false

        @Option(help: "How long it is good for.")
        var days = 90

        @OptionGroup var common: ChangingOptions

        func validate() throws {
            guard [user, admin, login].compactMap({ $0 }).count == 1 else {
                throw ValidationError("Give one of --user, --admin and --login.")
            }
        }

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let issued = try workplace.session.addToken(
                name, for: owner, TokenScope(mayWrite: write, numbersOnly: numbersOnly), days: days)
            // Alone, for whoever takes it into a variable.
            try output.show(issued, text: issued.secret)
            output.note(TokenCommand.text(issued.token))
            output.note("whoever has the token can use it: keep it as a password is kept")
        }

        private var owner: TokenOwner {
            if let user { return .user(user) }
            if let admin { return .administratorID(admin) }
            return login.map(TokenOwner.loginID) ?? .oneself
        }
    }

    struct List: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List tokens, the latest first.",
            discussion: """
                EXAMPLE
                  tsunagi token list
                """)

        @OptionGroup var list: ListLimit

        @OptionGroup var common: ReadingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let tokens = try workplace.session.tokens(limit: list.limit)
            try output.list(tokens, empty: "There are no tokens.", text: TokenCommand.text)
        }
    }

    struct End: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "end",
            abstract: "End a token, and those that were made with it: the next request with any of them is refused.",
            discussion: """
                EXAMPLE
                  tsunagi token end k3v7ab2wq5mzt6xd
                """)

        @Argument(help: "The id that \"token list\" shows.")
        var id: String

        @OptionGroup var common: ChangingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let token = try workplace.session.endToken(id)
            let ended = [token] + (token.heirs ?? [])
            try output.show(token, text: ended.map { "ended \(TokenCommand.text($0))" }.joined(separator: "\n"))
        }
    }

    private static func text(_ token: TokenState) -> String {
        let used =
            token.usedAt.map { "last used \(LocalTime.text($0))" + (token.usedFrom.map { " from \($0)" } ?? "") }
            ?? "never used"
        return token.id.column(18) + token.kind.column(18) + token.account.column(24) + token.name.inOneLine.column(20)
            + token.scope.phrase.column(30) + "until \(LocalTime.text(token.expiresAt)), \(used)"
    }
}
