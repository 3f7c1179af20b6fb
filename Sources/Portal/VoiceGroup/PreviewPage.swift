import ControlPlane
import HTTPTypes

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
    /// What others have changed since it was shown; nil: nothing that is to be changed.
    let overtaken: OvertakenNumbers?
    let changes: [Change]
    let hasChanges: Bool
    let more: String?
    let refusals: [Refusal]
    let refusedSummary: String?
    /// For how many numbers it would not apply at once, or not always.
    var delays: [String] = []

    /// - Parameter fields: what the form has sent; the last change, that all is shown on the grounds of, is sent with it.
    init(
        _ visit: GroupVisit, _ outcome: ForwardingOutcome, heading: String, action: String, back: String,
        fields: [Field], _ clock: GuestClock
    ) {
        let words = visit.words
        subject = GroupSubject(visit)
        (self.heading, self.action, self.back) = (heading, action, back)
        self.fields = fields + [Field(name: "seen", value: String(outcome.lastChange))]
        overtaken = OvertakenNumbers(outcome.overtaken, next: words("outage.overtaken-check"), words, clock)
        summary = words(
            "outage.summary",
            ["changed": String(outcome.changed.count), "unchanged": String(outcome.unchanged.count)])
        // What was changed since is to be seen once more.
        let again = Set(outcome.overtaken.map(\.number))
        let sorted =
            outcome.changed.filter { again.contains($0.number) } + outcome.changed.filter { !again.contains($0.number) }
        changes = sorted.prefix(Self.shownLimit).map {
            Change(
                number: TelephoneText.grouped($0.number),
                before: NumberPath($0.before, nil, clock).sentence(words),
                after: NumberPath($0.after, nil, clock).sentence(words))
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

    var status: HTTPResponse.Status { overtaken == nil ? .ok : .unprocessableContent }
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
