import ArgumentParser
import ControlPlane
import Directory
import Foundation
import Storage

struct CallsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calls", abstract: "What happened to calls.", subcommands: [List.self, Show.self])

    struct List: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List calls, the newest first.",
            discussion: """
                Times are those of the data directory's time zone ("tsunagi settings time-zone").

                A number is found in whatever form it was called and is given: 050-1234-5678, 05012345678 and \
                +815012345678 are one, as the caller and as who was called, also at another domain. A call that was \
                forwarded to a number is listed under the one that was called; "calls show" tells its way.

                EXAMPLE
                  tsunagi calls list --number 05012345678 --since 2026-12-01
                """)

        @Option(help: "Calls from or to this number, in any form of it.", completion: .offered(.numbers))
        var number: String?

        @Option(
            help: "Calls that began then or later: 2026-12-01, or 2026-12-01T09:00.",
            transform: { try WallTimeArgument(typed: $0) })
        var since: WallTimeArgument?

        @OptionGroup var list: ListLimit

        @OptionGroup var common: ReadingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            var filter = CallFilter(
                number: try number.map(ControlSession.parsed), since: try since?.date(in: LocalTime.zone).milliseconds)
            let runtime = try workplace.runtime()
            let pages = list.pages { (last: CallSummary?, limit) in
                (filter.after, filter.limit) = (last?.id, limit)
                return try workplace.session.calls(filter, in: runtime)
            }
            try output.list({ try pages().map(CallLine.init) }, empty: "No such calls in the log.", text: \.text)
        }
    }

    struct Show: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Show one call: each decision with its reason, its legs, times and final status.",
            discussion: """
                EXAMPLE
                  tsunagi calls show "$(tsunagi calls list --limit 1 --json | jq -r .[0].id)"
                """)

        @Argument(help: "The id that \"calls list\" shows.")
        var id: String

        @OptionGroup var common: ReadingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let call = CallSheet(try workplace.session.call(id: id, in: workplace.runtime()))
            try output.show(call, text: call.text)
        }
    }
}

extension CallLine {
    var text: String {
        LocalTime.text(startedAt) + "  " + (caller.isEmpty ? "(no number)" : caller).column(16) + "→ "
            + callee.column(16) + "\(status)  \(id)"
    }
}
