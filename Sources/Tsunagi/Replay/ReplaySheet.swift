import ControlPlane
import Directory
import Foundation
import Replay

/// What came of a replay, as it is shown.
struct ReplaySheet: Encodable {
    struct Event: Encodable {
        let at: Date
        let from: String
        let to: String
        /// `request`, `response`, `note` or `decision`.
        let kind: String
        let label: String

        init(_ event: Ladder.Event) {
            at = Date(milliseconds: Int64(event.time / 1_000_000))
            from = event.from.description
            to = event.to.description
            kind = "\(event.kind)"
            label = event.label
        }
    }

    let file: String
    let title: String
    let failures: [String]
    let remarks: [String]
    /// Of a capture.
    let tally: CaptureTally?
    let calls: [CallSheet]
    let ladder: [Event]

    private let picture: String

    init(file: String, _ report: ReplayReport) {
        self.file = file
        title = report.ladder.title
        failures = report.failures
        remarks = report.remarks
        tally = report.tally
        calls = report.records.map { CallSheet($0) }
        ladder = report.ladder.events.map(Event.init)
        picture = report.ladder.text()
    }

    private enum CodingKeys: String, CodingKey {
        case file, title, failures, remarks, tally, calls, ladder
    }

    var text: String {
        var lines = [picture]
        for (index, call) in calls.enumerated() {
            let who = call.caller.isEmpty ? "(no number)" : call.caller
            lines.append("call \(index + 1): \(who) → \(call.callee): \(call.status)")
            lines += call.decisions.enumerated().map { "  \($0 + 1). \($1.text)" }
        }
        if let tally { lines.append("\(tally)") }
        lines += remarks
        return lines.joined(separator: "\n")
    }
}
