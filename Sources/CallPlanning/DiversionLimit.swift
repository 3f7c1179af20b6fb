/// How often one call may be diverted, whatever the kind of diversion and wherever it happened.
package struct DiversionLimit: Sendable, Equatable {
    package static let warning = "Too many diversions"

    /// What an operator may set it to.
    package static let range = 0...20

    /// The number of diversions that a call may have behind it in all.
    package var limit: Int

    package init(_ limit: Int = 5) {
        self.limit = limit
    }

    /// Whether one more diversion would be too many.
    package func isReached(after diversionsSoFar: Int) -> Bool { diversionsSoFar >= limit }

    /// The answer to the caller in place of the diversion that is too many (TS 24.604 §4.5.2.6.1): 486 for a busy
    /// diversion, 480 for the others.
    package static func status(inPlaceOf reason: DiversionReason) -> Int { reason == .userBusy ? 486 : 480 }
}
