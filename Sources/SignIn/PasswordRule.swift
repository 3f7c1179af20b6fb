/// What a new password has to be like.
package struct PasswordRule: Hashable, Sendable {
    /// Of the characters that a password may have to have.
    package enum CharacterClass: String, Sendable, CaseIterable {
        case digit, upperCase, lowerCase, symbol

        func contains(_ scalar: Unicode.Scalar) -> Bool {
            switch self {
            case .digit: ("0"..."9").contains(scalar)
            case .upperCase: ("A"..."Z").contains(scalar)
            case .lowerCase: ("a"..."z").contains(scalar)
            case .symbol:
                ("!"..."~").contains(scalar) && !scalar.properties.isAlphabetic && !Self.digit.contains(scalar)
            }
        }
    }

    /// The business portal's: 6 to 32 characters, at least one digit, one upper-case and one lower-case letter.
    package static let portal = PasswordRule(trusted: 6...32, classes: [.digit, .upperCase, .lowerCase])
    /// Of code points. Above it a password would come near ``PasswordHash/passwordLimit``.
    package static let longestMaximum = 128

    /// How many characters, counted as code points of the prepared password.
    package let length: ClosedRange<Int>
    /// At least one character of each. All of them are ASCII; other characters may be used and count for the length.
    package let classes: Set<CharacterClass>

    /// - Throws: ``SignInError/passwordRule(reason:)`` when no password could meet it.
    package init(minimum: Int, maximum: Int, classes: Set<CharacterClass>) throws(SignInError) {
        let least = max(1, classes.count)
        guard (least...Self.longestMaximum).contains(maximum) else {
            throw .passwordRule(
                reason: "the longest password has \(least) to \(Self.longestMaximum) characters, not \(maximum)")
        }
        guard (least...maximum).contains(minimum) else {
            throw .passwordRule(
                reason: "the shortest password has \(least) to \(maximum) characters, not \(minimum): at least one "
                    + "for every kind of character that it needs, at most those of the longest")
        }
        self.init(trusted: minimum...maximum, classes: classes)
    }

    private init(trusted length: ClosedRange<Int>, classes: Set<CharacterClass>) {
        self.length = length
        self.classes = classes
    }

    /// Everything that the password lacks, in the order it is told; empty: it meets the rule.
    package func shortcomings(of password: String) -> [PasswordShortcoming] {
        // Normalising an enormous text is work that nobody should be able to ask for.
        guard password.utf8.count <= PasswordHash.passwordLimit else { return [.tooLong(maximum: length.upperBound)] }
        let scalars = OpaqueString.prepared(password).unicodeScalars
        var found: [PasswordShortcoming] = []
        if scalars.count < length.lowerBound { found.append(.tooShort(minimum: length.lowerBound)) }
        if scalars.count > length.upperBound { found.append(.tooLong(maximum: length.upperBound)) }
        for kind in CharacterClass.allCases where classes.contains(kind) && !scalars.contains(where: kind.contains) {
            found.append(.missing(kind))
        }
        // RFC 8264 §4.3.3 lets no control character into such a string.
        if scalars.contains(where: { $0.properties.generalCategory == .control }) { found.append(.controlCharacter) }
        return found
    }
}

/// What a new password lacks.
package enum PasswordShortcoming: Error, Hashable, CustomStringConvertible {
    case tooShort(minimum: Int)
    case tooLong(maximum: Int)
    case missing(PasswordRule.CharacterClass)
    case controlCharacter

    package var message: Message {
        switch self {
        case .tooShort(let minimum):
            Message(
                key: "password.too-short", japanese: "パスワードは\(minimum)文字以上で入力してください。",
                english: "The password needs at least \(minimum) characters.")
        case .tooLong(let maximum):
            Message(
                key: "password.too-long", japanese: "パスワードは\(maximum)文字以内で入力してください。",
                english: "The password can have at most \(maximum) characters.")
        case .missing(let kind): kind.missing
        case .controlCharacter:
            Message(
                key: "password.control-character", japanese: "パスワードに制御文字は使用できません。",
                english: "The password can't have control characters, such as a tab.")
        }
    }

    package var description: String { message.english }
}

extension PasswordRule.CharacterClass {
    fileprivate var missing: Message {
        switch self {
        case .digit:
            Message(
                key: "password.digit", japanese: "パスワードに数字を1文字以上含めてください。",
                english: "The password needs at least one digit.")
        case .upperCase:
            Message(
                key: "password.upper-case", japanese: "パスワードに英大文字を1文字以上含めてください。",
                english: "The password needs at least one upper-case letter.")
        case .lowerCase:
            Message(
                key: "password.lower-case", japanese: "パスワードに英小文字を1文字以上含めてください。",
                english: "The password needs at least one lower-case letter.")
        case .symbol:
            Message(
                key: "password.symbol", japanese: "パスワードに記号を1文字以上含めてください。",
                english: "The password needs at least one symbol.")
        }
    }
}
