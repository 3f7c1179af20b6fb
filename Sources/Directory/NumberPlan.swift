/// How dialled digits become E.164 numbers in one country.
///
/// Japan: national prefix 0, international prefix 010; 050, 070, 080, 090 and 0800 numbers have 11 digits, other
/// 0AB-J numbers 10 (0120 and 0570 included). E.164 numbers have at most 15 digits (ITU-T E.164 §6). A number of
/// another length is read all the same, because peers present such numbers; ``isComplete(_:)`` tells.
package struct NumberPlan: Sendable {
    package let countryCode: String
    package let nationalPrefix: String
    package let internationalPrefix: String
    /// Police, coast guard, fire and ambulance in Japan.
    package let emergencyNumbers: [String]
    /// What the E.164 numbers of this country begin with: `+81`.
    /// The country code of these numbers with its plus sign.
    package let globalPrefix: String

    private init(countryCode: String, nationalPrefix: String, internationalPrefix: String, emergencyNumbers: [String]) {
        self.countryCode = countryCode
        self.nationalPrefix = nationalPrefix
        self.internationalPrefix = internationalPrefix
        self.emergencyNumbers = emergencyNumbers
        globalPrefix = "+" + countryCode
    }

    package static let japan = NumberPlan(
        countryCode: "81", nationalPrefix: "0", internationalPrefix: "010", emergencyNumbers: ["110", "118", "119"])

    /// Visual separators (RFC 3966 §5.1.1) and the ones people type.
    static let separators: Set<Character> = hyphens.union([".", "(", ")", " ", "\u{3000}"])

    /// The hyphen, and what people type for it.
    package static let hyphens: Set<Character> = ["-", "‐", "−", "ー", "‑", "–"]

    package static func isDialable(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "*") || byte == UInt8(ascii: "#")
    }

    func canonical(of text: String) throws(NumberError) -> String {
        // Most of what comes in over the wire is bare digits, for each of which this runs.
        if !text.isEmpty, text.utf8.allSatisfy(Self.isDialable) {
            return try canonical(ofDialled: text, typed: text)
        }
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
        return try canonical(ofDialled: dialled, typed: text)
    }

    private func canonical(ofDialled dialled: String, typed text: String) throws(NumberError) -> String {
        if dialled.hasPrefix(internationalPrefix), dialled.utf8.count > 9 {
            return try international(String(dialled.dropFirst(internationalPrefix.count)), typed: text)
        }
        // 00XY chooses a carrier: what follows is dialled as it stands.
        if dialled.hasPrefix(nationalPrefix), !dialled.hasPrefix("00"), dialled.utf8.count >= 9 {
            return try nationalNumber(dialled, typed: text)
        }
        guard dialled.utf8.count <= 32 else { throw .tooLong(text) }
        return dialled
    }

    /// What the canonical forms of national numbers begin with that begin so when they are dialled; nil: none do.
    package func globalPrefix(ofDialled prefix: String) -> String? {
        prefix.hasPrefix(nationalPrefix) ? globalPrefix + prefix.dropFirst(nationalPrefix.count) : nil
    }

    /// Each call asks for this several times: made octet by octet, a number of ours fits into a `String` without a piece
    /// of memory of its own.
    func national(of canonical: String) -> String {
        guard canonical.utf8.starts(with: globalPrefix.utf8) else { return canonical }
        return Self.joined(nationalPrefix.utf8, canonical.utf8.dropFirst(globalPrefix.utf8.count))
    }

    private static func joined(_ first: String.UTF8View, _ second: Substring.UTF8View) -> String {
        unsafe String(unsafeUninitializedCapacity: first.count + second.count) { target in
            var length = 0
            for octet in first {
                unsafe target[length] = octet
                length += 1
            }
            for octet in second {
                unsafe target[length] = octet
                length += 1
            }
            return length
        }
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
        guard digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            return try name(typed)
        }
        let subscriber = digits.utf8.dropFirst(nationalPrefix.utf8.count)
        guard countryCode.utf8.count + subscriber.count <= 15 else { throw .tooLong(typed) }
        return Self.joined(globalPrefix.utf8, subscriber)
    }

    /// Whether a canonical number of this country has as many digits as its kind has; true for other countries'.
    func isComplete(_ canonical: String) -> Bool {
        guard canonical.hasPrefix("+" + countryCode) else { return true }
        let digits = national(of: canonical)
        if digits.hasPrefix("0200") { return [11, 14].contains(digits.utf8.count) }
        let elevenDigits =
            ["050", "070", "080", "090", "060", "020"].contains { digits.hasPrefix($0) } || digits.hasPrefix("0800")
        return digits.utf8.count == (elevenDigits ? 11 : 10)
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
        // Nearly everything is typed in half width, and without blanks.
        if text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) { return text }
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
