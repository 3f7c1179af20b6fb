/// A ladder being drawn from top to bottom, in whole pixels.
struct LadderDrawing {
    private let ladder: Ladder
    private let events: [Ladder.Event]
    private let columns: LadderColumns
    private let time: LadderTime
    private var positions: [Int] = []
    private var width = 0
    private var y = 0
    private var elements: [String] = []
    /// Stretches of the lifelines in which nothing happens.
    private var pauses: [Range<Int>] = []

    private static let margin = 20
    private static let timeWidth = 84
    private static let gapLimits = 130...370
    private static let rowHeight = 40
    private static let lineHeight = 18
    private static let nameHeight = 34
    private static let noteColumns = 54
    private static let nameColumns = 30
    private static let besideColumns = 40

    init(_ ladder: Ladder, maximumParticipants: Int, maximumEvents: Int) {
        self.ladder = ladder
        events = Array(ladder.events.prefix(max(0, maximumEvents)))
        columns = LadderColumns(ladder, maximum: maximumParticipants)
        time = LadderTime(of: ladder.events)
        let gaps = columns.gaps(
            for: events, limits: Self.gapLimits, room: { Self.pixels($0) + 52 }, nameRoom: { Self.nameWidth($0) + 20 })
        let first = max(50, columns.names.first.map { Self.nameWidth($0) / 2 } ?? 0)
        let start = columns.names.isEmpty ? [] : [Self.margin + Self.timeWidth + first]
        positions = gaps.reduce(into: start) { $0.append(($0.last ?? 0) + $1) }
        width = neededWidth()
    }

    mutating func document(identifier: String) -> String {
        let id = identifier.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
        let lifeStart = drawHead()
        for index in events.indices {
            drawPause(before: index)
            draw(events[index])
        }
        y += 14
        let lifeEnd = y
        drawFoot()
        let description = LadderDescription(ladder, columns, time)
        return """
            <svg xmlns="http://www.w3.org/2000/svg" class="tsunagi-ladder" role="img" width="\(width)" height="\(y)" \
            viewBox="0 0 \(width) \(y)" aria-labelledby="\(id)-title \(id)-description">
            <title id="\(id)-title">\(SVGText.escaped(description.title))</title>
            <desc id="\(id)-description">\(SVGText.escaped(description.text))</desc>
            <style>
            \(LadderStyle.sheet)
            </style>
            <rect class="paper" width="\(width)" height="\(y)"/>
            \((lifelines(from: lifeStart, to: lifeEnd) + elements).joined(separator: "\n"))
            </svg>

            """
    }

    // MARK: Measures

    /// A monospaced font is 0.6 em wide.
    private static func pixels(_ text: String) -> Int {
        DisplayText.width(text) * 79 / 10
    }

    private static func nameWidth(_ name: String) -> Int {
        min(DisplayText.width(name), nameColumns) * 9 + 28
    }

    /// Room for the last column, for remarks around any lifeline, and for the heading.
    private func neededWidth() -> Int {
        let last = positions.last ?? 0
        var right = last + max(50, columns.names.last.map { Self.nameWidth($0) / 2 } ?? 0)
        for event in events {
            let column = columns.column(of: event.from)
            let label = columns.label(of: event)
            switch event.kind {
            case .note, .decision:
                right = max(right, Self.margin + Self.timeWidth + remark(label).width)
                right = max(right, min(positions[column] + remark(label).width / 2, last + 120))
            case .request, .response:
                if column == columns.column(of: event.to) {
                    right = max(right, positions[column] + 44 + Self.pixels(Self.beside(label)))
                }
            }
        }
        let heading = DisplayText.width(DisplayText.clean(ladder.title)) * 11 + Self.margin
        return max(right, min(heading, 900)) + Self.margin
    }

    private static func beside(_ label: String) -> String {
        DisplayText.fitted(label, to: besideColumns)
    }

    private func remark(_ label: String) -> (lines: [String], width: Int) {
        let lines = DisplayText.wrapped(label, to: Self.noteColumns)
        return (lines, (lines.map(Self.pixels).max() ?? 0) + 28)
    }

    // MARK: Parts

    /// - Returns: where the lifelines begin.
    private mutating func drawHead() -> Int {
        y = Self.margin
        let title = DisplayText.clean(ladder.title)
        if !title.isEmpty {
            elements.append(SVGText.text(title, x: Self.margin, y: y + 16, class: "heading"))
            y += 40
        }
        drawNames()
        let start = y
        y += 8
        return start
    }

    private mutating func drawNames() {
        for (name, position) in zip(columns.names, positions) {
            let boxWidth = Self.nameWidth(name)
            elements.append(
                SVGText.box(
                    x: position - boxWidth / 2, y: y, width: boxWidth, height: Self.nameHeight, radius: 8, class: "who")
            )
            let name = DisplayText.fitted(name, to: Self.nameColumns)
            elements.append(SVGText.text(name, x: position, y: y + 22, class: "name"))
        }
        y += Self.nameHeight
    }

