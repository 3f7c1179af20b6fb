/// How dialled digits become E.164 numbers in one country.
///
/// Japan: national prefix 0, international prefix 010; 050, 070, 080, 090 and 0800 numbers have 11 digits, other
/// 0AB-J numbers 10 (0120 and 0570 included). E.164 numbers have at most 15 digits (ITU-T E.164 §6).
package struct NumberPlan: Sendable {
    package let countryCode: String
    package let nationalPrefix: String
    package let internationalPrefix: String

    package static let japan = NumberPlan(countryCode: "81", nationalPrefix: "0", internationalPrefix: "010")

    /// Visual separators (RFC 3966 §5.1.1) and the ones people type.
    private static let separators: Set<Character> = ["-", ".", "(", ")", " ", "\u{3000}", "‐", "−", "ー", "‑", "–"]

    static func isDialable(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "*") || byte == UInt8(ascii: "#")
    }

    func canonical(of text: String) throws(NumberError) -> String {
        let typed = Self.halfWidth(text)
        guard !typed.isEmpty else { throw .empty }
        guard typed.utf8.count <= 64 else { throw .tooLong(text) }
        let dialled = String(typed.filter { !Self.separators.contains($0) })
        if dialled.hasPrefix("+"), dialled.dropFirst().utf8.allSatisfy(Self.isDialable) {
            return try international(String(dialled.dropFirst()), typed: text)
        }
        guard !dialled.isEmpty, dialled.utf8.allSatisfy(Self.isDialable) else {
            return try name(typed)
        }
        if dialled.hasPrefix(internationalPrefix), dialled.utf8.count > 9 {
            return try international(String(dialled.dropFirst(internationalPrefix.count)), typed: text)
        }
        if dialled.hasPrefix(nationalPrefix), dialled.utf8.count >= 9 {
            return try nationalNumber(dialled, typed: text)
        }
        guard dialled.utf8.count <= 32 else { throw .tooLong(text) }
        return dialled
    }

    func national(of canonical: String) -> String {
        guard canonical.hasPrefix("+" + countryCode) else { return canonical }
        return nationalPrefix + canonical.dropFirst(1 + countryCode.count)
    }

    private func international(_ digits: String, typed: String) throws(NumberError) -> String {
        guard !digits.isEmpty else { throw .empty }
        guard digits.utf8.count <= 15 else { throw .tooLong(typed) }
        if digits.hasPrefix(countryCode) {
            let subscriber = digits.dropFirst(countryCode.count)
            guard subscriber.first != "0" else { throw .notAssigned(typed) }
            return try nationalNumber(nationalPrefix + subscriber, typed: typed)
        }
        return "+" + digits
    }

    private func nationalNumber(_ digits: String, typed: String) throws(NumberError) -> String {
        let elevenDigits =
            ["050", "070", "080", "090", "060", "020"].contains { digits.hasPrefix($0) }
            || digits.hasPrefix("0800")
        let count = digits.utf8.count
        guard digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            return try name(typed)
        }
        guard count == (elevenDigits ? 11 : 10) || isLongerByPlan(digits) else { throw .notAssigned(typed) }
        return "+" + countryCode + digits.dropFirst(nationalPrefix.count)
    }

    /// 0200 (M2M) and 0990 numbers are longer than their neighbours, 14 digits at most.
    private func isLongerByPlan(_ digits: String) -> Bool {
        digits.hasPrefix("0200") && digits.utf8.count == 14
    }

    /// RFC 3261's user part without escapes is wider than this; what is left out has no meaning as an address here.
    private func name(_ text: String) throws(NumberError) -> String {
        guard text.utf8.count <= 32 else { throw .tooLong(text) }
        for character in text {
            let allowed =
                character.isASCII
                && (character.isLetter || character.isNumber || "-_.!~*'&=+$,;?/#%".contains(character))
            guard allowed || (!character.isASCII && (character.isLetter || character.isNumber)) else {
                throw .unexpectedCharacter(character, in: text)
            }
        }
        return text
    }

    /// Full-width digits, signs and letters as their half-width twins, and no blanks at the ends.
    package static func halfWidth(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if (0xFF01...0xFF5E).contains(scalar.value), let twin = Unicode.Scalar(scalar.value - 0xFEE0) {
                result.append(twin)
            } else {
                result.append(scalar)
            }
        }
        var trimmed = Substring(String(result))
        while let first = trimmed.first, first.isWhitespace { trimmed.removeFirst() }
        while let last = trimmed.last, last.isWhitespace { trimmed.removeLast() }
        return String(trimmed)
    }
}
