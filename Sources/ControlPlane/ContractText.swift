import Directory

/// Reads what is typed for contracts and their parts: full-width is taken, small letters are made capitals.
enum ContractText {
    static func name(_ text: String) throws(ContractRefusal) -> String {
        let name = trimmed(text)
        guard (1...100).contains(name.unicodeScalars.count), !name.unicodeScalars.contains(where: \.isObeyed),
            name.unicodeScalars.contains(where: \.isVisible)
        else { throw .invalidName(text) }
        return name
    }

    /// A name stays as it is written: full-width letters belong to many a company's name.
    private static func trimmed(_ text: String) -> String {
        var name = text[...]
        while name.first?.isWhitespace == true { name.removeFirst() }
        while name.last?.isWhitespace == true { name.removeLast() }
        return String(name)
    }

    /// The name of something that may be there already: names once took the controls U+0080 to U+009F, which no new one
    /// does.
    static func knownName(_ text: String) throws(ContractRefusal) -> String {
        let name = trimmed(text)
        guard (1...100).contains(name.unicodeScalars.count),
            !name.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F })
        else { throw .invalidName(text) }
        return name
    }

    /// A name in the place of another: the same again is no new one.
    static func name(_ text: String, inPlaceOf present: String) throws(ContractRefusal) -> String {
        try knownName(text) == present ? present : name(text)
    }

    static func code(_ text: String) -> String { NumberPlan.halfWidth(text).uppercased() }

    static func baseNumber(_ text: String) throws(ContractRefusal) -> String {
        let code = code(text)
        guard isCode(code, from: 2), !isNumbered(code, "Y"), !isNumbered(code, "N") else {
            throw .invalidBaseNumber(text)
        }
        return code
    }

    static func voiceGroup(_ text: String) throws(ContractRefusal) -> String {
        let code = code(text)
        guard isNumbered(code, "Y") else { throw .invalidVoiceGroup(text) }
        return code
    }

    static func voiceContract(_ text: String) throws(ContractRefusal) -> String {
        let code = code(text)
        guard isNumbered(code, "N") else { throw .invalidVoiceContract(text) }
        return code
    }

    static func site(_ text: String) throws(ContractRefusal) -> String {
        let code = code(text)
        guard isCode(code, from: 1) else { throw .invalidSite(text) }
        return code
    }

    /// `2026-12-01`.
    static func day(_ text: String) throws(ContractRefusal) -> String {
        guard let day = CivilDay(typed: text) else { throw .invalidDay(text) }
        return day.description
    }

    private static func isDigit(_ character: Character) -> Bool { ("0"..."9").contains(character) }

    private static func isCode(_ text: String, from least: Int) -> Bool {
        (least...32).contains(text.count)
            && text.allSatisfy { isDigit($0) || ("A"..."Z").contains($0) || $0 == "-" }
    }

    static func isNumbered(_ text: String, _ letter: String) -> Bool {
        (2...32).contains(text.count) && text.hasPrefix(letter) && text.dropFirst().allSatisfy(isDigit)
    }
}
