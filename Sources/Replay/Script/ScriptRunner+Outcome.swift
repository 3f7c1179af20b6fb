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
            !runner.isOpen && runner.phones.values.contains { !$0.unread.isEmpty }
        }
        try checkInboxes()
        if let leftover = engine.leftover { throw error(nil, "a day later there are still \(leftover)") }
        for description in script.phones {
            guard let phone = phones[description.name], phone.presence == .here, !isOpen,
                !description.isByHand, let open = phone.served.first(where: \.needsAcknowledgement)
            else { continue }
            throw error(nil, "the \(open.finalStatus ?? 0) of \(phone.name) was never acknowledged")
        }
        try script.checkOutcomes(engine.records)
    }

    private func checkInboxes() throws(ScriptError) {
        guard !isOpen else { return }
        for description in script.phones {
            guard let phone = phones[description.name], let arrival = phone.unread.first else { continue }
            let label = SIPStartLine(ofMessage: arrival.message.bytes[...])?.label ?? ""
            let milliseconds = arrival.at.milliseconds(since: Self.start)
            throw error(
                nil, "\(phone.name) has received \"\(label)\", at \(milliseconds) ms; no step expects it")
        }
    }
}
