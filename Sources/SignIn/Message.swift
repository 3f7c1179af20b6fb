/// The languages of screens and mails.
package enum Language: String, Codable, Sendable, CaseIterable {
    case japanese = "ja"
    case english = "en"
}

/// What a person is told, in both languages, under a key that pages and tests know it by.
package struct Message: Hashable, Sendable {
    /// Such as `mobile-number.length`.
    package let key: String
    package let japanese: String
    package let english: String

    package init(key: String, japanese: String, english: String) {
        self.key = key
        self.japanese = japanese
        self.english = english
    }

    package func text(in language: Language) -> String {
        switch language {
        case .japanese: japanese
        case .english: english
        }
    }
}
