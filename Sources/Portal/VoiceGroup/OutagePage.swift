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
    /// The last change when the covers stood so.
    let seen: String
    let to: String
    let until: String
    /// The site that is chosen, and is the group's.
    let chosen: String?
    var done: String?
    /// Nothing was put back, because of these.
    var overtaken: OvertakenNumbers?
    var problem: String?
    var siteProblem: String?
    var toProblem: String?
    var untilProblem: String?
    /// What is wrong with the form; empty: nothing, or it was not sent.
    private(set) var problems: [FormProblem] = []
    private(set) var hasProblems = false
    private(set) var problemsLead = ""

    init(_ visit: GroupVisit, _ sheet: OutageSheet, _ form: FormFields, _ clock: GuestClock) {
        let (words, outages) = (visit.words, sheet.sites)
        subject = GroupSubject(visit)
        topPath = visit.base
        action = "\(visit.base)/outage"
        endAction = "\(visit.base)/outage/end"
        seen = String(sheet.lastChange)
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
