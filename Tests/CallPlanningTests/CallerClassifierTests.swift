import CallPlanning
import Directory
import Testing

@Suite("Who calls")
struct CallerClassifierTests {
    typealias Presentation = CallerIdentity.Presentation

    private static func facts(_ change: (inout CallerFacts) -> Void) -> CallerFacts {
        var facts = CallerFacts(user: "09011112222", host: "gw.test", fromNumber: Sample.caller)
        change(&facts)
        return facts
    }

    private static func anonymous(_ displayName: String, _ change: (inout CallerFacts) -> Void = { _ in })
        -> CallerFacts
    {
        var facts = CallerFacts(displayName: displayName, user: "anonymous", host: "anonymous.invalid")
        change(&facts)
        return facts
    }

    static let table: [(String, CallerFacts, Presentation)] = [
        ("a plain number", facts { _ in }, .shown),
        ("184 dialled", facts { $0.wish = .hidden }, .withheld(.withheld)),
        (
            "184 beats Privacy: none",
            facts {
                $0.wish = .hidden
                $0.privacy = .none
            }, .withheld(.withheld)
        ),
        (
            "186 beats the phone's own Privacy: id",
            facts {
                $0.wish = .shown
                $0.privacy = .id
            }, .shown
        ),
        ("Privacy: id", facts { $0.privacy = .id }, .withheld(.withheld)),
        ("Privacy: user", facts { $0.privacy = .user }, .withheld(.withheld)),
        ("Privacy: header of an unproved caller", facts { $0.privacy = .header }, .shown),
        (
            "Privacy: header with an asserted number",
            facts {
                $0.privacy = .header
                $0.isFromTrustedPeer = true
                $0.asserted = Sample.caller
            },
            .withheld(.withheld)
        ),
        ("Privacy: history", facts { $0.privacy = .history }, .shown),
        ("Privacy: session", facts { $0.privacy = .session }, .shown),
        ("Privacy: critical", facts { $0.privacy = .critical }, .shown),
        (
            "Privacy: history in one line and id in another", facts { $0.privacy = [.history, .id] },
            .withheld(.withheld)
        ),
        ("Remote-Party-ID is private", facts { $0.remotePartyIsPrivate = true }, .withheld(.withheld)),
        ("display name Anonymous", facts { $0.displayName = "Anonymous" }, .withheld(.withheld)),
        ("display name ANONYMOUS", facts { $0.displayName = "ANONYMOUS" }, .withheld(.withheld)),
        ("display name Anonymous Coward", facts { $0.displayName = "Anonymous Coward" }, .shown),
        ("anonymous.invalid without a display name", anonymous(""), .withheld(.withheld)),
        ("anonymous.invalid with Anonymous", anonymous("Anonymous"), .withheld(.withheld)),
        ("Anonymous.INVALID.", facts { $0.host = "Anonymous.INVALID." }, .withheld(.withheld)),
        ("a host below anonymous.invalid", facts { $0.host = "lab.anonymous.invalid" }, .withheld(.withheld)),
        ("a host that only ends so", facts { $0.host = "notanonymous.invalid" }, .shown),
        ("a payphone", anonymous("Coin line/payphone"), .withheld(.payphone)),
        ("a payphone in other letters", anonymous("COIN LINE/PAYPHONE"), .withheld(.payphone)),
        ("a payphone with Privacy: id", anonymous("Coin line/payphone") { $0.privacy = .id }, .withheld(.payphone)),
        ("no number can be given", anonymous("Unavailable"), .withheld(.unavailable)),
        ("another service", anonymous("Interaction with other service"), .withheld(.interaction)),
        (
            "a payphone by its category, from a trusted peer",
            anonymous("") {
                $0.isFromTrustedPeer = true
                $0.isPayphoneCategory = true
            }, .withheld(.payphone)
        ),
        (
            "a payphone by its category, from anyone", anonymous("") { $0.isPayphoneCategory = true },
            .withheld(.withheld)
        ),
        ("someone who is called Unavailable", facts { $0.displayName = "Unavailable" }, .shown),
        ("user anonymous without a mark", CallerFacts(user: "anonymous", host: "gw.test"), .unknown),
        ("user Restricted without a mark", CallerFacts(user: "Restricted", host: "gw.test"), .unknown),
        ("user unknown without a mark", CallerFacts(user: "unknown", host: "gw.test"), .unknown),
        ("no user", CallerFacts(host: "gw.test"), .unknown),
        ("no user, and unavailable", CallerFacts(displayName: "Unavailable", host: "gw.test"), .withheld(.unavailable)),
        ("a stranger by name", CallerFacts(user: "bob", host: "elsewhere.test"), .shown),
        (
            "Privacy: none with an asserted number behind an anonymous From",
            anonymous("Anonymous") {
                $0.privacy = .none
                $0.isFromTrustedPeer = true
                $0.asserted = Sample.caller
            },
            .shown
        ),
        (
            "Privacy: none with nothing to show",
            anonymous("Anonymous") {
                $0.privacy = .none
                $0.asserted = Sample.caller
            }, .withheld(.withheld)
        ),
        (
            "Privacy: none in one line and id in another",
            facts {
                $0.privacy = [.none, .id]
                $0.authenticated = Sample.caller
            }, .withheld(.withheld)
        ),
        ("one of our own who signed in", facts { $0.authenticated = Sample.caller }, .shown),
        (
            "one of our own with Privacy: id",
            facts {
                $0.authenticated = Sample.caller
                $0.privacy = .id
            }, .withheld(.withheld)
        ),
        ("no asserted number from a trusted peer", facts { $0.isFromTrustedPeer = true }, .shown),
    ]

    @Test("The first rule that matches decides", arguments: table)
    func presentation(name: String, facts: CallerFacts, expected: Presentation) {
        #expect(CallerClassifier.classify(facts).presentation == expected, "\(name)")
    }

    @Test("The proved number counts before the asserted one, and that before From")
    func whichNumber() {
        var facts = Self.facts {
            $0.authenticated = Sample.second
            $0.isFromTrustedPeer = true
            $0.asserted = Sample.third
        }
        #expect(CallerClassifier.classify(facts) == CallerIdentity(number: Sample.second, isVerified: true))
        facts.authenticated = nil
        #expect(CallerClassifier.classify(facts) == CallerIdentity(number: Sample.third, isVerified: true))
        facts.isFromTrustedPeer = false
        #expect(CallerClassifier.classify(facts) == CallerIdentity(number: Sample.caller, isVerified: false))
    }

    @Test("A withheld number is kept for what may use it, and marked")
    func withheldNumber() {
        let identity = CallerClassifier.classify(
            Self.facts {
                $0.privacy = .id
                $0.authenticated = Sample.caller
            })
        #expect(identity.number == Sample.caller)
        #expect(identity.withheld == .withheld)
    }

    @Test("From anonymous.invalid has no number, whatever its user part looks like")
    func anonymousHasNoNumber() {
        let identity = CallerClassifier.classify(Self.facts { $0.host = "anonymous.invalid" })
        #expect(identity.number == nil)
    }

    @Test(
        "Privacy tokens are read in any case, unknown ones ignored",
        arguments: [
            ("ID", PrivacyTokens.id), ("none", PrivacyTokens.none), ("History", .history), ("user", .user),
            ("x-new", PrivacyTokens()),
        ])
    func tokens(token: String, expected: PrivacyTokens) {
        #expect(PrivacyTokens(token: token) == expected)
    }
}
