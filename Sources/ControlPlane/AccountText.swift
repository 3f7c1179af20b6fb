import Directory
import Foundation

/// Reads what is typed for accounts. Full-width is taken where only ASCII makes sense.
enum AccountText {
    /// An address as mail servers take it (RFC 5321 §4.1.2 without quoted names and address literals).
    static func email(_ text: String) throws(AccountRefusal) -> String {
        let email = trimmed(NumberPlan.halfWidth(text))
        let parts = email.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, email.utf8.count <= 254, (1...64).contains(parts[0].utf8.count),
            parts[0].unicodeScalars.allSatisfy(isAtom), isDotted(parts[0]), isDomain(parts[1])
        else { throw .invalidEmail(text) }
        return email
    }

    /// An administrator ID or a login ID.
    static func signInName(_ text: String) throws(AccountRefusal) -> String {
        let name = trimmed(NumberPlan.halfWidth(text))
        guard (4...64).contains(name.utf8.count),
            name.unicodeScalars.allSatisfy({ isLetterOrDigit($0) || "._-".unicodeScalars.contains($0) })
        else { throw .invalidSignInName(text) }
        return name
    }

    /// - Parameter isRequired: an empty text is refused.
    static func telephone(_ text: String, isRequired: Bool) throws(AccountRefusal) -> String {
        let telephone = trimmed(String(NumberPlan.halfWidth(text).map(telephoneSign)))
        guard !telephone.isEmpty || isRequired else { return "" }
        let digits = telephone.unicodeScalars.count { ("0"..."9").contains($0) }
        guard digits >= 3, telephone.utf8.count <= 32,
            telephone.unicodeScalars.allSatisfy({ ("0"..."9").contains($0) || "+-() ".unicodeScalars.contains($0) })
        else { throw .invalidTelephone(text) }
        return telephone
    }

    /// Hyphens and blanks as input methods type them.
    private static func telephoneSign(_ sign: Character) -> Character {
        if NumberPlan.hyphens.contains(sign) { return "-" }
        return sign == "\u{3000}" ? " " : sign
    }

    static func timeZone(_ text: String) throws(AccountRefusal) -> String {
        // An abbreviation such as JST says different things in different places.
        guard text.utf8.count <= 64, text == "UTC" || TimeZone.knownTimeZoneIdentifiers.contains(text) else {
            throw .invalidTimeZone(text)
        }
        return text
    }

    /// A text that may be empty. It comes before people and their terminals as it is, so that nothing in it may be obeyed.
    ///
    /// - Parameter hasLines: as a browser or a file has them, ended with CR LF or LF alone.
    static func note(_ text: String, as field: String, limit: Int, hasLines: Bool = false) throws(AccountRefusal)
        -> String
    {
        let note = trimmed(hasLines ? text.replacing("\r\n", with: "\n") : text)
        guard note.unicodeScalars.count <= limit else { throw .textTooLong(field: field, limit: limit) }
        let control = note.unicodeScalars.first { $0.isControl && !(hasLines && $0 == "\n") }
        if let control { throw .controlCharacter(field: field, control) }
        return note
    }

    private static func trimmed(_ text: String) -> String { text.trimmingCharacters(in: .whitespacesAndNewlines) }

    private static func isLetterOrDigit(_ scalar: Unicode.Scalar) -> Bool {
        ("0"..."9").contains(scalar) || ("A"..."Z").contains(scalar) || ("a"..."z").contains(scalar)
    }

    private static func isAtom(_ scalar: Unicode.Scalar) -> Bool {
        isLetterOrDigit(scalar) || ".!#$%&'*+-/=?^_`{|}~".unicodeScalars.contains(scalar)
    }

    private static func isDotted(_ text: Substring) -> Bool {
        text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { !$0.isEmpty }
    }

    private static func isDomain(_ text: Substring) -> Bool {
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        return labels.count >= 2
            && labels.allSatisfy { label in
                (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
                    && label.unicodeScalars.allSatisfy { isLetterOrDigit($0) || $0 == "-" }
            }
    }
}
