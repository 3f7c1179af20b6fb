import ControlPlane
import Directory

/// What is wrong with a form, in the person's language.
extension ForwardingFlaw {
    /// For beside the field.
    func text(_ words: Catalogue) -> String { reason.text(words) }

    /// For the list above the form, where it has to say which field it is.
    func named(_ words: Catalogue) -> String {
        words("forwarding.named", ["name": field.name(words), "text": text(words)])
    }
}

extension ForwardingFlaw.Field {
    /// Of the element in the form.
    var id: String {
        switch self {
        case .forwards: "forward"
        case .operations: "operations"
        case .ringSeconds: "ring"
        case .entry(let slot): "list\(slot)"
        case .target(let condition): "target-\(condition.rawValue)"
        }
    }

    fileprivate func name(_ words: Catalogue) -> String {
        switch self {
        case .forwards: words("forwarding.forwards")
        case .operations: words("forwarding.operations")
        case .ringSeconds: words("forwarding.ring")
        case .entry(let slot): words("forwarding.list.entry", ["slot": String(slot)])
        case .target(let condition): words("forwarding.operation.\(condition.key)")
        }
    }
}

extension ForwardingFlaw.Reason {
    fileprivate func text(_ words: Catalogue) -> String {
        switch self {
        case .nothingChosen: words("forwarding.flaw.nothing-chosen")
        case .noOperation: words("forwarding.flaw.no-operation")
        case .notAlone: words("forwarding.flaw.not-alone")
        case .noTarget: words("forwarding.flaw.no-target")
        case .emptyEntry: words("forwarding.flaw.empty-entry")
        case .sameAsEntry(let slot): words("forwarding.flaw.same", ["slot": String(slot)])
        case .ringSeconds(let range):
            words(
                "forwarding.flaw.ring-seconds",
                ["least": String(range.lowerBound), "most": String(range.upperBound)])
        case .notDigits: words("forwarding.flaw.not-digits")
        case .destination(let refusal): refusal.text(words)
        case .loop(let path):
            words(
                "forwarding.flaw.loop",
                ["path": path.map { TelephoneText.grouped($0.national) }.joined(separator: " → ")])
        case .loopElsewhere: words("forwarding.flaw.loop-elsewhere")
        case .optionMissing(let option):
            words("forwarding.flaw.option", ["option": words("forwarding.option.\(option.rawValue)")])
        }
    }
}

extension DestinationRefusal {
    /// In the person's language.
    func text(_ words: Catalogue) -> String {
        switch self {
        case .empty: words("forwarding.flaw.empty-entry")
        case .unreadable(let error): error.text(words)
        case .tooLong(let limit): words("forwarding.flaw.too-long", ["limit": String(limit)])
        case .itself: words("forwarding.flaw.itself")
        case .presentationPrefix: words("forwarding.flaw.prefix")
        case .emergency: words("forwarding.flaw.emergency")
        case .forbidden(let kind, _): words("forwarding.flaw.forbidden.\(kind.rawValue)")
        case .uriOfOperator: words("forwarding.flaw.uri")
        case .unknownName, .invalidURI, .voicemailInList: words("forwarding.flaw.not-digits")
        }
    }
}

extension NumberError {
    /// In the person's language.
    func text(_ words: Catalogue) -> String {
        switch self {
        case .empty: words("forwarding.flaw.empty-entry")
        case .tooLong: words("forwarding.flaw.no-such-length")
        case .unexpectedCharacter, .noUser, .mistyped: words("forwarding.flaw.not-digits")
        case .prefixed: words("forwarding.flaw.prefix")
        case .notAssigned: words("forwarding.flaw.not-assigned")
        }
    }
}
