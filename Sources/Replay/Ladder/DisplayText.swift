/// Text of messages made fit to be shown: it comes from the network, so it may hold control characters, and its
/// characters may be wide or of no width.
enum DisplayText {
    /// The text on one line, without anything that could move the cursor, colour the terminal or turn the direction of
    /// writing; each such character becomes U+FFFD, white space becomes a space.
    static func clean(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            result.unicodeScalars.append(isUnsafe(scalar) ? "\u{fffd}" : scalar.properties.isWhitespace ? " " : scalar)
        }
        return result
    }

    /// The columns of a terminal that the text takes: two for wide characters of East Asia and emoji.
    static func width(_ text: some StringProtocol) -> Int {
        text.reduce(0) { $0 + width(of: $1) }
    }

    /// The text, or as much of its beginning as leaves room for the dots.
    static func fitted(_ text: String, to columns: Int) -> String {
        if width(text) <= columns {
            return text
        }
        let dots = columns >= 6 ? "..." : ""
        return prefix(of: text, columns: columns - dots.count) + dots
    }

    /// The text in lines of so many columns, broken at spaces where there are any.
    static func wrapped(_ text: String, to columns: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            var word = String(word)
            if !line.isEmpty && width(line) + 1 + width(word) > columns {
                lines.append(line)
                line = ""
            }
            while width(word) > columns {
                let part = prefix(of: word, columns: max(2, columns))
                lines.append(part)
                word.removeFirst(part.count)
            }
            line += line.isEmpty ? word : " " + word
        }
        if !line.isEmpty || lines.isEmpty {
            lines.append(line)
        }
        return lines
    }

    private static func prefix(of text: String, columns: Int) -> String {
        var used = 0
        return String(
            text.prefix { character in
                used += width(of: character)
                return used <= columns
            })
    }

    static func width(of character: Character) -> Int {
        var result = 0
        for scalar in character.unicodeScalars {
            // Variation selector 16 asks for the emoji form.
            result = max(result, scalar.value == 0xfe0f ? 2 : width(of: scalar))
        }
        return result
    }

    private static func width(of scalar: Unicode.Scalar) -> Int {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: break
        }
        if scalar.properties.isEmojiPresentation {
            return 2
        }
        return wideRanges.contains { $0.contains(scalar.value) } ? 2 : 1
    }

    /// Unicode Standard Annex #11, classes W and F, apart from emoji and with the unassigned code points between them.
    private static let wideRanges: [ClosedRange<UInt32>] = [
        0x1100...0x115f, 0x2329...0x232a, 0x2e80...0x303e, 0x3040...0x3247, 0x3250...0x4dbf, 0x4e00...0xa4cf,
        0xa960...0xa97f, 0xac00...0xd7a3, 0xf900...0xfaff, 0xfe10...0xfe19, 0xfe30...0xfe6f, 0xff01...0xff60,
        0xffe0...0xffe6, 0x16fe0...0x18dff, 0x1aff0...0x1b2ff, 0x1f200...0x1f265, 0x20000...0x3fffd,
    ]

    private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0a, 0x0d: return false
        case 0x061c, 0x200e...0x200f, 0x202a...0x202e, 0x2066...0x2069: return true
        case 0xfffe...0xffff: return true
        default: return scalar.properties.generalCategory == .control
        }
    }
}
