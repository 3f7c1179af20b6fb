internal import Directory
internal import SIPMessage
internal import SIPTransaction

/// What must hold when the last step is done.
extension ScriptRunner {
    /// Lets all time pass: nothing may come that no step expects, and the engine must have forgotten everything.
    mutating func finish() throws(ScriptError) {
        try checkInboxes()
        // Longer than any registration and any timer.
        try advance(to: engine.now + .seconds(86_400)) { runner in
            runner.phones.values.contains { !$0.unread.isEmpty }
        }
        try checkInboxes()
        if let leftover = engine.leftover { throw error(nil, "a day later there are still \(leftover)") }
        for description in script.phones {
            guard let phone = phones[description.name], phone.presence == .here,
                let open = phone.served.first(where: \.needsAcknowledgement)
            else { continue }
            throw error(nil, "the \(open.finalStatus ?? 0) of \(phone.name) was never acknowledged")
        }
        for outcome in script.outcomes { try check(outcome) }
    }

    private func checkInboxes() throws(ScriptError) {
        for description in script.phones {
            guard let phone = phones[description.name], let arrival = phone.unread.first else { continue }
            let label = SIPStartLine(ofMessage: arrival.message.bytes[...])?.label ?? ""
            let milliseconds = arrival.at.milliseconds(since: Self.start)
            throw error(
                nil, "\(phone.name) has received \"\(label)\", at \(milliseconds) ms; no step expects it")
        }
    }

    private func check(_ outcome: ScriptOutcome) throws(ScriptError) {
        let records = engine.records
        guard !outcome.isUnlogged else {
            guard records.count < outcome.call else { throw error(outcome.line, "there is an entry in the call log") }
            return
        }
        guard outcome.call >= 1, outcome.call <= records.count else {
            throw error(outcome.line, "the call log has \(records.count) entries, not one for call \(outcome.call)")
        }
        let record = records[outcome.call - 1]
        if let (line, status) = outcome.status, record.status != status {
            throw error(line, "the call ended with \(record.status), not \(status)")
        }
        if let (line, legs) = outcome.legs, record.legs.count != legs {
            let targets = record.legs.map { "\($0.target) (\($0.status))" }.joined(separator: ", ")
            throw error(line, "the call has \(record.legs.count) legs, not \(legs): \(targets)")
        }
        if let (line, caller) = outcome.caller, record.caller != caller {
            throw error(line, "the caller is \"\(record.caller)\", not \"\(caller)\"")
        }
        if let decisions = outcome.decisions { try check(decisions, record) }
    }

    private func check(_ wanted: [(line: Int, text: String)], _ record: CallRecord) throws(ScriptError) {
        let taken = record.decisions.map(\.description)
        for (index, decision) in wanted.enumerated() {
            guard index < taken.count else { throw error(decision.line, "no such decision: there are \(taken.count)") }
            guard taken[index] == decision.text else {
                throw error(decision.line, "the decision is \"\(taken[index])\"")
            }
        }
        if taken.count > wanted.count {
            throw error(wanted.last?.line, "one more decision: \"\(taken[wanted.count])\"")
        }
    }
}
