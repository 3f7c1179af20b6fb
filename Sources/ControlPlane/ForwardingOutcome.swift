import Directory
package import Storage

/// What was done to the forwarding of many numbers, or would be.
package struct ForwardingOutcome: Codable, Sendable, Equatable {
    package struct Change: Codable, Sendable, Equatable {
        /// As it is dialled.
        package let number: String
        package let before: ForwardingState
        package let after: ForwardingState
    }

    package struct Refusal: Codable, Sendable, Equatable {
        /// As it is dialled, or as it was typed if it is no number.
        package let number: String
        package var reason: String
        /// What the reason is the text of.
        package var error: ControlError?

        enum CodingKeys: CodingKey {
            case number, reason
        }
    }

    /// A number that somebody else has changed.
    package struct Overtaking: Sendable, Equatable {
        /// As it is dialled.
        package let number: String
        /// The last change of it; nil: none that the principal may see.
        package let change: HistoryEntry?
    }

    enum CodingKeys: CodingKey {
        case isDone, operation, changed, unchanged, refused, lastChange
    }

    /// Whether it was done; what could not be is not, nor what was only asked.
    package var isDone = false
    /// Its number in the list of operations; nil: it was not done.
    package var operation: Int64?
    package var changed: [Change] = []
    /// Numbers that are so already.
    package var unchanged: [String] = []
    /// Numbers that can't be changed so, or can't be put back because they were changed since.
    package var refused: [Refusal] = []
    /// The last entry of the history before it: what is shown of all this was so then.
    package var lastChange: Int64 = 0
    /// Numbers that were changed since it was shown what would be done to them: then nothing was done to any.
    package var overtaken: [Overtaking] = []

    /// What the changes of one number come to.
    mutating func add(_ change: Change) {
        if change.before == change.after {
            unchanged.append(change.number)
        } else {
            changed.append(change)
        }
    }

    mutating func refuse(_ number: PhoneNumber, _ reason: String, _ error: ControlError) {
        refused.append(Refusal(number: number.national, reason: reason, error: error))
    }
}
