/// What a ladder shows, in words, for those who can't see the picture.
struct LadderDescription {
    let title: String
    let text: String

    /// More than that nobody listens to; the beginning tells what call it is.
    private static let maximumEvents = 60

    init(_ ladder: Ladder, _ columns: LadderColumns, _ time: LadderTime) {
        title = ladder.title.isEmpty ? "Call ladder" : ladder.title
        let count = ladder.events.count
        var sentences = [
            "\(count) \(count == 1 ? "event" : "events") between \(columns.names.joined(separator: ", "))."
        ]
        for event in ladder.events.prefix(Self.maximumEvents) {
            let who =
                switch event.kind {
                case .request, .response: "\(event.from) to \(event.to)"
                case .note: "note on \(event.from)"
                case .decision: "decision of \(event.from)"
                }
            sentences.append("\(time.seconds(at: event.time)) s, \(who): \(event.label).")
        }
        if count > Self.maximumEvents {
            sentences.append("And \(count - Self.maximumEvents) more.")
        }
        text = sentences.joined(separator: " ")
    }
}
