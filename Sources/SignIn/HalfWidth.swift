/// What a Japanese keyboard gives for ASCII in its full width.
enum HalfWidth {
    /// U+FF01 to U+FF5E and the ideographic blank as their ASCII twins; everything else as it is.
    static func text(_ typed: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in typed.unicodeScalars {
            switch scalar.value {
            case 0xFF01...0xFF5E: result.append(Unicode.Scalar(UInt8(scalar.value - 0xFEE0)))
            case 0x3000: result.append(" ")
            default: result.append(scalar)
            }
        }
        return String(result)
    }

    /// The digits of a typed code, blanks and hyphens between them left out; nil unless there are just as many.
    static func digits(_ typed: String, count: Int) -> String? {
        // Longer than any code with its blanks: not worth looking at.
        guard typed.utf8.count <= 64 else { return nil }
        let digits = text(typed).filter { $0 != " " && $0 != "-" }
        guard digits.utf8.count == count, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return digits
    }
}
