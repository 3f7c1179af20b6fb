import ArgumentParser
import ControlPlane

struct TrunkCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trunk", abstract: "Gateways to other networks, by the prefix of the number that is called.",
        subcommands: [Add.self, Set.self, List.self, Remove.self])

    struct Add: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "add",
            abstract: "Send numbers with a prefix to gateways. The longest prefix decides.",
            discussion: """
                Each gateway is tried when those before it have failed. With the same ;priority= they share the calls \
                by their ;weight= (1 to 100).

                EXAMPLE
                  tsunagi trunk add 03 sip:gw.example:5060 sip:gw2.example:5060
                  tsunagi trunk add +1 "sip:192.0.2.1;transport=tcp"
                """)

        @Argument(help: "What numbers begin with: 03, 0, 9 or +1.")
        var prefix: String

        @Argument(help: "sip:host:port, with ;transport=tcp, ;weight= and ;priority= as needed.")
        var gateways: [String]

        @Flag(inversion: .prefixedNo, help: "Write Diversion (RFC 5806) towards them.")
        var diversion = true

        @Flag(inversion: .prefixedNo, help: "Write History-Info (RFC 7044) towards them.")
        var historyInfo = true

        @OptionGroup var common: ChangingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let state = try workplace.session.addTrunk(
                prefix: prefix, gateways: gateways, sendsDiversion: diversion, sendsHistoryInfo: historyInfo)
            try output.show(state, text: TrunkCommand.text(state))
        }
    }

    struct Set: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "set",
            abstract: "Change the gateways of a trunk, or what is written towards them, without a moment without it.",
            discussion: """
                The gateways that are given are all that it has from then on; without any it keeps those that it has. What is \
                not said of Diversion and History-Info stays.

                EXAMPLE
                  tsunagi trunk set 03 sip:gw3.example:5060 sip:gw2.example:5060
                  tsunagi trunk set 03 --no-history-info
                """)

        @Argument(help: "As \"tsunagi trunk list\" shows it.")
        var prefix: String

        @Argument(help: "As \"tsunagi trunk add\" takes them.")
        var gateways: [String] = []

        @Flag(inversion: .prefixedNo, help: "Write Diversion (RFC 5806) towards them.")
        var diversion: Bool?

        @Flag(inversion: .prefixedNo, help: "Write History-Info (RFC 7044) towards them.")
        var historyInfo: Bool?

        @OptionGroup var common: ChangingOptions

        func validate() throws {
            guard !gateways.isEmpty || diversion != nil || historyInfo != nil else {
                throw ValidationError("Give gateways, or --[no-]diversion or --[no-]history-info.")
            }
        }

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let state = try workplace.session.setTrunk(
                prefix: prefix, gateways: gateways.isEmpty ? nil : gateways, sendsDiversion: diversion,
                sendsHistoryInfo: historyInfo)
            try output.show(state, text: TrunkCommand.text(state))
        }
    }

    struct List: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List the trunks.",
            discussion: """
                EXAMPLE
                  tsunagi trunk list
                """)

        @OptionGroup var common: ReadingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            try output.list(
                try workplace.session.trunks(),
                empty: "There are no trunks: calls to numbers that are not ours are answered 404.",
                text: TrunkCommand.text)
        }
    }

    struct Remove: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove",
            abstract: "Remove the trunk for a prefix.",
            discussion: """
                EXAMPLE
                  tsunagi trunk remove 03
                """)

        @Argument(help: "As \"tsunagi trunk list\" shows it.") var prefix: String
        @OptionGroup var common: ChangingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let state = try workplace.session.removeTrunk(prefix: prefix)
            try output.show(state, text: "removed the trunk for \(state.prefix)")
        }
    }

    private static func text(_ state: TrunkState) -> String {
        let hops = state.hops.map { hop in
            let missing = [hop.sendsDiversion ? nil : "no Diversion", hop.sendsHistoryInfo ? nil : "no History-Info"]
            let notes = ["priority \(hop.priority)", "weight \(hop.weight)"] + missing.compactMap { $0 }
            return "  \(hop.uri)  (\(notes.joined(separator: ", ")))"
        }
        return ([state.prefix] + hops).joined(separator: "\n")
    }
}
