/// Pieces of SVG with everything that comes from outside escaped.
enum SVGText {
    /// Character data and attribute values alike. Control characters, which XML 1.0 has no spelling for, are replaced.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in DisplayText.clean(text).unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    static func line(_ x1: Int, _ y1: Int, _ x2: Int, _ y2: Int, class name: String) -> String {
        "<line class=\"\(name)\" x1=\"\(x1)\" y1=\"\(y1)\" x2=\"\(x2)\" y2=\"\(y2)\"/>"
    }

    static func box(x: Int, y: Int, width: Int, height: Int, radius: Int, class name: String) -> String {
        "<rect class=\"\(name)\" x=\"\(x)\" y=\"\(y)\" width=\"\(width)\" height=\"\(height)\" rx=\"\(radius)\"/>"
    }

    static func text(_ text: String, x: Int, y: Int, class name: String) -> String {
        "<text class=\"\(name)\" x=\"\(x)\" y=\"\(y)\">\(escaped(text))</text>"
    }
}
