import ControlPlane
import Directory
import SignIn

/// A decision about a call in a person's words: what was decided, and why.
struct DecisionWords: Sendable {
    let what: String
    /// Nil: that says it all.
    let why: String?
    /// It decides what becomes of the call.
    let isDecisive: Bool

    init(_ decision: Decision, _ words: Catalogue, _ clock: GuestClock) {
        let (key, values) = decision.text(words, clock)
        what = words("decision.\(key)", values)
        switch decision {
        case .scheduled(_, _, let finding), .anonymousScheduled(_, let finding): why = finding.text(words, clock)
        default:
            let reason = "decision.\(key).why"
            why = words.holds(reason) ? words(reason, values) : nil
        }
        isDecisive = decision.isDecisive
    }
}

extension Decision {
    /// The text that tells it, and what stands in its places.
    fileprivate func text(_ words: Catalogue, _ clock: GuestClock) -> (key: String, values: [String: String]) {
        func tel(_ number: String) -> String {
            number == "voicemail" ? words("path.voicemail") : TelephoneText.grouped(number)
        }
        func when(_ condition: ForwardingCondition) -> String { words("forwarding.operation.\(condition.key)") }
        switch self {
        case .emergency(let number): return ("emergency", ["number": tel(number)])
        case .emergencyCallback: return ("emergency-callback", [:])
        case .callerHidden: return ("caller-hidden", [:])
        case .callerShown: return ("caller-shown", [:])
        case .callerIdentified(let caller): return ("caller-identified", ["caller": tel(caller)])
        case .callerWithoutNumber(let reason): return ("caller-without-number", ["reason": reason.name(words)])
        case .callerUnknown: return ("caller-unknown", [:])
        case .callerNotEntitled(let number): return ("caller-not-entitled", ["number": tel(number)])
        case .anonymousRejected(let reason, let number, let status):
            return (
                "anonymous-rejected", ["reason": reason.name(words), "number": tel(number), "status": String(status)]
            )
        case .anonymousAccepted(let reason, let number):
            return ("anonymous-accepted", ["reason": reason.name(words), "number": tel(number)])
        case .anonymousScheduled(let number, let finding):
            return (
                finding.applies ? "anonymous-scheduled" : "anonymous-scheduled-not",
                ["number": tel(number), "schedule": finding.schedule]
            )
        case .callerBlocked(let caller, let number, let status):
            return ("caller-blocked", ["caller": tel(caller), "number": tel(number), "status": String(status)])
        case .forwarded(let condition, let number, let to):
            return ("forwarded", ["operation": when(condition), "number": tel(number), "to": tel(to)])
        case .scheduled(let condition, let number, let finding):
            return (
                finding.applies ? "scheduled" : "scheduled-not",
                ["operation": when(condition), "number": tel(number), "schedule": finding.schedule]
            )
        case .temporary(let condition, let number, let to, let until):
            return (
                to == nil ? "temporary-off" : "temporary",
                [
                    "operation": when(condition), "number": tel(number), "to": to.map(tel) ?? "",
                    "until": clock.text(ofRuleTime: until),
                ]
            )
        case .deflected(let number, let to): return ("deflected", ["number": tel(number), "to": tel(to)])
        case .destinationForbidden(let number, let to, _):
            return ("destination-forbidden", ["number": tel(number), "to": tel(to)])
        case .forwardingLimitReached(let limit, let status):
            return ("limit-reached", ["limit": String(limit), "status": String(status)])
        case .forwardingLoop(let path, let status):
            return ("loop", ["path": path.map(tel).joined(separator: " → "), "status": String(status)])
        case .noRule(let condition, let number):
            return ("no-rule", ["operation": when(condition), "number": tel(number)])
        case .wouldForward(let condition, let number, let to, let seconds):
            return (
                seconds == nil ? "would-forward" : "would-forward-after",
                [
                    "operation": when(condition), "number": tel(number), "to": tel(to),
                    "seconds": seconds.map(String.init) ?? "",
                ]
            )
        case .rings(let number, let contacts): return ("rings", ["number": tel(number), "contacts": String(contacts)])
        case .notRegistered(let number): return ("not-registered", ["number": tel(number)])
        case .busy(let number): return ("busy", ["number": tel(number)])
        case .notAnswered(let number, let seconds):
            return (
                seconds == nil ? "not-answered" : "not-answered-within",
                ["number": tel(number), "seconds": seconds.map(String.init) ?? ""]
            )
        case .unreachable(let number, let status):
            return ("unreachable", ["number": tel(number), "status": String(status)])
        case .failed(let number, let status): return ("failed", ["number": tel(number), "status": String(status)])
        case .toTrunk(let prefix, let number, _): return ("to-trunk", ["prefix": prefix, "number": tel(number)])
        case .toURI(let uri): return ("to-uri", ["uri": uri])
        case .toVoicemail: return ("to-voicemail", [:])
        case .noSuchNumber(let number): return ("no-such-number", ["number": tel(number)])
        case .noRoute(let number): return ("no-route", ["number": tel(number)])
        case .answered(let by): return ("answered", ["number": tel(by)])
        case .cancelledByCaller: return ("cancelled", [:])
        case .refused(let status, _): return ("refused", ["status": String(status)])
        }
    }

    fileprivate var isDecisive: Bool {
        switch self {
        case .anonymousRejected, .callerBlocked, .forwarded, .forwardingLimitReached, .forwardingLoop, .deflected,
            .destinationForbidden, .noSuchNumber, .noRoute, .refused, .emergency:
            true
        case .emergencyCallback, .callerHidden, .callerShown, .callerIdentified, .callerWithoutNumber, .callerUnknown,
            .callerNotEntitled, .anonymousAccepted, .anonymousScheduled, .scheduled, .temporary, .noRule, .wouldForward,
            .rings,
            .notRegistered, .busy, .notAnswered, .unreachable, .failed, .toTrunk, .toURI, .toVoicemail, .answered,
            .cancelledByCaller:
            false
        }
    }
}

extension ScheduleFinding {
    /// National holidays have a name in each language; what an administrator has added is told as it was written.
    private static func name(ofHoliday name: String, _ words: Catalogue) -> String {
        let key = "decision.national-holiday.\(name)"
        return words.holds(key) ? words(key) : name
    }

    /// Why the schedule applies or does not.
    fileprivate func text(_ words: Catalogue, _ clock: GuestClock) -> String {
        let hours = hours?.replacing("-", with: words("schedule.to")) ?? ""
        let when = words(
            holiday == nil ? "decision.day" : "decision.holiday",
            [
                "day": day, "weekday": words("decision.weekday.\(weekday.rawValue)"),
                "holiday": holiday.map { Self.name(ofHoliday: $0, words) } ?? "", "time": clock.named(time, words),
            ])
        let judgement =
            switch verdict {
            case .applies:
                words(hours.isEmpty ? "decision.verdict.applies" : "decision.verdict.within", ["hours": hours])
            case .otherDay: words("decision.verdict.other-day")
            case .otherHours: words("decision.verdict.outside", ["hours": hours])
            case .ended: words("decision.verdict.ended", ["ends": clock.text(ofRuleTime: ends ?? "")])
            }
        return words("decision.because", ["day": when, "verdict": judgement])
    }
}
