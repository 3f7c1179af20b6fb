import ControlPlane
import Directory
import Foundation
import SignIn
import Storage

/// What became of a call, in a word with a shape, and why.
struct CallOutcome: Sendable {
    let shape: String
    let text: String
    /// The forwards and rejections on its way, and what was the matter with the last phone.
    let reasons: [String]

    init(_ call: CallRecord, _ words: Catalogue, _ clock: GuestClock) {
        let obstacle = Self.obstacle(of: call)
        reasons = call.decisions.enumerated()
            .map { (isObstacle: $0 == obstacle, words: DecisionWords($1, words, clock)) }
            .filter { $0.words.isDecisive || $0.isObstacle }
            .map(\.words.what)
        let wasRejected = call.decisions.contains {
            switch $0 {
            case .anonymousRejected, .callerBlocked: true
            default: false
            }
        }
        switch call.status {
        case 200..<300: (shape, text) = ("ok", words("calls.answered"))
        case 487: (shape, text) = ("off", words("calls.cancelled"))
        case 486, 600: (shape, text) = ("stop", words("calls.busy"))
        case _ where wasRejected: (shape, text) = ("stop", words("calls.rejected"))
        case 408, 480:
            let isUnreachable =
                switch obstacle.map({ call.decisions[$0] }) {
                case .notRegistered, .unreachable: true
                default: false
                }
            (shape, text) = ("off", words(isUnreachable ? "calls.unreachable" : "calls.not-answered"))
        default: (shape, text) = ("warn", words("calls.failed", ["status": String(call.status)]))
        }
    }

    /// Where among the decisions it stands why nobody has answered: what became of the last phone that was called. Nil
    /// where the outcome's word says it all, and where the call went on from that phone.
    private static func obstacle(of call: CallRecord) -> Int? {
        guard call.status >= 300, call.status != 487 else { return nil }
        for (index, decision) in call.decisions.enumerated().reversed() {
            switch decision {
            case .notRegistered, .unreachable, .notAnswered, .failed, .destinationForbidden: return index
            case .busy, .forwarded, .deflected: return nil
            default: break
            }
        }
        return nil
    }
}

/// The last calls of a number.
struct CallListPage: Page {
    static let template = "calls/list"

    struct Row: Sendable {
        let path: String
        let time: ShownTime
        /// 発信 or 着信.
        let direction: String
        let other: String
        let outcome: CallOutcome
    }

    let crumbs: [PageFrame.Link]
    let number: String
    let rows: [Row]
    let isEmpty: Bool

    init(_ visit: NumberVisit, _ calls: [CallRecord], _ clock: GuestClock) {
        let words = visit.words
        crumbs =
            visit.crumbs + [PageFrame.Link(path: "\(visit.path)/forwarding", text: words("forwarding.heading"))]
        number = TelephoneText.grouped(visit.number.national)
        rows = calls.map { call in
            let isOutgoing = call.caller == visit.number.national
            return Row(
                path: "\(visit.path)/calls/\(PercentEncoding.text(call.id))",
                time: clock.shown(call.startedAt),
                direction: words(isOutgoing ? "calls.outgoing" : "calls.incoming"),
                other: CallPage.party(isOutgoing ? call.callee : call.caller, words),
                outcome: CallOutcome(call, words, clock))
        }
        isEmpty = rows.isEmpty
    }

    func title(_ words: Catalogue) -> String { words("calls.heading") }
}

/// One call: why it went as it did, and the messages.
struct CallPage: Page {
    static let template = "calls/call"

    let crumbs: [PageFrame.Link]
    let listPath: String
    let number: String
    let heading: String
    let time: ShownTime
    let outcome: CallOutcome
    let steps: [DecisionWords]
    let hasSteps: Bool
    /// Nil: the messages were not kept.
    let ladder: LadderPicture?

    init(_ visit: NumberVisit, _ call: CallView, _ clock: GuestClock) {
        let (words, record) = (visit.words, call.record)
        listPath = "\(visit.path)/calls"
        crumbs = visit.crumbs + [PageFrame.Link(path: listPath, text: words("calls.heading"))]
        number = TelephoneText.grouped(visit.number.national)
        heading = words(
            "calls.call-heading",
            ["caller": Self.party(record.caller, words), "callee": Self.party(record.callee, words)])
        time = clock.shown(record.startedAt)
        outcome = CallOutcome(record, words, clock)
        steps = record.decisions.map { DecisionWords($0, words, clock) }
        hasSteps = !steps.isEmpty
        ladder = call.flow.steps.isEmpty ? nil : LadderPicture(call.flow, id: 1, in: clock.zone, words)
    }

    static func party(_ text: String, _ words: Catalogue) -> String {
        switch text {
        case "anonymous": words("calls.anonymous")
        case "unknown": words("calls.unknown")
        default: TelephoneText.grouped(text)
        }
    }

    func title(_ words: Catalogue) -> String { heading }
}

/// もし、この番号に着信があったら.
struct CallQuestionPage: Page {
    static let template = "calls/question"

    struct Reason: Sendable {
        let value: String
        let name: String
        let isChosen: Bool
    }

    struct Question: Sendable {
        let caller: String
        let reason: NonPresentationReason?
        let at: Date
    }

    let crumbs: [PageFrame.Link]
    let action: String
    let number: String
    let caller: String
    let time: String
    let reasons: [Reason]
    var callerProblem: String?
    var timeProblem: String?
    var steps: [DecisionWords] = []
    var hasSteps = false
    /// What was asked; nil: nothing yet, or it can't be read.
    let question: Question?

    var hasProblems: Bool { callerProblem != nil || timeProblem != nil }

    init(_ visit: NumberVisit, _ query: FormFields, _ clock: GuestClock, now: Date) {
        let words = visit.words
        crumbs =
            visit.crumbs + [PageFrame.Link(path: "\(visit.path)/forwarding", text: words("forwarding.heading"))]
        action = "\(visit.path)/question"
        number = TelephoneText.grouped(visit.number.national)
        caller = query.trimmed("from")
        let asked = query["from"] != nil
        let typed = NumberPlan.halfWidth(query.trimmed("at"))
        let at = typed.isEmpty ? now : WallTime.date(typed, in: clock.zone)
        time = typed.isEmpty ? WallTime.text(now, in: clock.zone) : typed
        let reason = NonPresentationReason(rawValue: query.trimmed("reason"))
        reasons =
            [Reason(value: "", name: words("calls.question.shown"), isChosen: reason == nil)]
            + NonPresentationReason.allCases.map {
                Reason(value: $0.rawValue, name: $0.name(words), isChosen: $0 == reason)
            }
        if asked, at == nil { timeProblem = words("calls.question.time-problem") }
        if asked, reason == nil, !Self.isNumber(caller) {
            callerProblem = words("calls.question.caller-problem")
        }
        question =
            asked && callerProblem == nil
            ? at.map { Question(caller: NumberPlan.halfWidth(query.trimmed("from")), reason: reason, at: $0) } : nil
    }

    /// Digits, with what separates them.
    private static func isNumber(_ text: String) -> Bool {
        (try? PhoneNumber(typed: text)).map { $0.national.utf8.allSatisfy { (48...57).contains($0) } } ?? false
    }

    mutating func tell(_ decisions: [Decision], _ words: Catalogue, _ clock: GuestClock) {
        steps = decisions.map { DecisionWords($0, words, clock) }
        hasSteps = !steps.isEmpty
    }

    func title(_ words: Catalogue) -> String { words("calls.question.heading") }
}
