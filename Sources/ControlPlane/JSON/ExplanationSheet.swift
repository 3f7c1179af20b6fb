package import Foundation

/// What would happen to a call, and why.
package struct ExplanationSheet: Encodable, Sendable {
    /// Nil: no number is shown.
    package let from: String?
    package let to: String
    package let at: Date
    package let decisions: [DecisionSheet]

    package init(from: String?, to: String, at: Date, decisions: [DecisionSheet]) {
        self.from = from
        self.to = to
        self.at = at
        self.decisions = decisions
    }
}
