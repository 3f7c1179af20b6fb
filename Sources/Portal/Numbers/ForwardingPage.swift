import ControlPlane
import Directory
import Foundation
import SignIn
import Storage

/// 転送(番号ごと)設定.
struct ForwardingPage: Page {
    static let template = "numbers/forwarding"

    /// Something that is wrong, with the field that it is about.
    struct Problem: Sendable {
        let field: String
        let text: String
    }

    struct Operation: Sendable {
        let value: String
        let name: String
        let text: String
        let isChosen: Bool
        /// 時間帯 of a rule that has one.
        let hours: String?
    }

    /// A target that an operation may have, as one button in its column.
    struct Pick: Sendable {
        let operation: String
        let word: String
        let explanation: String
        let value: String
        let isChosen: Bool
    }

    struct Entry: Sendable {
        let slot: Int
        let name: String
        let value: String
        var problem: String?
        let picks: [Pick]
    }

    let crumbs: [PageFrame.Link]
    let number: String
    let group: String?
    let action: String
    let backPath: String
    let seen: String
    let typedLimit: Int
    let problems: [Problem]
    let problemsHeading: String?
    var overtaken: Overtaken?
    /// What lies over the rules for a time.
    let temporary: [String]
    let isForwarding: Bool
    let isNotForwarding: Bool
    let forwardsProblem: String?
    let operations: [Operation]
    let columns: [Pick]
    let operationsProblem: String?
    let ringSeconds: String
    let ringProblem: String?
    let ringHint: String
    let hint: String
    let entries: [Entry]
    /// 留守番電話; nil: not contracted.
    let voicemail: Entry?
    let targetProblems: [Problem]
    let hasTargetProblems: Bool
    let picture: String
    let lastChange: LastChange?
    /// 番号非通知拒否サービス設定; nil: not contracted, or to be found beside this page.
    let anonymousPath: String?
    let historyPath: String
    let callsPath: String
    let questionPath: String
    /// Now, for the question what would happen to a call.
    let time: String

    struct LastChange: Sendable {
        let time: ShownTime
        let text: String
    }

