import Directory
import Foundation

/// The part of a call's record that only `calls show` needs: stored as JSON in one piece.
struct CallDetail: Codable {
    let decisions: [Decision]
    let legs: [CallRecord.Leg]
    let ladder: [CallRecord.LadderStep]

    static func encode(_ record: CallRecord) throws -> Data {
        try JSONEncoder().encode(CallDetail(decisions: record.decisions, legs: record.legs, ladder: record.ladder))
    }

    static func decode(_ data: Data) throws -> CallDetail {
        try JSONDecoder().decode(CallDetail.self, from: data)
    }
}
