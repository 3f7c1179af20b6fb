/// A password that an administrator issues: shown once, read out or copied by hand, to be changed at the next sign-in.
package enum RandomPassword {
    /// Where the rule allows it: 69 bits.
    package static let usualLength = 12

    /// Without 0, O, o, 1, l and I, which are mistaken for each other on paper.
    static let alphabets: [PasswordRule.CharacterClass: [Character]] = [
        .digit: Array("23456789"),
        .upperCase: Array("ABCDEFGHJKLMNPQRSTUVWXYZ"),
        .lowerCase: Array("abcdefghijkmnpqrstuvwxyz"),
        .symbol: Array("#%+=?@"),
    ]

    /// Every password of this alphabet and length that meets the rule is as likely as every other.
    package static func make(
        meeting rule: PasswordRule = .portal, using generator: inout some RandomNumberGenerator
    ) -> String {
        let length = min(max(usualLength, rule.length.lowerBound), rule.length.upperBound)
        let classes = rule.classes.union([.digit, .upperCase, .lowerCase])
        let alphabet = PasswordRule.CharacterClass.allCases.filter(classes.contains).flatMap { alphabets[$0] ?? [] }
        // Putting one of each kind in its place would make some passwords likelier; drawing again does not. Even for
        // the shortest passwords one draw in forty meets the rule.
        while true {
            let password = String(
                (0..<length).map { _ in alphabet[Int.random(in: alphabet.indices, using: &generator)] })
            if rule.shortcomings(of: password).isEmpty { return password }
        }
    }
}
