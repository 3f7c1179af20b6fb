import ControlPlane
import Foundation

extension CallSheet {
    var text: String {
        var lines = [
            "\(caller.isEmpty ? "(no number)" : caller) → \(callee), \(LocalTime.text(startedAt)): \(status)",
            "  call \(id), Call-ID \(callID)",
        ]
        if let answeredAt { lines.append("  answered after \(Self.seconds(answeredAt, since: startedAt))") }
        lines += ["decisions"] + decisions.map { "  " + $0.text }
        if !legs.isEmpty { lines.append("legs") }
        for leg in legs { lines += text(leg) }
        let steps = ladder ?? []
        if !steps.isEmpty { lines.append("messages") }
        for step in steps {
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
