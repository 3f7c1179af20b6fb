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
                name that it has, or had at last.

                EXAMPLE
                  tsunagi history 05012345678
                  tsunagi history show --contract Y0001234
                  tsunagi history --user taro@example.co.jp --json
                  tsunagi history show --limit 10
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

        @OptionGroup var list: ListLimit

        @OptionGroup var common: ReadingOptions

        func validate() throws {
            guard [number, company, contract, user, admin, login].compactMap({ $0 }).count <= 1 else {
                throw ValidationError("Give one of a number, --company, --contract, --user, --admin and --login.")
            }
        }

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let entries = try entries(workplace.session)
            try output.list(entries.map { HistoryLine($0) }, empty: "Nothing was changed.", text: \.text)
        }

        private func entries(_ session: ControlSession) throws -> [HistoryEntry] {
            if let number { return try session.history(of: ControlSession.parsed(number), limit: list.limit) }
            if let company { return try session.history(ofCompany: company, limit: list.limit) }
            if let contract { return try session.history(ofContract: contract, limit: list.limit) }
            if let user { return try session.history(ofUser: user, limit: list.limit) }
            if let admin { return try session.history(ofAdministratorID: admin, limit: list.limit) }
            if let login { return try session.history(ofLoginID: login, limit: list.limit) }
            return try session.history(limit: list.limit)
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
