internal import Directory

/// What must be written down in the end.
extension Script {
    func checkOutcomes(_ records: [CallRecord]) throws(ScriptError) {
        for outcome in outcomes { try check(outcome, records) }
    }

    private func check(_ outcome: ScriptOutcome, _ records: [CallRecord]) throws(ScriptError) {
        guard !outcome.isUnlogged else {
            guard records.count < outcome.call else {
                throw ScriptError(file, outcome.line, "there is an entry in the call log")
            }
            return
        }
        guard outcome.call >= 1, outcome.call <= records.count else {
            throw ScriptError(
                file, outcome.line, "the call log has \(records.count) entries, not one for call \(outcome.call)")
        }
        let record = records[outcome.call - 1]
        if let (line, status) = outcome.status, record.status != status {
            throw ScriptError(file, line, "the call ended with \(record.status), not \(status)")
        }
        if let (line, legs) = outcome.legs, record.legs.count != legs {
            let targets = record.legs.map { "\($0.target) (\($0.status))" }.joined(separator: ", ")
            throw ScriptError(file, line, "the call has \(record.legs.count) legs, not \(legs): \(targets)")
        }
        if let (line, caller) = outcome.caller, record.caller != caller {
            throw ScriptError(file, line, "the caller is \"\(record.caller)\", not \"\(caller)\"")
        }
        if let decisions = outcome.decisions { try check(decisions, record) }
    }

    private func check(_ wanted: [(line: Int, text: String)], _ record: CallRecord) throws(ScriptError) {
        let taken = record.decisions.map(\.description)
        for (index, decision) in wanted.enumerated() {
            guard index < taken.count else {
                throw ScriptError(file, decision.line, "no such decision: there are \(taken.count)")
            }
            guard taken[index] == decision.text else {
                throw ScriptError(file, decision.line, "the decision is \"\(taken[index])\"")
            }
        }
        if taken.count > wanted.count {
            throw ScriptError(file, wanted.last?.line, "one more decision: \"\(taken[wanted.count])\"")
        }
    }
}
