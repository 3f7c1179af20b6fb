import SignIn
import Testing

@Suite("Mailed links")
struct LinkTests {
    private let token: LinkToken
    private let kept: Link

    init() {
        var generator = RepeatableGenerator()
        (token, kept) = Link.issue(for: .invitation, lifetime: .minutes(60), at: newYear, using: &generator)
    }

    @Test("a token is 256 bits that fit into a URL, and what is kept does not hold them")
    func token256() {
        #expect(token.text.count == 43)
        #expect(token.text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_".contains($0)) })
        #expect(LinkToken(token.text) == token)
        #expect(!kept.stored.contains(token.text))
        #expect("\(token)" == "SecretToken(link)")
    }

    @Test("a link works once")
    func once() {
        var kept = kept
        #expect(kept.redeem(token, for: .invitation, at: newYear) == .accepted)
        #expect(kept.redeem(token, for: .invitation, at: newYear) == .used)
    }

    @Test("looking at a link does not use it")
    func looking() {
        #expect(kept.outcome(of: token, for: .invitation, at: newYear) == .accepted)
        #expect(kept.outcome(of: token, for: .invitation, at: newYear) == .accepted)
    }

    @Test("a link expires")
    func expires() {
        var kept = kept
        let end = newYear + .minutes(60)
        #expect(kept.outcome(of: token, for: .invitation, at: end + .milliseconds(-1)) == .accepted)
        #expect(kept.redeem(token, for: .invitation, at: end) == .expired)
        #expect(kept.redeem(token, for: .invitation, at: newYear) == .accepted)
    }

    @Test("a link is worth nothing for another purpose, and another token is unknown")
    func bound() {
        var generator = RepeatableGenerator(seed: 2)
        var kept = kept
        #expect(kept.redeem(token, for: .passwordReset, at: newYear) == .unknown)
        #expect(kept.redeem(LinkToken(using: &generator), for: .invitation, at: newYear) == .unknown)
        #expect(kept.redeem(token, for: .invitation, at: newYear) == .accepted)
    }

    @Test("a link that was taken back is used up")
    func void() {
        var kept = kept
        kept.void()
        #expect(kept.redeem(token, for: .invitation, at: newYear) == .used)
    }

    @Test("the same bits are another token in another use")
    func separated() throws {
        let asSession = try #require(SessionToken(token.text))
        #expect(asSession.hash.text != token.hash.text)
        #expect(try #require(SignInToken(token.text)).hash.text != asSession.hash.text)
    }

    @Test("what can't be a token is none")
    func malformed() {
        let text = token.text
        for other in [
            "", String(text.dropLast()), text + "A", "!" + text.dropFirst(), String(repeating: "é", count: 43),
        ] {
            #expect(LinkToken(other) == nil)
        }
    }

    @Test("an invitation lasts a week, a reset an hour")
    func lifetimes() {
        var generator = RepeatableGenerator()
        for (purpose, minutes) in [(Link.Purpose.invitation, 7 * 24 * 60), (.passwordReset, 60)] {
            let (_, kept) = Link.issue(for: purpose, at: newYear, using: &generator)
            #expect(kept.expires == newYear + .minutes(minutes))
        }
    }
}
