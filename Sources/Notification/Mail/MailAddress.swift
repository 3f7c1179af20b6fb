/// A mail address as RFC 5321 §4.1.2 has it, without quoted local parts, comments and address literals. So it holds
/// nothing that could end a header or a command.
package struct MailAddress: Hashable, Sendable, CustomStringConvertible {
    /// RFC 5321 §4.5.3.1: octets of the local part, and of what fits between the brackets of a path.
    private static let localLimit = 64
    private static let limit = 254
    private static let atomCharacters = Set("!#$%&'*+-/=?^_`{|}~".utf8)

    /// `taro@example.jp`.
    package let text: String

    /// - Throws: ``NotificationError/mailAddress(_:)``.
    package init(_ text: String) throws(NotificationError) {
        guard Self.isAddress(text) else { throw .mailAddress(text) }
        self.text = text
    }

    package var domain: Substring { text.lastIndex(of: "@").map { text[text.index(after: $0)...] } ?? "" }

    package var description: String { text }

    private static func isAddress(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, text.utf8.count <= limit, parts[0].utf8.count <= localLimit else { return false }
        let atoms = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        let labels = parts[1].split(separator: ".", omittingEmptySubsequences: false)
        return atoms.allSatisfy {
            !$0.isEmpty && $0.utf8.allSatisfy { isAlphanumeric($0) || atomCharacters.contains($0) }
        }
            && labels.allSatisfy(isLabel)
    }

    /// RFC 1123 §2.1.
    private static func isLabel(_ label: Substring) -> Bool {
        (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
            && label.utf8.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
    }

    private static func isAlphanumeric(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }
}

/// An address with the name that mail programs show for it: `Tsunagi <noreply@example.jp>`.
package struct Mailbox: Hashable, Sendable {
    /// Nil: there is none.
    package let name: String?
    package let address: MailAddress

    /// Reads `noreply@example.jp`, `Tsunagi <noreply@example.jp>`, `"Tsunagi" <noreply@example.jp>`.
    ///
    /// - Throws: ``NotificationError/mailAddress(_:)``, also for a name with control characters.
    package init(_ text: String) throws(NotificationError) {
        guard text.hasSuffix(">"), let open = text.lastIndex(of: "<") else {
            name = nil
            address = try MailAddress(text)
            return
        }
        address = try MailAddress(String(text[text.index(after: open)...].dropLast()))
        var words = text[..<open]
        while words.last == " " { words = words.dropLast() }
        if words.count >= 2, words.hasPrefix("\""), words.hasSuffix("\"") { words = words.dropFirst().dropLast() }
        let isPrintable = words.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
        guard isPrintable, words.utf8.count <= 200 else { throw .mailAddress(text) }
        name = words.isEmpty ? nil : String(words)
    }
}
