import ControlPlane
import Directory

extension ControlError {
    /// Why a number's forwarding can't be set so, in the person's language; nil: it is not about that.
    func forwardingText(_ words: Catalogue) -> String? {
        switch self {
        case .destination(let refusal): refusal.text(words)
        case .loop(let path):
            words(
                "forwarding.flaw.loop",
                ["path": path.map { TelephoneText.grouped($0.national) }.joined(separator: " → ")])
        case .loopElsewhere: words("forwarding.flaw.loop-elsewhere")
        case .contract(.optionMissing(let option, _, _)), .contract(.optionWithheld(let option, _)):
            words("forwarding.flaw.option", ["option": words("forwarding.option.\(option.rawValue)")])
        case .ringSeconds:
            words("forwarding.flaw.ring-seconds", ForwardingRules.ringSecondsPlaces)
        case .noFreeSlot: words("forwarding.flaw.no-free-slot")
        case .noSuchNumber, .invalidNumber: words("forwarding.flaw.no-such-number")
        case .cannotUndo(_, let obstacle): obstacle.text(words)
        case .notPermitted: words("error.not-permitted.heading")
        default: nil
        }
    }
}

extension UndoObstacle {
    /// In the person's language.
    func text(_ words: Catalogue) -> String {
        switch self {
        case .changedNothing: words("history.undo.nothing")
        case .irreversible: words("history.undo.never")
        case .nameGiven(let name, _, _): words("history.undo.name-given", ["name": name])
        case .overwritten: words("history.undo.overwritten")
        case .laterChange(_, _, _, .undoItFirst): words("history.undo.later")
        case .laterChange(_, _, _, .remove): words("history.undo.delete")
        case .laterChange(_, _, _, .setAnew): words("history.undo.set-anew")
        }
    }
}

extension ForwardingRules {
    /// The range of ring times, for a text that names it.
    static var ringSecondsPlaces: [String: String] {
        ["least": String(ringSecondsRange.lowerBound), "most": String(ringSecondsRange.upperBound)]
    }
}
