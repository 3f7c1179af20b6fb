import ArgumentParser
import ControlPlane
import Foundation
import Storage

struct HistoryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "What was changed: when, by whom, before and after.",
        discussion: """
            EXAMPLE
              tsunagi history 05012345678
              tsunagi history verify
              tsunagi history undo 42
            """,
        subcommands: [Show.self, Verify.self, Undo.self], defaultSubcommand: Show.self)

    struct Show: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Show the changes of a number, a company, a contract or an account, or all of them.",
            discussion: """
                The newest change comes first. The history of what was removed outlives it; an account's is found under the \
                name that it has, or had at last. Times are those of the data directory's time zone ("tsunagi settings \
                time-zone").

                EXAMPLE
                  tsunagi history 05012345678
                  tsunagi history show --contract Y0001234
                  tsunagi history --user taro@example.co.jp --json
                  tsunagi history show --limit 10
                  tsunagi history --since 2026-12-01 --until 2026-12-24 --limit 100000
                """)

        @Argument(help: "One of our numbers, as it is dialled, an extension or a name.", completion: .offered(.numbers))
        var number: String?

        @Option(help: "Of this company.", completion: .offered(.companies))
        var company: String?

        @Option(help: "Of this contract, its sites and voice contracts.", completion: .offered(.contracts))
        var contract: String?

        @Option(help: ArgumentHelp("Of the portal user with this e-mail address.", valueName: "email"))
        var user: String?

        @Option(
            help: ArgumentHelp("Of this administrator ID.", valueName: "id"),
            completion: .offered(.administratorIDs))
        var admin: String?

        @Option(help: ArgumentHelp("Of this login ID.", valueName: "id"), completion: .offered(.loginIDs))
        var login: String?

        @Option(
            help: "Changes that were made then or later: 2026-12-01, or 2026-12-01T09:00.",
            transform: { try WallTimeArgument(typed: $0) })
        var since: WallTimeArgument?

        @Option(
            help: "Changes that were made before then: 2026-12-01T09:00, or 2026-12-01 for that day as well.",
            transform: { try WallTimeArgument(typed: $0) })
        var until: WallTimeArgument?

        @OptionGroup var list: ListLimit

        @OptionGroup var common: ReadingOptions

        func validate() throws {
            guard [number, company, contract, user, admin, login].compactMap({ $0 }).count <= 1 else {
                throw ValidationError("Give one of a number, --company, --contract, --user, --admin and --login.")
            }
        }

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let (session, zone) = (workplace.session, LocalTime.zone)
            let filter = HistoryFilter(
                from: try since?.date(in: zone).milliseconds, until: try until?.end(in: zone).milliseconds)
            let pages = try list.pages(entries(session, filter))
            let empty = filter == HistoryFilter() ? "Nothing was changed." : "Nothing was changed then."
            try output.list({ try pages().map { HistoryLine($0) } }, empty: empty, text: \.text)
        }

        private func entries(_ session: ControlSession, _ filter: HistoryFilter) throws -> (
            _ last: HistoryEntry?, _ limit: Int
        ) throws -> [HistoryEntry] {
            if let number {
                let number = try ControlSession.parsed(number)
                return { try session.history(of: number, matching: filter, before: $0?.id, limit: $1) }
            }
            if let company {
                return { try session.history(ofCompany: company, matching: filter, before: $0?.id, limit: $1) }
            }
            if let contract {
                return { try session.history(ofContract: contract, matching: filter, before: $0?.id, limit: $1) }
            }
            if let user {
                return { try session.history(ofUser: user, matching: filter, before: $0?.id, limit: $1) }
            }
            if let admin {
                return { try session.history(ofAdministratorID: admin, matching: filter, before: $0?.id, limit: $1) }
            }
            if let login {
                return { try session.history(ofLoginID: login, matching: filter, before: $0?.id, limit: $1) }
            }
            return { try session.history(before: $0?.id, matching: filter, limit: $1) }
        }
    }

    struct Verify: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify",
            abstract: "Tell whether any entry was altered or removed, and the first that was.",
            discussion: """
                Exits 1 when one was.

                EXAMPLE
                  tsunagi history verify
                """)

        private struct Answer: Encodable {
            let entries: Int64
        }

        @OptionGroup var common: ReadingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let count = try workplace.session.verifyHistory()
            try output.show(Answer(entries: count), text: "all \(count) entries are as they were written")
        }
    }

    struct Undo: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "undo",
            abstract: "Take a change back, as a change of its own.",
            discussion: """
                Refused where a later change of the same stands in the way, and where what was before is not allowed \
                now.

                EXAMPLE
                  tsunagi history undo 42
                """)

        @Argument(help: "The number before the change in \"tsunagi history\".")
        var id: Int64

        @OptionGroup var common: ChangingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let line = HistoryLine(try workplace.session.undo(id))
            try output.show(line, text: line.text)
        }
    }
}

extension HistoryLine {
    var text: String {
        let who = "\(actor) (\(source))" + (onBehalfOf.map { " for \($0)" } ?? "")
        let first = "\(id)  \(LocalTime.text(at))  \(action)  \((name ?? key).inOneLine)  by \(who)"
        return ([first] + changes.map { "    " + $0 }).joined(separator: "\n")
    }

    /// Only what differs, one line each.
    private var changes: [String] {
        guard case .object(let old)? = before?.inLocalTime, case .object(let new)? = after?.inLocalTime else {
            return [before.map { "was \($0.inLocalTime.text)" }, after.map { "now \($0.inLocalTime.text)" }]
                .compactMap { $0 }
        }
        return Set(old.keys).union(new.keys).sorted().filter { old[$0] != new[$0] }.map { key in
            let difference = Self.difference(ofCallers: old[key], new[key])
            return "\(key): " + (difference ?? "\(new[key]?.text ?? "none")  (was \(old[key]?.text ?? "none"))")
        }
    }

    /// Of a block list, which has up to thirty callers: those who came and those who went. Nil: it is no block list.
    private static func difference(ofCallers before: JSONValue?, _ after: JSONValue?) -> String? {
        guard let before = before?.callers, let after = after?.callers else { return nil }
        let parts = [
            ("added", after.filter { !before.contains($0) }), ("removed", before.filter { !after.contains($0) }),
        ].filter { !$1.isEmpty }.map { "\($0) " + $1.joined(separator: ", ") }
        return parts.isEmpty ? nil : parts.joined(separator: "; ")
    }
}