    /// In a long ladder the names stand below too.
    private mutating func drawFoot() {
        if y > 900 {
            drawNames()
        }
        let hidden = ladder.events.count - events.count
        if hidden > 0 {
            let text = "... and \(hidden) more \(hidden == 1 ? "event" : "events")"
            elements.append(SVGText.text(text, x: Self.margin, y: y + 26, class: "beside"))
            y += 26
        }
        y += Self.margin
    }

    private func lifelines(from start: Int, to end: Int) -> [String] {
        positions.flatMap { x -> [String] in
            var top = start
            var lines: [String] = []
            for pause in pauses {
                lines.append(SVGText.line(x, top, x, pause.lowerBound, class: "life"))
                lines.append(SVGText.line(x, pause.lowerBound, x, pause.upperBound, class: "life quiet"))
                top = pause.upperBound
            }
            return lines + [SVGText.line(x, top, x, end, class: "life")]
        }
    }

    private mutating func drawPause(before index: Int) {
        guard let pause = time.pause(before: index, in: events) else { return }
        pauses.append(y + 8..<y + 40)
        elements.append(SVGText.text("(\(pause))", x: Self.margin + Self.timeWidth - 16, y: y + 28, class: "time"))
        y += 40
    }

    private mutating func draw(_ event: Ladder.Event) {
        let label = columns.label(of: event)
        let (from, to) = (columns.column(of: event.from), columns.column(of: event.to))
        elements.append("<g>")
        let ends = event.from == event.to ? "\(event.from)" : "\(event.from) to \(event.to)"
        let seconds = time.seconds(at: event.time)
        elements.append("<title>\(SVGText.escaped("\(seconds) s, \(ends): \(event.label)"))</title>")
        let top = y
        switch event.kind {
        case .note: drawRemark(label, class: "note", on: from)
        case .decision: drawRemark(label, class: "decision", on: from)
        case .request, .response:
            if from == to {
                drawLoop(event, label, at: positions[from])
            } else {
                drawArrow(event, label, from: positions[from], to: positions[to])
            }
        }
        let baseline = event.kind == .note || event.kind == .decision ? top + 26 : top + 32
        elements.append(SVGText.text(seconds, x: Self.margin + Self.timeWidth - 16, y: baseline, class: "time"))
        elements.append("</g>")
    }

    private mutating func drawArrow(_ event: Ladder.Event, _ label: String, from: Int, to: Int) {
        let line = y + 28
        let head = from < to ? to - 10 : to + 10
        let name = Self.meaning(of: event)
        let isBroken = event.kind == .response
        let text = DisplayText.fitted(label, to: (abs(to - from) - 28) * 10 / 79)
        elements.append(SVGText.line(from, line, head, line, class: "message \(name)\(isBroken ? " broken" : "")"))
        elements.append(
            "<polygon class=\"\(name)\" points=\"\(to),\(line) \(head),\(line - 5) \(head),\(line + 5)\"/>")
        elements.append(SVGText.text(text, x: (from + to) / 2, y: line - 8, class: "label"))
        y += Self.rowHeight
    }

    /// A message somebody sends to himself.
    private mutating func drawLoop(_ event: Ladder.Event, _ label: String, at x: Int) {
        let (top, bottom) = (y + 16, y + 36)
        let name = Self.meaning(of: event)
        let isBroken = event.kind == .response
        elements.append(
            "<path class=\"message \(name)\(isBroken ? " broken" : "")\" "
                + "d=\"M\(x) \(top)h22q8 0 8 8v4q0 8 -8 8h-12\"/>")
        elements.append(
            "<polygon class=\"\(name)\" points=\"\(x),\(bottom) \(x + 10),\(bottom - 5) \(x + 10),\(bottom + 5)\"/>")
        elements.append(SVGText.text(Self.beside(label), x: x + 38, y: bottom - 6, class: "label beside"))
        y += Self.rowHeight + 10
    }

    private mutating func drawRemark(_ label: String, class name: String, on column: Int) {
        let (lines, boxWidth) = remark(label)
        let height = lines.count * Self.lineHeight + 12
        let leftmost = Self.margin + Self.timeWidth
        let x = max(leftmost, min(positions[column] - boxWidth / 2, width - Self.margin - boxWidth))
        elements.append(
            SVGText.box(x: x, y: y + 8, width: boxWidth, height: height, radius: 5, class: name))
        for (index, line) in lines.enumerated() {
            elements.append(
                SVGText.text(line, x: x + 14, y: y + 27 + index * Self.lineHeight, class: "remark"))
        }
        y += height + 14
    }

    /// The class of a message in the style sheet: requests, and the classes of responses of RFC 3261 §7.2.
    private static func meaning(of event: Ladder.Event) -> String {
        guard event.kind == .response else { return "request" }
        return switch event.label.first {
        case "1": "provisional"
        case "2": "success"
        case "3": "redirection"
        default: "failure"
        }
    }
}
