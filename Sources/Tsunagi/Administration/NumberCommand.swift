import ArgumentParser
import ControlPlane
import Directory
import Storage

extension ContractedNumberKind: ExpressibleByArgument {}

/// Where a number stands, on the command line.
struct PlaceOptions: ParsableArguments {
    @Option(help: "A contract without voice groups that the number stands under.", completion: .offered(.contracts))
    var contract: String?

    @Option(help: "The voice contract (N…) that the number stands under.", completion: .offered(.voiceContracts))
    var voiceContract: String?

    @Option(help: "What the number is there: pilot, direct-dial or multiple.")
    var kind: ContractedNumberKind = .pilot

    var place: ContractPlace? {
        voiceContract.map(ContractPlace.voiceContract) ?? contract.map(ContractPlace.contract)
    }

    func validate() throws {
        guard contract == nil || voiceContract == nil else {
            throw ValidationError("Give either --contract or --voice-contract.")
        }
    }
}

struct NumberCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "number", abstract: "Our numbers, extensions and names.",
        subcommands: [
            Add.self, List.self, Show.self, Assign.self, Remove.self, Password.self, Import.self, Export.self,
        ])

    struct Add: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "add",
            abstract: "Add a number, an extension or a name.",
            discussion: """
                A number without a password registers only from a trusted network.

                EXAMPLE
                  echo "$PASSWORD" | tsunagi number add 05012345678 --password-stdin
                  tsunagi number add 1001
                  tsunagi number add 05012345679 \\
                      --voice-contract N0005678 --kind direct-dial
                  tsunagi number add 05012345680 \\
                      --voice-contract N0005678 --kind direct-dial
                """)

        @Argument(help: "Such as 050-1234-5678, +815012345678, 1001 or alice.")
        var number: String

        @Flag(help: "Read the password as one line from the standard input.")
        var passwordStdin = false

        @OptionGroup var place: PlaceOptions
        @OptionGroup var common: ChangingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let password = passwordStdin ? try PasswordInput.read() : nil
            let state = try workplace.session.addNumber(
                typed: number, password: password, at: place.place, as: place.kind)
            try output.show(state, text: "added \(state.number), \(NumberCommand.signIn(state.username))")
        }
    }

    struct List: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List our numbers.",
            discussion: """
                EXAMPLE
                  tsunagi number list --json
                  tsunagi number list --contract Y0001234 --site TOKYO
                """)

        @OptionGroup var listed: ListedNumbersOptions

        @OptionGroup var common: ReadingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            var last: PhoneNumber?
            try output.list(
                {
                    let page = try workplace.session.numbers(after: last, in: listed.filter, limit: 1_000)
                    last = page.last?.number
                    return page.map { NumberState($0) }
                },
                empty: listed.isGiven
                    ? "There are no such numbers." : "There are no numbers yet: add one with \"tsunagi number add\".",
                text: {
                    $0.number.column(18) + NumberCommand.signIn($0.username)
                        + (NumberCommand.place($0).map { "  " + $0 } ?? "")
                })
        }
    }

    struct Show: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Show one number.",
            discussion: """
                EXAMPLE
                  tsunagi number show 05012345678
                """)

        @Argument(help: "One of our numbers, as it is dialled, an extension or a name.", completion: .offered(.numbers))
        var number: String
        @OptionGroup var common: ReadingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let state = try workplace.session.number(ControlSession.parsed(number))
            var lines = [
                "\(state.number) (\(state.canonical))", "  " + NumberCommand.signIn(state.username),
                "  added \(LocalTime.text(state.createdAt))",
            ]
            if let place = NumberCommand.place(state) { lines.append("  " + place) }
            if let options = state.options { lines.append("  options  " + OptionCommand.names(options)) }
            try output.show(state, text: lines.joined(separator: "\n"))
        }
    }

    struct Assign: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "assign",
            abstract: "Put a number under a contract or a voice contract, or take it from under any.",
            discussion: """
                The number has all the options of its contract then. Its rules stay; those whose option it has not \
                do not apply. Under no contract nothing is held back from it. When it leaves a company, what that \
                company had set for it, its password and its registrations are taken off.

                EXAMPLE
                  tsunagi number assign 05012345678 --voice-contract N0005678
                  tsunagi number assign 1001 --contract C-1001
                  tsunagi number assign 1001 --none
                """)

        @Argument(help: "One of our numbers, as it is dialled, an extension or a name.", completion: .offered(.numbers))
        var number: String
        @OptionGroup var place: PlaceOptions

        @Flag(help: "Under no contract.")
        var none = false

        @OptionGroup var common: ChangingOptions

        func validate() throws {
            guard (place.place == nil) == none else {
                throw ValidationError("Give one of --contract, --voice-contract and --none.")
            }
        }

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let number = try ControlSession.parsed(number)
            let before = try workplace.session.number(number)
            let state = try workplace.session.assignNumber(number, to: place.place, as: place.kind)
            if let former = before.company, former != state.company {
                try NumberCommand.takeOffPhones(of: number, workplace)
                output.note("what \(former) had set for \(state.number), its password and its phones were taken off")
            }
            try output.show(state, text: "\(state.number) is now \(NumberCommand.place(state) ?? "under no contract")")
        }
    }

    private static func takeOffPhones(of number: PhoneNumber, _ workplace: Workplace) throws {
        do {
            _ = try workplace.session.removeRegistrations(of: number, in: workplace.runtime())
        } catch ControlError.notRegistered {
            // There was none.
        }
    }

    struct Remove: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove",
            abstract: "Remove a number with its password, rules and lists. Its history stays.",
            discussion: """
                EXAMPLE
                  tsunagi number remove 1001
                """)

        private struct Answer: Encodable {
            let removed: String
            /// Numbers whose rules still lead to it.
            let stillForwardedFrom: [String]
        }

        @Argument(help: "One of our numbers, as it is dialled, an extension or a name.", completion: .offered(.numbers))
        var number: String
        @OptionGroup var common: ChangingOptions

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
            commandName: "password",
            abstract: "Give a number a new password, or take it away.",
            discussion: """
                EXAMPLE
                  echo "$PASSWORD" | tsunagi number password 05012345678 --password-stdin
                  tsunagi number password 05012345678 --remove
                """)

        @Argument(help: "One of our numbers, as it is dialled, an extension or a name.", completion: .offered(.numbers))
        var number: String

        @Flag(help: "Read the new password as one line from the standard input.")
        var passwordStdin = false

        @Flag(help: "Take the password away: the number registers only from a trusted network.")
        var remove = false

        @OptionGroup var common: ChangingOptions

        func validate() throws {
            guard passwordStdin != remove else {
                throw ValidationError("Give either --password-stdin or --remove.")
            }
        }

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let number = try ControlSession.parsed(number)
            let password = remove ? nil : try PasswordInput.read()
            let state = try workplace.session.setPassword(password, of: number)
            try output.show(state, text: "\(state.number) now \(NumberCommand.signIn(state.username))")
        }
    }

    /// `direct-dial under N0005678 (TOKYO), Y0001234 of Example Trading`; nil: under no contract.
    private static func place(_ state: NumberState) -> String? {
        guard let contract = state.contract, let company = state.company, let kind = state.kind else { return nil }
        let voiceContract = state.voiceContract.map { "\($0)\(state.site.map { " (\($0))" } ?? ""), " } ?? ""
        return "\(kind.rawValue) under \(voiceContract)\(contract) of \(company)"
    }

    private static func signIn(_ username: String?) -> String {
        username.map { "signs in as \($0)" } ?? "has no password: registers only from a trusted network"
    }
}
