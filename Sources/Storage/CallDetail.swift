import Directory
import Foundation

/// The part of a call's record that only `calls show` needs: stored as JSON in one piece.
///
/// Read by the general decoder, and written by hand in the form that it expects: every call is written, few are ever
/// read, and the general encoder takes ten times as long.
struct CallDetail: Decodable {
    let decisions: [Decision]
    let legs: [CallRecord.Leg]
    let ladder: [CallRecord.LadderStep]

    /// Writes a call's detail.
    static func write(_ record: CallRecord, to writer: inout JSONWriter) {
        writer.object { object in
            object.array("decisions", record.decisions) { $0.decision($1) }
            object.array("legs", record.legs) { $0.leg($1) }
            object.array("ladder", record.ladder) { $0.step($1) }
        }
    }

    static func decode(_ data: Data) throws -> CallDetail {
        try JSONDecoder().decode(CallDetail.self, from: data)
    }
}

extension JSONWriter {
    fileprivate mutating func leg(_ leg: CallRecord.Leg) {
        object { object in
            object.member("target", leg.target)
            object.member("sentTo", leg.sentTo)
            object.member("startedAt", Int(leg.startedAt))
            if let ringingAt = leg.ringingAt { object.member("ringingAt", Int(ringingAt)) }
            if let endedAt = leg.endedAt { object.member("endedAt", Int(endedAt)) }
            object.member("status", leg.status)
        }
    }

    fileprivate mutating func step(_ step: CallRecord.LadderStep) {
        object { object in
            object.member("at", Int(step.at))
            object.member("from", step.from)
            object.member("to", step.to)
            object.member("label", step.label)
        }
    }
}
