/// The columns of a ladder: its participants, or as many of them as may be shown and one column for the others.
struct LadderColumns {
    /// Cleaned for display, from left to right.
    let names: [String]
    private let columns: [Ladder.Participant: Int]
    private let folded: Int?

    /// - Parameter maximum: columns at most, 2 or more. The participants with the most events keep their own.
    init(_ ladder: Ladder, maximum: Int) {
        let maximum = max(2, maximum)
        var shown = ladder.participants
        if shown.count > maximum {
            var events: [Ladder.Participant: Int] = [:]
            for event in ladder.events {
                events[event.from, default: 0] += 1
                events[event.to, default: 0] += 1
            }
            // By position where the numbers are equal, so that the choice does not depend on the sort.
            let ranked = ladder.participants.indices.sorted {
                let (left, right) = (events[ladder.participants[$0]] ?? 0, events[ladder.participants[$1]] ?? 0)
                return left == right ? $0 < $1 : left > right
            }
            shown = ranked.prefix(maximum - 1).sorted().map { ladder.participants[$0] }
        }
        let others = ladder.participants.count - shown.count
        columns = Dictionary(zip(shown, shown.indices)) { first, _ in first }
        folded = others > 0 ? shown.count : nil
        names = shown.map { DisplayText.clean($0.description) } + (others > 0 ? ["\(others) others"] : [])
    }

    func column(of participant: Ladder.Participant) -> Int {
        columns[participant] ?? folded ?? 0
    }

    /// The label cleaned for display; of those who share the last column, it says who it was.
    func label(of event: Ladder.Event) -> String {
        let ends = event.from == event.to ? [event.from] : [event.from, event.to]
        let hidden = ends.filter { columns[$0] == nil }
        let label = DisplayText.clean(event.label)
        return hidden.isEmpty
            ? label : label + " (" + hidden.map { DisplayText.clean($0.description) }.joined(separator: " to ") + ")"
    }

    /// The distance from each column to the next that gives the labels and the names their room.
    ///
    /// - Parameters:
    ///   - limits: of the distance between two neighbours.
    ///   - room: what an arrow needs for its label.
    ///   - nameRoom: what a name needs on its own lifeline.
    func gaps(
        for events: some Sequence<Ladder.Event>, limits: ClosedRange<Int>, room: (String) -> Int,
        nameRoom: (String) -> Int
    ) -> [Int] {
        var gaps = (0..<max(0, names.count - 1)).map { index in
            let need = (nameRoom(names[index]) + nameRoom(names[index + 1])) / 2
            return min(max(need, limits.lowerBound), limits.upperBound)
        }
        for event in events {
            let ends = [column(of: event.from), column(of: event.to)].sorted()
            let span = ends[0]..<ends[1]
            let need = min(room(label(of: event)), limits.upperBound)
            let missing = need - gaps[span].reduce(0, +)
            if !span.isEmpty && missing > 0 {
                for index in span {
                    gaps[index] += (missing + span.count - 1) / span.count
                }
            }
        }
        return gaps
    }
}
