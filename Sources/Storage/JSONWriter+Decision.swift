import Directory

extension JSONWriter {
    /// A decision as its `Decodable` reads it: an object with the case's name and, within, its facts. No default
    /// here: a case that is added to the vocabulary has to be added to the log as well.
    mutating func decision(_ decision: Decision) {
        switch decision {
        case .emergency(let number): write("emergency") { $0.member("number", number) }
        case .emergencyCallback: write("emergencyCallback")
        case .callerHidden: write("callerHidden")
        case .callerShown: write("callerShown")
        case .callerIdentified(let caller): write("callerIdentified") { $0.member("as", caller) }
        case .callerWithoutNumber(let reason): write("callerWithoutNumber") { $0.member("_0", reason.rawValue) }
        case .callerUnknown: write("callerUnknown")
        case .callerNotEntitled(let number): write("callerNotEntitled") { $0.member("number", number) }
        case .anonymousRejected(let reason, let number, let status):
            write("anonymousRejected") {
                $0.member("_0", reason.rawValue)
                $0.member("number", number)
                $0.member("status", status)
            }
        case .anonymousAccepted(let reason, let number):
            write("anonymousAccepted") {
                $0.member("_0", reason.rawValue)
                $0.member("number", number)
            }
        case .anonymousScheduled(let number, let finding):
            write("anonymousScheduled") { facts in
                facts.member("number", number)
                facts.member("_1") { $0.finding(finding) }
            }
        case .callerBlocked(let caller, let number, let status):
            write("callerBlocked") {
                $0.member("caller", caller)
                $0.member("number", number)
                $0.member("status", status)
            }
        case .forwarded(let condition, let number, let to):
            write("forwarded") {
                $0.member("condition", condition.rawValue)
                $0.member("number", number)
                $0.member("to", to)
            }
        case .scheduled(let condition, let number, let finding):
            write("scheduled") { facts in
                facts.member("condition", condition.rawValue)
                facts.member("number", number)
                facts.member("_2") { $0.finding(finding) }
            }
        case .temporary(let condition, let number, let to, let until):
            write("temporary") {
                $0.member("condition", condition.rawValue)
                $0.member("number", number)
                $0.member("to", to)
                $0.member("until", until)
            }
        case .deflected(let number, let to):
            write("deflected") {
                $0.member("number", number)
                $0.member("to", to)
            }
        case .destinationForbidden(let number, let to, let flaw):
            write("destinationForbidden") {
                $0.member("number", number)
                $0.member("to", to)
                $0.member("flaw", flaw)
            }
        case .forwardingLimitReached(let limit, let status):
            write("forwardingLimitReached") {
                $0.member("limit", limit)
                $0.member("status", status)
            }
        case .forwardingLoop(let path, let status):
            write("forwardingLoop") { facts in
                facts.array("path", path) { $0.value($1) }
                facts.member("status", status)
            }
        case .noRule(let condition, let number):
            write("noRule") {
                $0.member("condition", condition.rawValue)
                $0.member("number", number)
            }
        case .wouldForward(let condition, let number, let to, let seconds):
            write("wouldForward") {
                $0.member("condition", condition.rawValue)
                $0.member("number", number)
                $0.member("to", to)
                $0.member("afterSeconds", seconds)
            }
        case .rings(let number, let contacts):
            write("rings") {
                $0.member("number", number)
                $0.member("contacts", contacts)
            }
        case .notRegistered(let number): write("notRegistered") { $0.member("number", number) }
        case .busy(let number): write("busy") { $0.member("number", number) }
        case .notAnswered(let number, let seconds):
            write("notAnswered") {
                $0.member("number", number)
                $0.member("afterSeconds", seconds)
            }
        case .unreachable(let number, let status):
            write("unreachable") {
                $0.member("number", number)
                $0.member("status", status)
            }
        case .failed(let number, let status):
            write("failed") {
                $0.member("number", number)
                $0.member("status", status)
            }
        case .toTrunk(let prefix, let number, let hop):
            write("toTrunk") {
                $0.member("prefix", prefix)
                $0.member("number", number)
                $0.member("hop", hop)
            }
        case .toURI(let uri): write("toURI") { $0.member("_0", uri) }
        case .toVoicemail(let uri): write("toVoicemail") { $0.member("_0", uri) }
        case .noSuchNumber(let number): write("noSuchNumber") { $0.member("_0", number) }
        case .noRoute(let number): write("noRoute") { $0.member("_0", number) }
        case .answered(let by): write("answered") { $0.member("by", by) }
        case .cancelledByCaller: write("cancelledByCaller")
        case .refused(let status, let reason):
            write("refused") {
                $0.member("status", status)
                $0.member("reason", reason)
            }
        }
    }

    /// The members of a finding.
    private mutating func finding(_ finding: ScheduleFinding) {
        member("schedule", finding.schedule)
        member("hours", finding.hours)
        member("ends", finding.ends)
        member("day", finding.day)
        member("weekday", finding.weekday.rawValue)
        member("holiday", finding.holiday)
        member("time", finding.time)
        member("isDayAfter", finding.isDayAfter)
        member("verdict", finding.verdict.rawValue)
    }

    private mutating func write(_ name: StaticString, _ facts: (inout JSONWriter) -> Void = { _ in }) {
        object { $0.member(name, facts) }
    }

    private mutating func member(_ name: StaticString, _ number: Int?) {
        if let number { member(name, number) }
    }

    private mutating func member(_ name: StaticString, _ text: String?) {
        if let text { member(name, text) }
    }
}
