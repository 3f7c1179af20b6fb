import Storage

/// What somebody else has changed of a number since the form was opened.
struct Overtaken: Sendable {
    let text: String
    /// How it stands now, or where that is seen.
    let now: String

    /// - Parameter change: the last one that the form is about; nil: none that the person may see.
    init(_ change: HistoryEntry?, now: String, _ words: Catalogue, _ clock: GuestClock) {
        self.now = now
        text =
            change.map {
                words("forwarding.overtaken-by", ["who": $0.actor, "time": clock.shown($0.at).text])
            } ?? words("forwarding.overtaken")
    }
}
