import ArgumentParser
import ControlPlane

/// What was done to many numbers, or would be, as it is shown.
struct OutcomeSheet {
    enum Purpose {
        case change
        case restore
    }

    let outcome: ForwardingOutcome
    let purpose: Purpose
    /// Only asked.
    let isPreview: Bool

    /// - Throws: `ExitCode` 1 where something stood in the way of all of it.
    func show(_ output: CommandOutput) throws {
        try output.show(outcome, text: text)
        guard isBlocked else { return }
        let refused = "\(outcome.refused.count) of \(total) numbers are refused"
        output.note(
            purpose == .change
                ? "\(refused): nothing \(isPreview ? "would be" : "was") changed; correct them, or give --skip-refused"
                : "nothing \(isPreview ? "would be" : "was") put back: see the reasons above")
        throw ExitCode.failure
    }

    private var total: Int { outcome.changed.count + outcome.unchanged.count + outcome.refused.count }

    /// A change that goes on without the refused has an operation, or nothing to change.
    private var isBlocked: Bool { !outcome.refused.isEmpty && !goesOn }

    /// The refused are left out, not in the way.
    var goesOn: Bool

    private var text: String {
        var lines = outcome.changed.map { change in
            let replaced = purpose == .change ? change.after.replaced(since: change.before) : nil
            return change.number.column(18) + ForwardingText.summary(change.after)
                + "  (was: \(ForwardingText.summary(change.before)))"
                + (replaced.map { ", in \(ForwardingText.place(of: $0))" } ?? "")
        }
        for (reason, numbers) in reasons {
            let verdict = purpose == .change ? "refused" : "left as it is"
            if numbers.count == 1 {
                lines.append(numbers[0].column(18) + "\(verdict): \(reason)")
            } else {
                lines.append("\(verdict), each of these: \(reason)")
                lines += numbers.map { "  " + $0 }
            }
        }
        return (lines + [totals]).joined(separator: "\n")
    }

    /// Equal reasons once, in the order in which they come.
    private var reasons: [(String, [String])] {
        var order: [String] = []
        var numbers: [String: [String]] = [:]
        for refusal in outcome.refused {
            if numbers[refusal.reason] == nil { order.append(refusal.reason) }
            numbers[refusal.reason, default: []].append(refusal.number)
        }
        return order.map { ($0, numbers[$0] ?? []) }
    }

    private var totals: String {
        if purpose == .restore, outcome.changed.isEmpty, outcome.refused.isEmpty {
            return "nothing to put back: "
                + (outcome.unchanged.count == 1 ? "the number is" : "all \(outcome.unchanged.count) numbers are")
                + " as before, so it was put back already"
        }
        let isKnown = outcome.isDone || outcome.changed.isEmpty && !isPreview
        let done = isKnown ? "changed" : "would change"
        var parts = ["\(outcome.changed.count) \(done)"]
        if !outcome.unchanged.isEmpty { parts.append("\(outcome.unchanged.count) stay as they are") }
        if !outcome.refused.isEmpty {
            parts.append("\(outcome.refused.count) \(purpose == .change ? "refused" : "left as they are, see above")")
        }
        let operation = outcome.operation.map { ": operation \($0) (\"tsunagi forward restore \($0)\" takes it back)" }
        return parts.joined(separator: ", ") + (operation ?? (isPreview ? ": only a preview" : ""))
    }
}