    /// - Parameters:
    ///   - form: what is filled in.
    ///   - seen: the last change that it was filled in on; nil: that of the sheet.
    init(
        _ visit: NumberVisit, _ sheet: ForwardingSheet, _ form: ForwardingForm, flaws: [ForwardingFlaw] = [],
        seen: Int64? = nil, _ clock: GuestClock, now: Date
    ) {
        let words = visit.words
        crumbs = visit.crumbs
        number = TelephoneText.grouped(visit.number.national)
        group = visit.group
        action = "\(visit.path)/forwarding"
        backPath = visit.above
        self.seen = String(seen ?? sheet.lastChange)
        typedLimit = sheet.typedLimit
        problems = flaws.map { Problem(field: $0.field.id, text: $0.named(words)) }
        problemsHeading = flaws.isEmpty ? nil : words("forwarding.problems", ["count": String(flaws.count)])
        temporary = (sheet.forwarding.temporary ?? []).map { Self.text(of: $0, words, clock) }
        func problem(_ field: ForwardingFlaw.Field) -> String? {
            let texts = flaws.filter { $0.field == field }.map { $0.text(words) }
            return texts.isEmpty ? nil : texts.joined(separator: " ")
        }
        isForwarding = form.forwards == true
        isNotForwarding = form.forwards == false
        forwardsProblem = problem(.forwards)
        operations = ForwardingCondition.allCases.map { condition in
            let schedule = sheet.forwarding.rules.first { $0.when == condition }?.schedule
            return Operation(
                value: condition.rawValue, name: words("forwarding.operation.\(condition.key)"),
                text: words("forwarding.operation.\(condition.key).text"),
                isChosen: form.operations.keys.contains(condition),
                hours: schedule.map { words("forwarding.hours", ["hours": ScheduleWords($0, words, clock).text]) })
        }
        operationsProblem = problem(.operations)
        ringSeconds = form.ringSeconds
        ringProblem = problem(.ringSeconds)
        ringHint = words("forwarding.ring-hint", ForwardingRules.ringSecondsPlaces)
        hint = words("forwarding.list.hint", ["limit": String(sheet.typedLimit)])
        func picks(_ target: ForwardingForm.Target, _ name: String) -> [Pick] {
            ForwardingCondition.allCases.map { condition in
                let chosen = form.operations[condition] ?? .entry(1)
                let word = words("forwarding.column.\(condition.key)")
                return Pick(
                    operation: condition.rawValue, word: word,
                    explanation: words("forwarding.pick", ["target": name]), value: target.text,
                    isChosen: chosen == target)
            }
        }
        columns = picks(.voicemail, "")
        entries = form.entries.enumerated().map { index, value in
            let name = words("forwarding.list.entry", ["slot": String(index + 1)])
            return Entry(
                slot: index + 1, name: name, value: value, problem: problem(.entry(index + 1)),
                picks: picks(.entry(index + 1), name))
        }
        let voicemailName = words("path.voicemail")
        let usesVoicemail = form.operations.values.contains(.voicemail)
        voicemail =
            sheet.hasVoicemail || usesVoicemail
            ? Entry(slot: 0, name: voicemailName, value: "", picks: picks(.voicemail, voicemailName)) : nil
        targetProblems = ForwardingCondition.allCases.compactMap { condition in
            problem(.target(condition)).map {
                Problem(
                    field: ForwardingFlaw.Field.target(condition).id,
                    text: words(
                        "forwarding.named", ["name": words("forwarding.operation.\(condition.key)"), "text": $0]))
            }
        }
        hasTargetProblems = !targetProblems.isEmpty
        picture = PathPicture(sheet.forwarding, sheet.anonymous, clock, id: "now", words).markup
        lastChange = sheet.lastForwardingChange.map { change in
            LastChange(
                time: clock.shown(change.at),
                text: words("forwarding.set-by", ["who": change.actor]))
        }
        anonymousPath = visit.group != nil && sheet.hasRejection ? "\(visit.path)/anonymous" : nil
        historyPath = "\(visit.path)/history"
        callsPath = "\(visit.path)/calls"
        questionPath = "\(visit.path)/question"
        time = WallTime.text(now, in: clock.zone)
    }

    private static func text(
        of temporary: ForwardingState.Temporary, _ words: Catalogue, _ clock: GuestClock
    ) -> String {
        let until = clock.shown(temporary.until).text
        guard let to = temporary.to else { return words("forwarding.temporary-off", ["until": until]) }
        return words(
            "forwarding.temporary",
            [
                "until": until, "operation": words("forwarding.operation.\(temporary.when.key)"),
                "to": to == "voicemail" ? words("path.voicemail") : TelephoneText.grouped(to),
            ])
    }

    func title(_ words: Catalogue) -> String { words("forwarding.heading") }
}

/// 「転送の設定が完了しました」.
struct ForwardingDonePage: Page {
    static let template = "numbers/forwarding-done"

    let number: String
    /// When what was set applies.
    let applies: String
    let picture: String
    let formPath: String
    /// Asks whether to take it back; nil: nothing was changed lately.
    let undoPath: String?
    let nextPath: String
    let nextText: String

    init(_ visit: NumberVisit, _ sheet: ForwardingSheet, _ clock: GuestClock) {
        let path = NumberPath(sheet.forwarding, nil, clock)
        number = TelephoneText.grouped(visit.number.national)
        applies = visit.words(
            path.isCovered ? "forwarding.done-covered" : path.changes ? "forwarding.done-hours" : "forwarding.done-next"
        )
        picture = PathPicture(sheet.forwarding, sheet.anonymous, clock, id: "now", visit.words).markup
        formPath = "\(visit.path)/forwarding"
        undoPath = sheet.lastForwardingChange.map { "\(visit.guest.door.base)/history/\($0.id)/undo" }
        nextPath = visit.above
        nextText = visit.words(visit.group == nil ? "forwarding.to-services" : "forwarding.to-numbers")
    }

    func title(_ words: Catalogue) -> String { words("forwarding.done-heading") }
}
