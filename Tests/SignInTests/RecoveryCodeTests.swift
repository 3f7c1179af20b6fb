import SignIn
import Testing

@Suite("Recovery codes")
struct RecoveryCodeTests {
    private let codes: [String]
    private let kept: RecoveryCodes

    init() {
        var generator = RepeatableGenerator()
        (codes, kept) = RecoveryCodes.issue(using: &generator)
    }

    @Test("there are ten different ones of sixteen characters, and none of them is kept")
    func issued() {
        #expect(Set(codes).count == 10)
        #expect(kept.left == 10)
        for code in codes {
            #expect(code.count == 19)
            #expect(code.split(separator: "-").map(\.count) == [4, 4, 4, 4])
            #expect(!code.contains { "ILOU".contains($0) })
            #expect(!kept.stored.contains(code))
        }
    }

    @Test("each works once, in any order")
    func once() {
        var kept = kept
        for (used, code) in codes.reversed().enumerated() {
            #expect(kept.check(code) == .accepted(left: 9 - used))
            #expect(kept.check(code) == .wrong)
        }
        #expect(kept.left == 0)
    }

    @Test("case, blanks, hyphens, width and look-alike letters are forgiven")
    func forgiving() {
        let code = codes[0]
        let lookAlike = code.replacing("0", with: "o").replacing("1", with: "l")
        let wide = String(
            String.UnicodeScalarView(code.unicodeScalars.compactMap { .init($0.value + 0xFEE0) }))
        for typed in [code.lowercased(), code.replacing("-", with: ""), " \(code) ", lookAlike, wide] {
            var kept = kept
            #expect(kept.check(typed) == .accepted(left: 9))
        }
    }

    @Test(
        "others are wrong, and what has another form is no code",
        arguments: ["", "123456", "0123-4567-89AB-CDE", "0123-4567-89AB-CDEU"])
    func refuses(typed: String) {
        var kept = kept
        #expect(kept.check(typed) == .notACode)
        #expect(kept.check("0123-4567-89AB-CDEF") == .wrong)
        #expect(kept == self.kept)
    }

    @Test("codes that were issued anew void the old ones")
    func replaced() {
        var generator = RepeatableGenerator(seed: 2)
        var (_, kept) = RecoveryCodes.issue(using: &generator)
        #expect(kept.check(codes[0]) == .wrong)
    }
}
