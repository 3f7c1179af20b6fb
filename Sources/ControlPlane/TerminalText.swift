/// What a terminal is shown. Names and notes in it were typed by others, and a terminal obeys what it should only show:
/// escape sequences, and marks that turn the direction of the text behind them.
extension StringProtocol {
    /// Lines, with what a terminal would obey written out: `\u{1B}`.
    package var forTerminal: String { written { $0.isObeyed && $0 != "\n" } }

    /// The same in one line: what one person has typed must not look like lines of ours.
    package var inOneLine: String { written(\.isObeyed) }

    private func written(_ isEscaped: (Unicode.Scalar) -> Bool) -> String {
        guard unicodeScalars.contains(where: isEscaped) else { return String(self) }
        var text = ""
        for scalar in unicodeScalars {
            if isEscaped(scalar) {
                text += scalar.escaped(asASCII: true)
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}

extension Unicode.Scalar {
    /// C0, DEL or C1: nothing that is typed as a name or a note may have one.
    var isControl: Bool { value < 0x20 || (0x7F...0x9F).contains(value) }

    /// Whether a terminal or a page would do something at it instead of showing it.
    var isObeyed: Bool {
        switch value {
        // Embeddings, overrides and isolates of the bidirectional algorithm (UAX #9 §2).
        case 0x202A...0x202E, 0x2066...0x2069: true
        default: isControl
        }
    }

    /// Whether anything is seen of it when it stands alone.
    var isVisible: Bool {
        switch properties.generalCategory {
        case .control, .format, .spaceSeparator, .lineSeparator, .paragraphSeparator, .unassigned: false
        default: true
        }
    }
}
