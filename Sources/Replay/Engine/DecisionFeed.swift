internal import Directory
internal import SIPMessage

/// The decisions of an engine, each of them once and at the moment at which it was taken.
struct DecisionFeed {
    private var told: [String: Int] = [:]
    private var openCalls: Set<String> = []
    private var recordsSeen = 0

    /// From now on, decisions about the call that this message begins are of interest.
    mutating func watch(_ message: SIPMessage) {
        guard message.method == .invite, let callID = message.value(.callID) else { return }
        openCalls.insert(callID)
    }

    /// What has been decided since the last time, call by call.
    ///
    /// - Parameter callID: of the only call that something has happened to; nil: it may have been any.
    mutating func next(from engine: ReplayEngine, about callID: String? = nil) -> [Decision] {
        var new: [Decision] = []
        for record in engine.records[recordsSeen...] {
            new += take(record.decisions, of: record.callID)
            // A further call of the same Call-ID tells its decisions anew.
            told[record.callID] = nil
        }
        recordsSeen = engine.records.count
        for callID in callID.map({ openCalls.contains($0) ? [$0] : [] }) ?? openCalls.sorted() {
            let decisions = engine.decisions(ofCall: callID)
            if decisions.isEmpty { openCalls.remove(callID) } else { new += take(decisions, of: callID) }
        }
        return new
    }

    private mutating func take(_ decisions: [Decision], of callID: String) -> [Decision] {
        let known = told[callID] ?? 0
        guard decisions.count > known else { return [] }
        told[callID] = decisions.count
        return Array(decisions[known...])
    }
}
