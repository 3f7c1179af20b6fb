import ControlPlane
import Directory
import Storage

/// 障害時の一括転送.
struct OutagePage: Page {
    static let template = "voice/outage"

    /// What was done just now.
    enum Done: String {
        case started, ended
        /// There was nothing any more that could be ended.
        case nothing
    }

    struct Site: Sendable {
        let code: String
        let name: String
        let text: String
        let isChosen: Bool
    }

    /// A site whose numbers go elsewhere now.
    struct Cover: Sendable {
        let site: String
        let name: String
        let text: String
        let since: String?
    }

    let subject: GroupSubject
    let topPath: String
    let action: String
    let endAction: String
    let sites: [Site]
    let covers: [Cover]
    let to: String
    let until: String
    /// The site that is chosen, and is the group's.
    let chosen: String?
    var done: String?
    var problem: String?
    var siteProblem: String?
    var toProblem: String?
    var untilProblem: String?
    /// What is wrong with the form; empty: nothing, or it was not sent.
    private(set) var problems: [FormProblem] = []
    private(set) var hasProblems = false
    private(set) var problemsLead = ""

    init(_ visit: GroupVisit, _ outages: [SiteOutage], _ form: FormFields, _ clock: GuestClock) {
        let words = visit.words
        subject = GroupSubject(visit)
        topPath = visit.base
        action = "\(visit.base)/outage"
        endAction = "\(visit.base)/outage/end"
        let typed = form.trimmed("site")
        chosen = outages.first { $0.site == typed }?.site
        sites = outages.map { outage in
            Site(
                code: outage.site, name: outage.name,
                text: words("outage.numbers", ["site": outage.site, "count": String(outage.numbers)]),
                isChosen: outage.site == typed)
        }
        covers = outages.flatMap { outage in
            outage.covers.map { cover in
                Cover(
                    site: outage.site, name: outage.name,
                    text: words(
                        "outage.cover",
                        [
                            "count": String(cover.numbers),
                            "to": cover.to == "voicemail" ? words("path.voicemail") : TelephoneText.grouped(cover.to),
                            "until": clock.shown(cover.until).text,
                        ]),
                    since: cover.actor.map { actor in
                        words(
                            "outage.since",
                            ["who": actor, "time": cover.since.map { clock.shown($0).text } ?? ""])
                    })
            }
        }
        (to, until) = (form.trimmed("to"), form.trimmed("until"))
    }

    mutating func collectProblems(_ words: Catalogue) {
        problems = [
            ("site", "outage.site", siteProblem), ("to", "outage.to", toProblem),
            ("until", "outage.until", untilProblem),
        ].compactMap { field, label, text in
            text.map { FormProblem(field: field, label: words(label), text: $0) }
        }
        hasProblems = !problems.isEmpty
        problemsLead = words("forwarding.problems", ["count": String(problems.count)])
    }

    func title(_ words: Catalogue) -> String { words("outage.heading") }
}

/// What a change of many numbers would do, before it is done.
struct PreviewPage: Page {
    static let template = "voice/preview"
    /// Numbers that are shown one by one.
    private static let shownLimit = 100

    struct Field: Sendable {
        let name: String
        let value: String
    }

    struct Change: Sendable {
        let number: String
        let before: String
        let after: String
    }

    struct Refusal: Sendable {
        let number: String
        let text: String
    }

    let subject: GroupSubject
    let heading: String
    let action: String
    /// Where the form is shown again with the same fields.
    let back: String
    let summary: String
    let fields: [Field]
    let changes: [Change]
    let hasChanges: Bool
    let more: String?
    let refusals: [Refusal]
    let refusedSummary: String?
    /// Of how many numbers it would not apply as they are.
    var resting: String?

    init(
        _ visit: GroupVisit, _ outcome: ForwardingOutcome, heading: String, action: String, back: String,
        fields: [Field]
    ) {
        let words = visit.words
        subject = GroupSubject(visit)
        (self.heading, self.action, self.back, self.fields) = (heading, action, back, fields)
        summary = words(
            "outage.summary",
            ["changed": String(outcome.changed.count), "unchanged": String(outcome.unchanged.count)])
        changes = outcome.changed.prefix(Self.shownLimit).map {
            Change(
                number: TelephoneText.grouped($0.number),
                before: NumberPath($0.before, in: visit.guest.zone).sentence(words),
                after: NumberPath($0.after, in: visit.guest.zone).sentence(words))
        }
        hasChanges = !changes.isEmpty
        let hidden = outcome.changed.count - changes.count
        more = hidden > 0 ? words("outage.more", ["count": String(hidden)]) : nil
        refusals = outcome.refused.prefix(Self.shownLimit).map {
            Refusal(number: TelephoneText.grouped($0.number), text: $0.text(words))
        }
        refusedSummary =
            outcome.refused.isEmpty ? nil : words("outage.refused", ["count": String(outcome.refused.count)])
    }

    func title(_ words: Catalogue) -> String { heading }
}

extension FormFields {
    /// To be sent again with the next form.
    func kept(_ names: [String]) -> [PreviewPage.Field] {
        names.flatMap { name in all(name).map { PreviewPage.Field(name: name, value: $0) } }
    }
}

extension ForwardingOutcome.Refusal {
    /// In the person's language.
    func text(_ words: Catalogue) -> String {
        error?.forwardingText(words) ?? words("forwarding.flaw.unknown")
    }
}
