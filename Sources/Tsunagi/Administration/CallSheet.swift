import ControlPlane
import Directory
import Foundation

/// Everything about one call, as it is shown.
struct CallSheet: Encodable {
    struct Leg: Encodable {
        let target: String
        let sentTo: String
        let startedAt: Date
        let ringingAt: Date?
        let endedAt: Date?
        /// 0 while it has none.
        let status: Int
    }

    struct Step: Encodable {
        let at: Date
        let from: String
        let to: String
        let label: String
    }

    let id: String
    let callID: String
    let startedAt: Date
    let answeredAt: Date?
    let endedAt: Date
    let caller: String
    let callee: String
    let status: Int
    let decisions: [DecisionSheet]
    let legs: [Leg]
    let ladder: [Step]

    init(_ record: CallRecord) {
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
        ladder = record.ladder.map {
            Step(at: Date(milliseconds: $0.at), from: $0.from, to: $0.to, label: $0.label)
        }
    }

    var text: String {
        var lines = [
            "\(caller.isEmpty ? "(no number)" : caller) → \(callee), \(LocalTime.text(startedAt)): \(status)",
            "  call \(id), Call-ID \(callID)",
        ]
        if let answeredAt { lines.append("  answered after \(Self.seconds(answeredAt, since: startedAt))") }
        lines += ["decisions"] + decisions.map { "  " + $0.text }
        if !legs.isEmpty { lines.append("legs") }
        for leg in legs { lines += text(leg) }
        if !ladder.isEmpty { lines.append("messages") }
        for step in ladder {
            let at = Self.seconds(step.at, since: startedAt)
            lines.append("  " + "+\(at)".column(12) + "\(step.from) → \(step.to)  \(step.label)")
        }
        return lines.joined(separator: "\n")
    }

    private func text(_ leg: Leg) -> [String] {
        var times = ["+" + Self.seconds(leg.startedAt, since: startedAt)]
        if let ringing = leg.ringingAt { times.append("rang at +" + Self.seconds(ringing, since: startedAt)) }
        if let ended = leg.endedAt { times.append("ended at +" + Self.seconds(ended, since: startedAt)) }
        return [
            "  \(leg.target)" + (leg.sentTo.isEmpty ? "" : " by \(leg.sentTo)"),
            "    \(leg.status == 0 ? "no final answer" : "\(leg.status)"), \(times.joined(separator: ", "))",
        ]
    }

    private static func seconds(_ date: Date, since start: Date) -> String {
        let milliseconds = date.milliseconds - start.milliseconds
        return "\(milliseconds / 1000).\(String(1000 + abs(milliseconds) % 1000).dropFirst()) s"
    }
}

/// A decision, as text and as facts.
struct DecisionSheet: Encodable {
    let text: String
    let facts: Decision

    init(_ decision: Decision) {
        text = decision.description
        facts = decision
    }
}
