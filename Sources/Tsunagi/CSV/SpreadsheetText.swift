import Directory

/// What spreadsheet programs make of a field, and how it is kept from them.
enum SpreadsheetText {
    /// What they take for the beginning of a formula, in full width too.
    private static let formulaBeginnings: Set<Character> = ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"]

    /// The field as it is exported: an apostrophe before what would be a formula makes it text, and keeps what would be
    /// read as something else.
    static func guarded(_ text: String) -> String {
        text.first.map(formulaBeginnings.contains) == true || plain(text) != text ? "'" + text : text
    }

    /// The field as it was meant, without what made it text.
    static func plain(_ text: String) -> String {
        guard let first = text.utf8.first else { return text }
        if first == UInt8(ascii: "'") {
            // '05012345678 is another way to keep the leading zero.
            let rest = String(text.dropFirst())
            let isGuarded =
                rest.first.map(formulaBeginnings.contains) == true
                || NumberPlan.halfWidth(rest).utf8.first.map(NumberPlan.isDialable) == true
            return isGuarded || plain(rest) != rest ? rest : text
        }
        // ="05012345678" is how people keep the leading zero.
        if first == UInt8(ascii: "="), text.hasPrefix("=\""), text.hasSuffix("\""), text.count > 3 {
            return String(text.dropFirst(2).dropLast())
        }
        return text
    }

    /// What has become of a number that was taken for a quantity; nil: nothing.
    static func flaw(inNumber text: String) -> String? {
        guard let first = text.utf8.first, first != UInt8(ascii: "0") else { return nil }
        let typed = NumberPlan.halfWidth(text)
        let remedy = "format the column as text, and fill it in again"
        if (9...10).contains(typed.utf8.count), typed.utf8.allSatisfy({ (48...57).contains($0) }),
            typed.utf8.first != UInt8(ascii: "0"), let number = try? PhoneNumber("0" + typed), number.isComplete
        {
            return "\(typed) has lost its leading 0, as a spreadsheet program makes it: \(remedy)"
        }
        // Programs write a point, a plus sign or both; 1e3 without either is a name that one of ours may have.
        if typed.wholeMatch(of: /[0-9]([.,][0-9]*[eE]\+?|[eE]\+)[0-9]+/) != nil {
            return "\(typed) has lost its digits, as a spreadsheet program makes it: \(remedy)"
        }
        return nil
    }
}
