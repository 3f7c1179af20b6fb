internal import SIPMessage

/// quoted-string of RFC 3261 §25.1.
enum QuotedString {
    /// In quotes; what can't stand there is escaped or left out.
    static func text(_ value: String) -> String {
        var result = "\""
        for scalar in value.unicodeScalars where scalar.value >= 0x20 && scalar.value != 0x7F {
            if scalar == "\"" || scalar == "\\" { result.append("\\") }
            result.unicodeScalars.append(scalar)
        }
        return result + "\""
    }
}
