import ControlPlane
import Directory
import Foundation

/// A number's path as a small picture: the telephone, a condition, where the call goes. It stands inline in a page, whose
/// style gives it its colours; a screen reader reads its sentence.
struct PathPicture: Sendable {
    /// Characters of a destination that have room.
    private static let roomForDestination = 14
    private static let rowHeight = 40
    private static let leastHeight = 48

    /// All of it in full sentences.
    let title: String
    /// The picture, to be put into a page as it stands (`{{{…}}}`).
    let svg: String
    /// The picture, likewise, with the sentences below it where it does not tell all of them: when something else
    /// applies at other times.
    let markup: String

    /// - Parameters:
    ///   - forwarding: as it is now, not out of history.
    ///   - anonymous: nil: it is not shown what becomes of calls without a number.
    ///   - id: of this picture alone on its page.
    init(
        _ forwarding: ForwardingState, _ anonymous: AnonymousState?, _ clock: GuestClock, id: String,
        _ words: Catalogue
    ) {
        self.init(NumberPath(forwarding, anonymous, clock), id: id, words)
    }

    init(_ path: NumberPath, id: String, _ words: Catalogue) {
        let title = path.sentence(words)
        self.title = title
        let rows = Self.rows(path, words)
        let height = max(Self.leastHeight, rows.count * Self.rowHeight + 8)
        let middle = height / 2
        var parts = [Self.telephone(at: middle, rings: path.rings)]
        if rows.isEmpty {
            parts.append("<path class=\"path__line path__line--off\" d=\"M46 \(middle)H78\"/>")
            parts.append(
                "<text class=\"path__to path__to--plain\" x=\"88\" y=\"\(middle + 5)\">"
                    + Markup.escaped(words("path.rings")) + "</text>")
        }
        for (index, row) in rows.enumerated() {
            parts.append(row.drawn(at: 24 + Self.rowHeight * index, from: middle))
        }
        let drawing = parts.joined() + "</svg>"
        let opening = "<svg class=\"path\" viewBox=\"0 0 320 \(height)\" width=\"320\" height=\"\(height)\" "
        let (id, text) = (Markup.escaped(id), Markup.escaped(title))
        let lines = path.sentences(words).map(Markup.escaped).joined(separator: "<br>")
        svg =
            opening + "role=\"img\" aria-labelledby=\"path-\(id)\"><title id=\"path-\(id)\">\(text)</title>" + drawing
        markup =
            path.changes
            ? opening + "aria-hidden=\"true\" focusable=\"false\">\(drawing)<p class=\"path__caption\">\(lines)</p>"
            : svg
    }

    private static func rows(_ path: NumberPath, _ words: Catalogue) -> [Row] {
        let rejected = path.rejected.first.map { reason in
            Row(when: reason.name(words), mark: .cross, to: words("path.rejected"))
        }
        return (rejected.map { [$0] } ?? [])
            + path.ways.map { way in
                Row(
                    when: words("path.when.\(way.when.key)", ["seconds": String(path.ringSeconds)]),
                    mark: way.to == nil ? .reels : .handset, to: way.to.map(cut) ?? words("path.voicemail"))
            }
    }

    private static func cut(_ destination: String) -> String {
        destination.count > roomForDestination ? destination.prefix(roomForDestination - 1) + "…" : destination
    }

    private static func telephone(at middle: Int, rings: Bool) -> String {
        let style = rings ? "path__phone" : "path__phone path__phone--quiet"
        let phone =
            "<path class=\"\(style)\" d=\"M8 \(middle - 4)c0-9 28-9 28 0v3h-7v-4h-14v4h-7z"
            + "M13 \(middle - 1)l-4 13h26l-4-13\"/><circle class=\"\(style)\" cx=\"22\" cy=\"\(middle + 5)\" r=\"3\"/>"
        let ring =
            "<path class=\"path__ring\" d=\"M4.5 \(middle - 10)q2-5 7-7M39.5 \(middle - 10)q-2-5-7-7\"/>"
        return rings ? phone + ring : phone
    }
}

extension PathPicture {
    /// From the telephone to one destination.
    private struct Row {
        enum Mark {
            /// Another telephone.
            case handset
            /// 留守番電話.
            case reels
            /// The call is not connected.
            case cross
        }

        let when: String
        let mark: Mark
        let to: String

        func drawn(at y: Int, from middle: Int) -> String {
            "<path class=\"path__line\" d=\"\(Self.line(to: y, from: middle))\"/>"
                + "<path class=\"path__arrow\" d=\"M165 \(y - 5)l9 5-9 5z\"/>"
                + "<text class=\"path__when\" x=\"112\" y=\"\(y - 6)\">\(Markup.escaped(when))</text>"
                + "<path class=\"\(mark == .cross ? "path__mark path__mark--bad" : "path__mark")\" d=\"\(drawnMark(at: y))\"/>"
                + "<text class=\"path__to\" x=\"205\" y=\"\(y + 5)\">\(Markup.escaped(to))</text>"
        }

        private static func line(to y: Int, from middle: Int) -> String {
            if y == middle { return "M46 \(middle)H166" }
            let turn = y < middle ? -6 : 6
            return "M46 \(middle)H50q6 0 6 \(turn)V\(y - turn)q0 \(turn) 6 \(turn)H166"
        }

        private func drawnMark(at y: Int) -> String {
            switch mark {
            case .handset:
                "M182 \(y - 7)h4l2 4.5-2.5 1.8a10 10 0 0 0 5 5l1.8-2.5 4.5 2v4c-8.5 1-15.3-6-14.8-14.8z"
            case .reels: "M184 \(y + 4)a4.5 4.5 0 1 1 .01 0H196a4.5 4.5 0 1 1 .01 0"
            case .cross: "M182 \(y - 6)l12 12m0 -12l-12 12"
            }
        }
    }
}
