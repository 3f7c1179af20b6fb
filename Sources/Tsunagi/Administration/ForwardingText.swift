import ControlPlane
import Directory

/// A number's forwarding, as it is shown.
enum ForwardingText {
    static func sheet(_ state: ForwardingState) -> String {
        var lines = ["\(state.number) rings for up to \(state.ringSeconds) seconds"]
        if let until = endOfAllOff(state) {
            lines.append("  " + "all".column(13) + "off  temporarily, until \(until)")
        } else {
            lines += (state.temporary ?? []).map(sheetLine)
        }
        if state.rules.isEmpty {
            lines.append("  forwards no calls" + (state.temporary == nil ? "" : " by its own rules"))
        }
        for rule in state.rules {
            lines.append(
                "  " + rule.when.rawValue.column(13) + "→ " + rule.to + notes(rule).map { "  " + $0 }.joined()
                    + (schedule(of: rule).map { "  applies " + $0 } ?? ""))
        }
        if !state.saved.isEmpty { lines.append("saved destinations") }
        for saved in state.saved { lines.append("  \(saved.slot)  \(saved.to)") }
        return lines.joined(separator: "\n")
    }

    /// Of a saved destination that gives way to another one: `the place of saved destination 2 (0311111111)`.
    static func place(of replaced: ForwardingState.Saved) -> String {
        "the place of saved destination \(replaced.slot) (\(replaced.to))"
    }

    private static func sheetLine(_ temporary: ForwardingState.Temporary) -> String {
        let target = temporary.to.map { "→ \($0)" } ?? "off"
        let notes = notes(temporary).map { "  " + $0 }.joined()
        return "  " + temporary.when.rawValue.column(13) + target + "  temporarily, until \(temporary.untilText)"
            + notes
    }

    static func line(_ state: ForwardingState) -> String { state.number.column(18) + summary(state) }

    /// `always → 0312345678 until 2026-12-28 09:00, busy → voicemail`.
    static func summary(_ state: ForwardingState) -> String {
        let temporary = endOfAllOff(state).map { ["all off until \($0)"] } ?? (state.temporary ?? []).map(phrase)
        let parts = temporary + state.rules.map(phrase)
        return parts.isEmpty ? "off" : parts.joined(separator: ", ")
    }

    private static func phrase(_ temporary: ForwardingState.Temporary) -> String {
        let target = temporary.to.map { " → \($0)" } ?? " off"
        return ([temporary.when.rawValue + target, "until \(temporary.untilText)"] + notes(temporary))
            .joined(separator: " ")
    }

    private static func phrase(_ rule: ForwardingState.Rule) -> String {
        let schedule = schedule(of: rule).map { ["(\($0))"] } ?? []
        return (["\(rule.when.rawValue) → \(rule.to)"] + notes(rule) + schedule).joined(separator: " ")
    }

    /// Where no rule holds for a time: until when.
    private static func endOfAllOff(_ state: ForwardingState) -> String? {
        guard let temporary = state.temporary, temporary.count == ForwardingCondition.allCases.count,
            temporary.allSatisfy({ $0.to == nil && $0.until == temporary.first?.until })
        else { return nil }
        return temporary.first?.untilText
    }

    /// `mon-fri 18:00-09:00; not now`.
    private static func schedule(of rule: ForwardingState.Rule) -> String? {
        rule.schedule.map { $0.text + (rule.appliesNow == false ? "; not now" : "") }
    }

    /// Why a rule does not apply.
    private static func notes(_ rule: ForwardingState.Rule) -> [String] {
        (rule.isCovered == true ? ["(not meanwhile)"] : []) + notes(rule.resting, rule.lacking)
    }

    private static func notes(_ temporary: ForwardingState.Temporary) -> [String] {
        notes(temporary.resting, temporary.lacking)
    }

    private static func notes(_ isResting: Bool, _ lacking: OptionService?) -> [String] {
        (isResting ? ["(resting)"] : []) + (lacking.map { ["(needs the option \($0.rawValue))"] } ?? [])
    }
}
