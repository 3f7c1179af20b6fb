/// Text within HTML or SVG that no template makes.
enum Markup {
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in text {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.append(character)
            }
        }
        return escaped
    }

    /// Words in which no telephone number and no day is broken at the end of a line.
    static func sentence(_ text: String) -> String {
        escaped(text).replacing(/[0-9]+(?:-[0-9]+)+/) { "<span class=\"num\">\($0.output)</span>" }
    }
}
