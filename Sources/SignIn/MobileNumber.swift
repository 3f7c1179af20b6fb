/// The number that codes are sent to by SMS: exactly 11 half-width digits, no hyphen, not beginning with 00.
package struct MobileNumber: Hashable, Sendable, CustomStringConvertible {
    package static let length = 11

    /// `09012345678`.
    package let digits: String

    /// Reads what a person typed. Full-width digits are taken as half-width ones, and nothing else is forgiven: a
    /// number that was corrected in silence would send codes to somebody else.
    package init(typed: String) throws(MobileNumberRefusal) {
        guard !typed.isEmpty else { throw .empty }
        let digits = HalfWidth.text(typed)
        guard !digits.contains(where: { "-‐‑‒–—−ー".contains($0) }) else { throw .hyphen }
        guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { throw .notDigits }
        guard digits.utf8.count == Self.length else { throw .length(digits.utf8.count) }
        guard !digits.hasPrefix("00") else { throw .doubleZero }
        self.digits = digits
    }

    package var description: String { digits }
}

extension MobileNumber: StoredText {
    /// `mobile/1 digits=09012345678`.
    package var stored: String {
        var fields = StoredFields("mobile")
        fields.append("digits", digits)
        return fields.text
    }

    package init(stored: String) throws(SignInError) {
        var fields = try StoredFieldReader(stored, form: "mobile")
        let digits = String(try fields.word("digits"))
        try fields.finish()
        guard let number = try? MobileNumber(typed: digits), number.digits == digits else {
            throw fields.malformed("digits")
        }
        self = number
    }
}

/// Why a text is not a mobile number, as it is shown beside the field.
package enum MobileNumberRefusal: Error, Hashable, CustomStringConvertible {
    case empty
    case hyphen
    case notDigits
    /// How many digits there were.
    case length(Int)
    case doubleZero

    package var message: Message {
        switch self {
        case .empty:
            Message(
                key: "mobile-number.empty", japanese: "SMS認証用電話番号を入力してください。",
                english: "Enter the mobile number for SMS authentication.")
        case .hyphen:
            Message(
                key: "mobile-number.hyphen", japanese: "電話番号はハイフンなしで入力してください（例：09012345678）。",
                english: "Enter the mobile number without hyphens, such as 09012345678.")
        case .notDigits:
            Message(
                key: "mobile-number.digits", japanese: "電話番号は半角数字のみで入力してください（例：09012345678）。",
                english: "Enter the mobile number in digits only, such as 09012345678.")
        case .length(let count):
            Message(
                key: "mobile-number.length",
                japanese: "電話番号は\(MobileNumber.length)桁で入力してください（入力された桁数：\(count)）。",
                english: "A mobile number has \(MobileNumber.length) digits; this one has \(count).")
        case .doubleZero:
            Message(
                key: "mobile-number.double-zero", japanese: "「00」で始まる電話番号は登録できません。",
                english: "A mobile number can't begin with 00.")
        }
    }

    package var description: String { message.english }
}
