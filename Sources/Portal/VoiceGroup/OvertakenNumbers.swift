import ControlPlane
import Storage

/// Of many numbers, those that somebody else has changed since it was shown what would be done to them.
struct OvertakenNumbers: Sendable {
    struct Number: Sendable {
        let number: String
        /// Who, and when; nil: that is not the person's to see.
        let changedBy: String?
    }

    /// Numbers that are told one by one.
    private static let shownLimit = 100

    let summary: String
    let numbers: [Number]
    let others: String?
    /// What to do.
    let next: String

    /// Nil: there are none.
    init?(_ overtaken: [ForwardingOutcome.Overtaking], next: String, _ words: Catalogue, _ clock: GuestClock) {
        guard !overtaken.isEmpty else { return nil }
        summary = words("outage.overtaken", ["count": String(overtaken.count)])
        numbers = overtaken.prefix(Self.shownLimit).map { overtaking in
            Number(
                number: TelephoneText.grouped(overtaking.number),
                changedBy: overtaking.change.map {
                    words("outage.overtaken-by", ["who": $0.actor, "time": clock.shown($0.at).text])
                })
        }
        let hidden = overtaken.count - numbers.count
        others = hidden > 0 ? words("outage.more", ["count": String(hidden)]) : nil
        self.next = next
    }
}
