import ArgumentParser
import ControlPlane
import Foundation
import Storage

extension ForwardCommand {
    struct Restore: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "restore",
            abstract: "Put forwarding back to what it was before it was changed for many numbers, or for a time.",
            discussion: """
                Of numbers: takes off what lies over their rules for a time. If nothing does, takes back what the last \
                change of many numbers did to them. With the number of an operation ("tsunagi forward operations"): \
                takes back that one; with nothing, the last one.

                A number whose rules were changed since is left as it is, and told with the reason.

                EXAMPLE
                  tsunagi forward restore 05012345678
                  tsunagi forward restore 1 --preview
                  tsunagi forward restore
                  tsunagi forward restore --site TOKYO
                """)

        @Argument(help: "The number of an operation, or one of our numbers (extensions with --number).")
        var what: String?

        @Option(
            help: "One of our numbers, such as an extension that could be the number of an operation.",
            completion: .offered(.numbers))
        var number: String?

        @OptionGroup var selection: SelectionOptions

        @Flag(help: "Only tell what would be changed, number by number.")
        var preview = false

        @OptionGroup var common: ChangingOptions

        func validate() throws {
            guard [what != nil, number != nil, selection.isGiven].count(where: \.self) <= 1 else {
                throw ValidationError("Give one of an operation, a number, and which numbers.")
            }
        }

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let outcome: ForwardingOutcome
            do {
                outcome = try workplace.session.restoreForwarding(try restoration(), commits: !preview)
            } catch ControlError.noSuchOperation(let id) {
                throw NoOperation(id: id)
            }
            try OutcomeSheet(
                outcome: outcome, purpose: .restore, isPreview: preview, goesOn: !outcome.changed.isEmpty
            ).show(output)
        }

        private struct NoOperation: Error, CustomStringConvertible {
            let id: Int64

            var description: String {
                "nothing was put back: there is no operation \(id), see \"tsunagi forward operations\"; for the extension "
                    + "\(id), say \"tsunagi forward restore --number \(id)\""
            }
        }

        private func restoration() throws -> ForwardingRestoration {
            if let selection = try selection.selection() { return .numbers(selection) }
            // What is dialled from outside begins with 0; operations are counted from 1.
            if let what, !what.hasPrefix("0"), what.allSatisfy(\.isASCII), what.allSatisfy(\.isNumber),
                let id = Int64(what)
            {
                return .operation(id)
            }
            if let text = number ?? what { return .numbers(.list([text], named: text)) }
            return .last
        }
    }

    struct Operations: AdministrationCommand {
        static let configuration = CommandConfiguration(
            commandName: "operations",
            abstract: "List what was done to the forwarding of many numbers at once, the newest first.",
            discussion: """
                EXAMPLE
                  tsunagi forward operations
                  tsunagi forward operations 1
                """)

        @Argument(help: "One of them: its changes, number by number.")
        var operation: Int64?

        @OptionGroup var list: ListLimit

        @OptionGroup var common: ReadingOptions

        func perform(in workplace: Workplace, _ output: CommandOutput) throws {
            let session = workplace.session
            if let operation {
                let changes = try session.changes(ofForwardingOperation: operation).map { HistoryLine($0) }
                try output.list(changes, empty: "", text: \.text)
            } else {
                try output.list(
                    session.forwardingOperations(limit: list.limit), empty: "Nothing was done to many numbers at once.",
                    text: Self.line)
            }
        }

        private static func line(_ state: ForwardingOperationState) -> String {
            let until = state.until.map { " until " + LocalTime.text($0).dropLast(3) } ?? ""
            let inForce = state.until == nil ? nil : "in force for \(state.inForce)"
            let restored = state.restored == 0 ? nil : "put back for \(state.restored)"
            let numbers = "\(state.numbers) \(state.numbers == 1 ? "number" : "numbers")"
            let facts = [numbers, inForce, restored, "by \(state.actor)"].compactMap(\.self).joined(separator: ", ")
            return String(state.id).column(5) + LocalTime.text(state.at) + "  \(state.summary)\(until)"
                + "  \(state.scope)  (\(facts))"
        }
    }
}
