package import Directory
package import Foundation

/// Everything about one call, as it is shown.
package struct CallSheet: Encodable, Sendable {
    package struct Leg: Encodable, Sendable {
        package let target: String
        package let sentTo: String
        package let startedAt: Date
        package let ringingAt: Date?
        package let endedAt: Date?
        /// 0 while it has none.
        package let status: Int
    }

    package struct Step: Encodable, Sendable {
        package let at: Date
        package let from: String
        package let to: String
        package let label: String
    }

    package let id: String
    package let callID: String
    package let startedAt: Date
    package let answeredAt: Date?
    package let endedAt: Date
    package let caller: String
    package let callee: String
    package let status: Int
    package let decisions: [DecisionSheet]
    package let legs: [Leg]
    /// Nil: it is not shown.
    package let ladder: [Step]?

    package init(_ record: CallRecord, hasLadder: Bool = true) {
        id = record.id
        callID = record.callID
        startedAt = Date(milliseconds: record.startedAt)
        answeredAt = record.answeredAt.map(Date.init(milliseconds:))
        endedAt = Date(milliseconds: record.endedAt)
        caller = record.caller
        callee = record.callee
        status = record.status
        decisions = record.decisions.map(DecisionSheet.init)
        legs = record.legs.map { leg in
            Leg(
                target: leg.target, sentTo: leg.sentTo, startedAt: Date(milliseconds: leg.startedAt),
                ringingAt: leg.ringingAt.map(Date.init(milliseconds:)),
                endedAt: leg.endedAt.map(Date.init(milliseconds:)), status: leg.status)
        }
        ladder =
            hasLadder
            ? record.ladder.map {
                Step(at: Date(milliseconds: $0.at), from: $0.from, to: $0.to, label: $0.label)
            } : nil
    }
}

/// A decision, as text and as facts.
package struct DecisionSheet: Encodable, Sendable {
    package let text: String
    package let facts: Decision

    package init(_ decision: Decision) {
        text = decision.description
        facts = decision
    }
}
