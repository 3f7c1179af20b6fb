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
            words(
                "forwarding.flaw.ring-seconds",
                [
                    "least": String(ForwardingRules.ringSecondsRange.lowerBound),
                    "most": String(ForwardingRules.ringSecondsRange.upperBound),
                ])
        case .noFreeSlot: words("forwarding.flaw.no-free-slot")
        case .noSuchNumber, .invalidNumber: words("forwarding.flaw.no-such-number")
        case .cannotUndo: words("history.undo.later")
        case .notPermitted: words("error.not-permitted.heading")
        default: nil
        }
    }
}
