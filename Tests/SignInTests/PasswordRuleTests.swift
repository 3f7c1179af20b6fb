import Testing

@testable import SignIn

@Suite("The rule for passwords")
struct PasswordRuleTests {
    @Test(
        "the portal's rule takes these",
        arguments: ["Abcd12", "A1" + String(repeating: "b", count: 30), "あいうA1b", "A1b !~"])
    func accepts(password: String) {
        #expect(PasswordRule.portal.shortcomings(of: password).isEmpty)
    }

    @Test("and says everything that others lack")
    func refuses() {
        let rule = PasswordRule.portal
        #expect(rule.shortcomings(of: "Abc12") == [.tooShort(minimum: 6)])
        #expect(rule.shortcomings(of: "A1" + String(repeating: "b", count: 31)) == [.tooLong(maximum: 32)])
        #expect(rule.shortcomings(of: "abcdefg") == [.missing(.digit), .missing(.upperCase)])
        #expect(rule.shortcomings(of: "ABCDEF1") == [.missing(.lowerCase)])
        #expect(
            rule.shortcomings(of: "")
                == [.tooShort(minimum: 6), .missing(.digit), .missing(.upperCase), .missing(.lowerCase)])
        #expect(rule.shortcomings(of: "Abc\t123") == [.controlCharacter])
        #expect(rule.shortcomings(of: String(repeating: "x", count: 1_000_000)) == [.tooLong(maximum: 32)])
    }

    @Test("full-width digits and letters meet no requirement, since they are other characters")
    func fullWidth() {
        #expect(
            PasswordRule.portal.shortcomings(of: "Ａｂｃ１２３")
                == [.missing(.digit), .missing(.upperCase), .missing(.lowerCase)])
    }

    @Test("length counts code points of the prepared password")
    func countsPrepared() {
        #expect(PasswordRule.portal.shortcomings(of: "か\u{3099}か\u{3099}A1b") == [.tooShort(minimum: 6)])
    }

    @Test("a symbol can be asked for")
    func symbols() throws {
        let rule = try PasswordRule(minimum: 8, maximum: 64, classes: [.symbol])
        #expect(rule.shortcomings(of: "abcdefgh") == [.missing(.symbol)])
        for symbol in "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~" {
            #expect(rule.shortcomings(of: "abcdefg\(symbol)").isEmpty)
        }
    }

    @Test("a rule that no password can meet is refused", arguments: [(0, 8), (2, 8), (9, 8), (8, 129)])
    func refusesRule(minimum: Int, maximum: Int) {
        #expect(throws: SignInError.self) {
            try PasswordRule(minimum: minimum, maximum: maximum, classes: [.digit, .upperCase, .lowerCase])
        }
    }

    @Test(
        "the refusal of a rule tells the range of what is out of it",
        arguments: [
            (200, 32, "the shortest password has 3 to 32 characters, not 200"),
            (2, 32, "the shortest password has 3 to 32 characters, not 2"),
            (6, 129, "the longest password has 3 to 128 characters, not 129"),
            (200, 200, "the longest password has 3 to 128 characters, not 200"),
            (2, 2, "the longest password has 3 to 128 characters, not 2"),
        ])
    func tellsRange(minimum: Int, maximum: Int, reason: String) throws {
        let error = #expect(throws: SignInError.self) {
            try PasswordRule(minimum: minimum, maximum: maximum, classes: [.digit, .upperCase, .lowerCase])
        }
        #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
    }

    @Test("each shortcoming has a text in both languages under a key of its own")
    func messages() {
        let all: [PasswordShortcoming] =
            [.tooShort(minimum: 6), .tooLong(maximum: 32), .controlCharacter]
            + PasswordRule.CharacterClass.allCases.map(PasswordShortcoming.missing)
        #expect(Set(all.map(\.message.key)).count == all.count)
        for shortcoming in all {
            #expect(shortcoming.message.text(in: .english) == shortcoming.description)
            #expect(shortcoming.message.text(in: .japanese).contains("パスワード"))
        }
    }

    @Test("issued passwords meet their rule and have no characters that look alike")
    func issued() throws {
        var generator = RepeatableGenerator()
        let rules = [
            PasswordRule.portal,
            try PasswordRule(minimum: 4, maximum: 4, classes: Set(PasswordRule.CharacterClass.allCases)),
            try PasswordRule(minimum: 20, maximum: 128, classes: []),
            try PasswordRule(minimum: 1, maximum: 1, classes: [.symbol]),
        ]
        for rule in rules {
            for _ in 0..<50 {
                let password = RandomPassword.make(meeting: rule, using: &generator)
                #expect(rule.shortcomings(of: password).isEmpty)
                #expect(!password.contains { "0Oo1lI".contains($0) })
            }
        }
        #expect(RandomPassword.make(using: &generator).count == 12)
    }

    @Test("each character of an issued password is as likely in the first place as in the last")
    func unbiased() {
        var generator = RepeatableGenerator(seed: 7)
        var counts: [[Character: Int]] = Array(repeating: [:], count: 12)
        let draws = 10_000
        for _ in 0..<draws {
            for (place, character) in RandomPassword.make(using: &generator).enumerated() {
                counts[place][character, default: 0] += 1
            }
        }
        for place in counts {
            #expect(place.count == 8 + 24 + 24)
            // Digits are a little likelier, since every password has one: by the same in every place.
            let digits = place.filter { $0.key.isNumber }.values.reduce(0, +)
            #expect((0.155...0.185).contains(Double(digits) / Double(draws)))
            #expect((0.010...0.026).contains(Double(place.values.min() ?? 0) / Double(draws)))
        }
    }
}
