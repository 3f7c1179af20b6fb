import ControlPlane
import Foundation

/// The messages of a call as a picture: a line for each party, an arrow for each message.
struct LadderPicture: Sendable {
    /// As far as `181 Call Is Being Forwarded` is long.
    private static let distance = 190
    private static let firstLine = 140
    private static let rowHeight = 34

    /// A message as a row of the table that says the same.
    struct Row: Sendable {
        let time: String
        let from: String
        let to: String
        let text: String
    }

    let svg: String
    let rows: [Row]

    init(_ flow: CallFlow, id: Int, in zone: TimeZone, _ words: Catalogue) {
        let names = flow.parties.map { Self.name($0, words) }
        rows = flow.steps.map { step in
            Row(
                time: Self.clock(step.at, in: zone), from: Self.full(names[step.from]),
                to: Self.full(names[step.to]), text: step.text)
        }
        let height = 76 + Self.rowHeight * flow.steps.count
        let width = Self.firstLine + Self.distance * (flow.parties.count - 1) + 75
        var parts: [String] = []
        for (index, name) in names.enumerated() {
            let x = Self.firstLine + Self.distance * index
            parts.append("<path class=\"ladder__life\" d=\"M\(x) 48V\(height - 18)\"/>")
            parts.append("<text class=\"ladder__name\" x=\"\(x)\" y=\"18\">\(Markup.escaped(name.role))</text>")
            parts.append("<text class=\"ladder__sub\" x=\"\(x)\" y=\"36\">\(Markup.escaped(name.number))</text>")
        }
        for (index, step) in flow.steps.enumerated() {
            parts.append(Self.arrow(step, rows[index].time, at: 82 + Self.rowHeight * index))
        }
        svg =
            "<svg class=\"ladder\" viewBox=\"-8 -8 \(width) \(height)\" width=\"\(width)\" height=\"\(height)\" role=\"img\" "
            + "aria-labelledby=\"ladder-\(id)\"><title id=\"ladder-\(id)\">\(Markup.escaped(words("calls.ladder-title")))</title>"
            + parts.joined() + "</svg>"
    }

    /// `09:14:02.120`.
    private static func clock(_ milliseconds: Int64, in zone: TimeZone) -> String {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let parts = calendar.dateComponents([.hour, .minute, .second], from: Date(milliseconds: milliseconds))
        return String(
            format: "%02d:%02d:%02d.%03d", parts.hour ?? 0, parts.minute ?? 0, parts.second ?? 0,
            Int(milliseconds % 1000))
    }

    private static func arrow(_ step: CallFlow.Step, _ time: String, at y: Int) -> String {
        let (from, to) = (firstLine + distance * step.from, firstLine + distance * step.to)
        let turn = from < to ? -1 : 1
        let bad = step.isBad ? " ladder__msg--bad" : ""
        let badTip = step.isBad ? " ladder__tip--bad" : ""
        return "<text class=\"ladder__time\" x=\"4\" y=\"\(y + 4)\">\(time)</text>"
            + "<path class=\"ladder__msg\(bad)\" d=\"M\(from) \(y)H\(to + turn * 8)\"/>"
            + "<path class=\"ladder__tip\(badTip)\" d=\"M\(to) \(y)l\(turn * 10) -5v10z\"/>"
            + "<text class=\"ladder__text\" x=\"\((from + to) / 2)\" y=\"\(y - 6)\">\(Markup.escaped(step.text))</text>"
    }

    private static func name(_ party: CallFlow.Party, _ words: Catalogue) -> (role: String, number: String) {
        switch party {
        case .caller(let number): (words("calls.caller"), number.map(TelephoneText.grouped) ?? words("calls.no-number"))
        case .server: ("Tsunagi", "")
        case .number(let number): (words("calls.phone"), TelephoneText.grouped(number))
        case .elsewhere: (words("calls.elsewhere"), "")
        }
    }

    private static func full(_ name: (role: String, number: String)) -> String {
        name.number.isEmpty ? name.role : "\(name.role) \(name.number)"
    }
}
