extension PhoneNumber {
    /// Reads what a person gives for a number: digits in any of their forms, an extension, a name, or a tel: or sip:
    /// URI, of which the subscriber or the user part counts.
    ///
    /// - Throws: ``NumberError`` that says what is wrong with it.
    package init(typed text: String) throws(NumberError) {
        let halfWidth = NumberPlan.halfWidth(text)
        guard let colon = halfWidth.firstIndex(of: ":") else {
            try self.init(halfWidth)
            return
        }
        let rest = halfWidth[halfWidth.index(after: colon)...]
        switch halfWidth[..<colon].lowercased() {
        case "tel":
            try self.init(Self.unescaped(rest.prefix { $0 != ";" }))
        case "sip", "sips":
            guard let at = rest.firstIndex(of: "@") else { throw .noUser(halfWidth) }
            try self.init(Self.unescaped(rest[..<at].prefix { $0 != ";" && $0 != ":" }))
        default:
            throw .unexpectedCharacter(":", in: text)
        }
    }

    /// What does not belong into the telephone number that this name looks like, such as the letter O in `O5012345678`, an
    /// X for a digit that is not known, or a spreadsheet's apostrophe. Nil: it looks like none.
    package var strayCharacter: Character? {
        let signs = canonical.drop { $0 == "+" }.filter { !NumberPlan.separators.contains($0) && $0 != "'" }
        let others = signs.filter { !$0.isASCII || !$0.isNumber && $0 != "*" && $0 != "#" }
        guard let first = others.first else { return canonical.contains("'") ? "'" : nil }
        let digits = signs.count(where: \.isNumber)
        // As long as a number is, a digit more or less: nobody chooses a name like that.
        let isLong = canonical.hasPrefix("+") || signs.first.map { "0Oo".contains($0) } == true && signs.count >= 9
        let areFew = digits >= 7 && signs.count - digits <= 3 || digits >= 3 && others.allSatisfy { "Xx".contains($0) }
        return isLong && areFew ? first : nil
    }

    /// RFC 3261 §19.1.2: an escape stands for the octet. A malformed one stays as it is.
    private static func unescaped(_ text: Substring) -> String {
        guard text.contains("%") else { return String(text) }
        var octets: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let octet = rest.popFirst() {
            let digits = rest.prefix(2).compactMap { Character(UnicodeScalar($0)).hexDigitValue }
            if octet == UInt8(ascii: "%"), digits.count == 2 {
                octets.append(UInt8(digits[0] * 16 + digits[1]))
                rest = rest.dropFirst(2)
            } else {
                octets.append(octet)
            }
        }
        return String(decoding: octets, as: UTF8.self)
    }
}
