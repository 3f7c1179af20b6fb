import ArgumentParser
import ControlPlane
import Foundation
import Storage

struct HistoryCommand: AdministrationCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "What was changed about a number: when, by whom, before and after.",
        discussion: """
            The newest change comes first. The history of a number outlives it.

            EXAMPLE
              tsunagi history 05012345678
            """)

    @Argument var number: String

    @Option(help: "How many changes at most.")
    var limit = 50

    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit is 1 or more.") }
    }

    func perform(in workplace: Workplace, _ output: CommandOutput) throws {
        let entries = try workplace.session.history(of: ControlSession.parsed(number), limit: limit)
        try output.list(entries.map(HistoryLine.init), empty: "Nothing was changed.", text: \.text)
    }
}

/// A change, as it is shown.
struct HistoryLine: Encodable {
    let id: Int64
    let at: Date
    let actor: String
    let source: String
    let onBehalfOf: String?
    let action: String
    let before: JSONValue?
    let after: JSONValue?

    init(_ entry: HistoryEntry) {
        id = entry.id
        at = Date(milliseconds: entry.at)
        actor = entry.actor
        source = entry.source
        onBehalfOf = entry.onBehalfOf
        action = entry.action
        before = entry.before.flatMap(JSONValue.init(text:))
        after = entry.after.flatMap(JSONValue.init(text:))
    }

    var text: String {
        let who = "\(actor) (\(source))" + (onBehalfOf.map { " for \($0)" } ?? "")
        return (["\(LocalTime.text(at))  \(action)  by \(who)"] + changes.map { "    " + $0 }).joined(separator: "\n")
    }

    /// Only what differs, one line each.
    private var changes: [String] {
        guard case .object(let old)? = before, case .object(let new)? = after else {
            return [before.map { "was \($0.text)" }, after.map { "now \($0.text)" }].compactMap { $0 }
        }
        return Set(old.keys).union(new.keys).sorted().filter { old[$0] != new[$0] }.map { key in
            "\(key): \(new[key]?.text ?? "none")  (was \(old[key]?.text ?? "none"))"
        }
    }
}
