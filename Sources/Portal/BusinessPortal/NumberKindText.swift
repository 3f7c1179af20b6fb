import Directory
import SignIn

/// What a number is to its contract, in a person's words.
enum NumberKindText {
    /// - Parameter kind: ``ContractedNumberKind``'s raw value, as the history has it too.
    static func text(_ kind: String, of number: PhoneNumber, _ words: Catalogue) -> String {
        guard number.kind != .extension else { return words("service.kind.extension") }
        // 050ダイヤルイン追加番号 is one that begins with 050: the same of a place has the name without it.
        let isElsewhere = kind == ContractedNumberKind.directDial.rawValue && !number.national.hasPrefix("050")
        return words(isElsewhere ? "service.kind.direct-dial-elsewhere" : "service.kind.\(kind)")
    }
}
