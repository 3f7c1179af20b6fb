/// One decision about a call, with its reason: what the call log keeps, and what `explain` and the web tell.
///
/// A case holds only facts, so that it can be told in any language; ``description`` tells it in English.
package enum Decision: Sendable, Equatable, Codable {
    /// The call is to or from an emergency service: no rule touches it.
    case emergency(number: String)
    case emergencyCallback
    /// The caller dialled 184 or 186 first.
    case callerHidden
    case callerShown
    case callerIdentified(as: String)
    case callerWithoutNumber(NonPresentationReason)
    /// The call names no caller, and nothing says why.
    case callerUnknown
    /// The caller's number may not be presented: it belongs to someone else here.
    case callerNotEntitled(number: String)
    case anonymousRejected(NonPresentationReason, number: String, status: Int)
    case anonymousAccepted(NonPresentationReason, number: String)
    /// Anonymous call rejection has a schedule, by which it applies to the call or does not.
    indirect case anonymousScheduled(number: String, ScheduleFinding)
    case callerBlocked(caller: String, number: String, status: Int)
    /// A rule applies: the call goes on to the destination.
    case forwarded(condition: ForwardingCondition, number: String, to: String)
    /// A rule has a schedule, by which it applies to the call or does not.
    indirect case scheduled(condition: ForwardingCondition, number: String, ScheduleFinding)
    /// Something else holds in the place of a number's own rule for a time. `to` is nil where that is no forwarding.
    indirect case temporary(condition: ForwardingCondition, number: String, to: String?, until: String)
    /// The phone itself named another destination (3xx).
    case deflected(number: String, to: String)
    /// A destination that a phone has named, or a rule as a URI, is of a kind that calls are not sent on to.
    case destinationForbidden(number: String, to: String, flaw: String)
    /// A rule would apply, but the call has been forwarded too often already.
    case forwardingLimitReached(limit: Int, status: Int)
    /// A rule would apply, but leads back to a number that the call has already been through.
    case forwardingLoop(path: [String], status: Int)
    /// Nothing is set for what happened.
    case noRule(condition: ForwardingCondition, number: String)
    /// A rule is set for what might happen: for dry runs.
    case wouldForward(condition: ForwardingCondition, number: String, to: String, afterSeconds: Int?)
    case rings(number: String, contacts: Int)
    case notRegistered(number: String)
    case busy(number: String)
    /// `afterSeconds` is nil when the phone gave up by itself.
    case notAnswered(number: String, afterSeconds: Int?)
    case unreachable(number: String, status: Int)
    case failed(number: String, status: Int)
    case toTrunk(prefix: String, number: String, hop: String)
    case toURI(String)
    case toVoicemail(String)
    case noSuchNumber(String)
    case noRoute(String)
    case answered(by: String)
    case cancelledByCaller
    case refused(status: Int, reason: String)

    package var description: String {
        switch self {
        case .emergency(let number): "\(number) is an emergency number: the call goes through, no rule applies"
        case .emergencyCallback: "an emergency service calls back: the call goes through, no rule applies"
        case .callerHidden: "the caller dialled 184: the number is withheld"
        case .callerShown: "the caller dialled 186: the number is shown"
        case .callerIdentified(let caller): "the caller is \(caller)"
        case .callerWithoutNumber(let reason): "the call shows no caller's number (\(reason.rawValue))"
        case .callerUnknown: "the call names no caller"
        case .callerNotEntitled(let number): "the caller may not present \(number), which is another's number here"
        case .anonymousRejected(let reason, let number, let status):
            "\(number) turns away calls without a number (\(reason.rawValue)): answered \(status)"
        case .anonymousAccepted(let reason, let number):
            "\(number) accepts calls without a number for this reason (\(reason.rawValue))"
        case .anonymousScheduled(let number, let finding):
            "\(number) turns away calls without a number \(finding.schedule): \(finding.reason)"
                + (finding.applies ? "" : "; it does not now")
        case .callerBlocked(let caller, let number, let status):
            "\(number) has \(caller) on its block list: answered \(status)"
        case .forwarded(let condition, let number, let to):
            "\(number) forwards calls \(condition.phrase): on to \(to)"
        case .scheduled(let condition, let number, let finding):
            "the rule \(condition.rawValue) of \(number) applies \(finding.schedule): \(finding.reason)"
                + (finding.applies ? "" : "; it does not apply now")
        case .temporary(let condition, let number, let to, let until):
            "temporary forwarding until \(until) lies over the rule \(condition.rawValue) of \(number): "
                + (to.map { "to \($0)" } ?? "off")
        case .deflected(let number, let to): "the phone of \(number) sent the call on to \(to)"
        case .destinationForbidden(let number, let to, let flaw):
            "\(number) can't send the call on to \(to): that is \(flaw) (\"tsunagi settings forbidden-destinations\")"
        case .forwardingLimitReached(let limit, let status):
            "the call has been forwarded \(limit) times already, which is the limit: answered \(status)"
        case .forwardingLoop(let path, let status):
            "forwarding would go in a circle (\(path.joined(separator: " → "))): answered \(status)"
        case .noRule(let condition, let number): "\(number) has no rule for calls \(condition.phrase)"
        case .wouldForward(let condition, let number, let to, let seconds):
            "calls \(condition.phrase) would go on from \(number) to \(to)"
                + (seconds.map { " after \($0) seconds of ringing" } ?? "")
        case .rings(let number, let contacts): "\(number) rings at \(contacts) \(contacts == 1 ? "phone" : "phones")"
        case .notRegistered(let number): "no phone is registered for \(number)"
        case .busy(let number): "\(number) is busy"
        case .notAnswered(let number, let seconds):
            "\(number) was not answered" + (seconds.map { " within \($0) seconds" } ?? "")
        case .unreachable(let number, let status): "the phone of \(number) can't be reached (\(status))"
        case .failed(let number, let status): "\(number) answered \(status)"
        case .toTrunk(let prefix, let number, let hop): "\(number) is behind the trunk for \(prefix): to \(hop)"
        case .toURI(let uri): "the call goes to \(uri)"
        case .toVoicemail(let uri): "the call goes to voice mail at \(uri)"
        case .noSuchNumber(let number): "\(number) is not one of our numbers: answered 404"
        case .noRoute(let number): "no trunk leads to \(number): answered 404"
        case .answered(let by): "answered by \(by)"
        case .cancelledByCaller: "the caller hung up before an answer"
        case .refused(let status, let reason): "refused with \(status): \(reason)"
        }
    }
}

extension ForwardingCondition {
    /// Completes "forwards calls …".
    package var phrase: String {
        switch self {
        case .always: "always"
        case .busy: "when busy"
        case .noAnswer: "when not answered"
        case .unreachable: "when unreachable"
        }
    }
}
