/// The lines of a ladder being drawn.
struct LadderPage {
    private(set) var lines: [String] = []
    private let title: String
    private let events: [Ladder.Event]
    private let hiddenEvents: Int
    private let columns: LadderColumns
    private let time: LadderTime
    /// Where the lifelines stand, in terminal columns from the left.
    private var positions: [Int] = []

    private static let timeWidth = 10
    /// Between neighbours; the more there are, the less of a label each has room for.
    private static let smallestGap = 14
    private static let largestGaps = 22...46
    private static let usualWidth = 120
    private static let nameWidth = 30
    /// Notes are at least that wide, where the page is not wider.
    private static let noteWidth = 48

    init(_ ladder: Ladder, maximumParticipants: Int, maximumEvents: Int) {
        title = DisplayText.clean(ladder.title)
        events = Array(ladder.events.prefix(max(0, maximumEvents)))
        hiddenEvents = ladder.events.count - events.count
        columns = LadderColumns(ladder, maximum: maximumParticipants)
        time = LadderTime(of: ladder.events)
        let share = Self.usualWidth / max(1, columns.names.count - 1)
        let largest = min(max(share, Self.largestGaps.lowerBound), Self.largestGaps.upperBound)
        let gaps = columns.gaps(
            for: events, limits: Self.smallestGap...largest, room: { DisplayText.width($0) + 8 },
            nameRoom: { min(DisplayText.width($0), Self.nameWidth) + 2 })
        let first = columns.names.first.map { min(DisplayText.width($0), Self.nameWidth) / 2 } ?? 0
        let start = columns.names.isEmpty ? [] : [Self.timeWidth + 3 + first]
        positions = gaps.reduce(into: start) { $0.append(($0.last ?? 0) + $1) }
    }

    mutating func draw() {
        if !title.isEmpty {
            lines += [title, ""]
        }
        drawNames()
        for index in events.indices {
            if let pause = time.pause(before: index, in: events) {
                emit(lifelines(":", time: "(\(pause))"))
            }
            draw(events[index])
        }
        if hiddenEvents > 0 {
            lines.append("... and \(hiddenEvents) more \(hiddenEvents == 1 ? "event" : "events")")
        }
    }

    private mutating func drawNames() {
        var line = LadderLine()
        line.put("seconds", at: Self.timeWidth - 7)
        for (name, position) in zip(columns.names, positions) {
            let name = DisplayText.fitted(name, to: Self.nameWidth)
            line.put(name, at: position - DisplayText.width(name) / 2)
        }
        emit(line)
        emit(lifelines("|"))
    }

    private mutating func draw(_ event: Ladder.Event) {
        let (from, to) = (columns.column(of: event.from), columns.column(of: event.to))
        let label = columns.label(of: event)
        var line = lifelines("|", time: time.seconds(at: event.time))
        switch event.kind {
        case .note:
            drawRemark(label, marker: "- ", on: from, line)
        case .decision:
            drawRemark(label, marker: "* ", on: from, line)
        case .request, .response:
            if from == to {
                line.put("--.  " + label + " ", at: positions[from] + 1)
                emit(line)
                var end = lifelines("|")
                end.put("<-'", at: positions[from] + 1)
                emit(end)
            } else {
                drawArrow(on: &line, from: positions[from], to: positions[to], label, isBroken: event.kind == .response)
                emit(line)
            }
        }
    }

    private func drawArrow(on line: inout LadderLine, from: Int, to: Int, _ label: String, isBroken: Bool) {
        let (left, right) = (min(from, to) + 1, max(from, to) - 1)
        let tail = from < to ? left : right
        for position in left...right {
            line.put(isBroken && (position - tail) % 2 != 0 ? " " : "-", at: position)
        }
        line.put(from < to ? "->" : "<-", at: from < to ? right - 1 : left)
        let label = DisplayText.fitted(label, to: right - left - 5)
        let start = left + (right - left + 1 - DisplayText.width(label)) / 2
        line.put(" " + label + " ", at: start - 1)
    }

    private mutating func drawRemark(_ text: String, marker: String, on column: Int, _ first: LadderLine) {
        let start = positions[column] + 2
        let width = max(Self.noteWidth, (positions.last ?? 0) - start) - marker.count
        var line = first
        for (index, part) in DisplayText.wrapped(text, to: width).enumerated() {
            if index > 0 {
                line = lifelines("|")
            }
            line.put((index == 0 ? marker : String(repeating: " ", count: marker.count)) + part + " ", at: start)
            emit(line)
        }
    }

    private func lifelines(_ mark: String, time: String = "") -> LadderLine {
        var line = LadderLine()
        line.put(time, at: max(0, Self.timeWidth - time.count))
        for position in positions {
            line.put(mark, at: position)
        }
        return line
    }

    private mutating func emit(_ line: LadderLine) {
        lines.append(line.text)
    }
}
