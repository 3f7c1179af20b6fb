import Directory

extension JSONWriter {
    private enum Fact {
        case text(String)
        case number(Int?)
        case texts([String])
    }

    /// A decision as its `Decodable` reads it: an object with the case's name and, within, its facts. No default
    /// here: a case that is added to the vocabulary has to be added to the log as well.
    mutating func decision(_ decision: Decision) {
        switch decision {
        case .emergency(let number): write("emergency", ("number", .text(number)))
        case .emergencyCallback: write("emergencyCallback")
        case .callerHidden: write("callerHidden")
        case .callerShown: write("callerShown")
        case .callerIdentified(let caller): write("callerIdentified", ("as", .text(caller)))
        case .callerWithoutNumber(let reason): write("callerWithoutNumber", ("_0", .text(reason.rawValue)))
        case .callerUnknown: write("callerUnknown")
        case .callerNotEntitled(let number): write("callerNotEntitled", ("number", .text(number)))
        case .anonymousRejected(let reason, let number, let status):
            write(
                "anonymousRejected", ("_0", .text(reason.rawValue)), ("number", .text(number)),
                ("status", .number(status)))
        case .anonymousAccepted(let reason, let number):
            write("anonymousAccepted", ("_0", .text(reason.rawValue)), ("number", .text(number)))
        case .callerBlocked(let caller, let number, let status):
            write("callerBlocked", ("caller", .text(caller)), ("number", .text(number)), ("status", .number(status)))
        case .forwarded(let condition, let number, let to):
            write("forwarded", ("condition", .text(condition.rawValue)), ("number", .text(number)), ("to", .text(to)))
        case .deflected(let number, let to): write("deflected", ("number", .text(number)), ("to", .text(to)))
        case .forwardingLimitReached(let limit, let status):
            write("forwardingLimitReached", ("limit", .number(limit)), ("status", .number(status)))
        case .forwardingLoop(let path, let status):
            write("forwardingLoop", ("path", .texts(path)), ("status", .number(status)))
        case .noRule(let condition, let number):
            write("noRule", ("condition", .text(condition.rawValue)), ("number", .text(number)))
        case .wouldForward(let condition, let number, let to, let seconds):
            write(
                "wouldForward", ("condition", .text(condition.rawValue)), ("number", .text(number)),
                ("to", .text(to)), ("afterSeconds", .number(seconds)))
        case .rings(let number, let contacts):
            write("rings", ("number", .text(number)), ("contacts", .number(contacts)))
        case .notRegistered(let number): write("notRegistered", ("number", .text(number)))
        case .busy(let number): write("busy", ("number", .text(number)))
        case .notAnswered(let number, let seconds):
            write("notAnswered", ("number", .text(number)), ("afterSeconds", .number(seconds)))
        case .unreachable(let number, let status):
            write("unreachable", ("number", .text(number)), ("status", .number(status)))
        case .failed(let number, let status): write("failed", ("number", .text(number)), ("status", .number(status)))
        case .toTrunk(let prefix, let number, let hop):
            write("toTrunk", ("prefix", .text(prefix)), ("number", .text(number)), ("hop", .text(hop)))
        case .toURI(let uri): write("toURI", ("_0", .text(uri)))
        case .toVoicemail(let uri): write("toVoicemail", ("_0", .text(uri)))
        case .noSuchNumber(let number): write("noSuchNumber", ("_0", .text(number)))
        case .noRoute(let number): write("noRoute", ("_0", .text(number)))
        case .answered(let by): write("answered", ("by", .text(by)))
        case .cancelledByCaller: write("cancelledByCaller")
        case .refused(let status, let reason): write("refused", ("status", .number(status)), ("reason", .text(reason)))
        }
    }

    private mutating func write(_ name: StaticString, _ facts: (name: StaticString, value: Fact)...) {
        object { object in
            object.member(name) { inner in
                for fact in facts {
                    switch fact.value {
                    case .text(let text): inner.member(fact.name, text)
                    case .number(let number?): inner.member(fact.name, number)
                    case .number(nil): break
                    case .texts(let texts): inner.array(fact.name, texts) { $0.value($1) }
                    }
                }
            }
        }
    }
}
