package import Directory

/// What a message says about its caller, read but not yet judged.
package struct CallerFacts: Sendable, Equatable {
    /// The number for which one of our own has authenticated, if any.
    package var authenticated: PhoneNumber?
    /// The sender is a peer whose assertions count (RFC 3325).
    package var isFromTrustedPeer: Bool
    /// The first number in P-Asserted-Identity. Counts only from a trusted peer.
    package var asserted: PhoneNumber?
    /// From's display name, without quotes.
    package var displayName: String
    /// From's user part, unescaped; empty if there is none.
    package var user: String
    /// From's host; empty for a tel: URI.
    package var host: String
    /// The number that From's URI means here. Nil if it means none: the name of a stranger (`bob` at another domain).
    package var fromNumber: PhoneNumber?
    /// The tokens of all Privacy header fields together, however many there are.
    package var privacy: PrivacyTokens
    /// Remote-Party-ID says `privacy=full` or `privacy=uri`.
    package var remotePartyIsPrivate: Bool
    /// P-Asserted-Identity says `cpc=payphone`.
    package var isPayphoneCategory: Bool
    /// What one of our own dialled before the number.
    package var wish: PresentationWish?

    package init(
        authenticated: PhoneNumber? = nil, isFromTrustedPeer: Bool = false, asserted: PhoneNumber? = nil,
        displayName: String = "", user: String = "", host: String = "", fromNumber: PhoneNumber? = nil,
        privacy: PrivacyTokens = [], remotePartyIsPrivate: Bool = false, isPayphoneCategory: Bool = false,
        wish: PresentationWish? = nil
    ) {
        self.authenticated = authenticated
        self.isFromTrustedPeer = isFromTrustedPeer
        self.asserted = asserted
        self.displayName = displayName
        self.user = user
        self.host = host
        self.fromNumber = fromNumber
        self.privacy = privacy
        self.remotePartyIsPrivate = remotePartyIsPrivate
        self.isPayphoneCategory = isPayphoneCategory
        self.wish = wish
    }
}

/// Values of Privacy (RFC 3323 §4.2, RFC 3325 §9.3, RFC 7044 §10.1).
package struct PrivacyTokens: OptionSet, Sendable, Hashable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    package static let id = PrivacyTokens(rawValue: 1)
    package static let user = PrivacyTokens(rawValue: 2)
    package static let header = PrivacyTokens(rawValue: 4)
    package static let session = PrivacyTokens(rawValue: 8)
    package static let critical = PrivacyTokens(rawValue: 16)
    package static let history = PrivacyTokens(rawValue: 32)
    package static let none = PrivacyTokens(rawValue: 64)

    /// One token, in any case; empty for one that isn't known, which asks for nothing that we do.
    package init(token: some StringProtocol) {
        switch token.lowercased() {
        case "id": self = .id
        case "user": self = .user
        case "header": self = .header
        case "session": self = .session
        case "critical": self = .critical
        case "history": self = .history
        case "none": self = .none
        default: self = []
        }
    }
}

/// Tells who calls, and whether a missing number is meant so and why: the first rule that matches decides.
///
/// 1. 184 dialled: withheld. 186 dialled: shown.
/// 2. `Privacy: none`, when there is a proved or asserted number to show: shown.
/// 3. Nothing names the caller, or something asks for privacy, and the display name or the calling party's category
///    gives a reason of the network's (payphone, unavailable, interaction): that reason. Before rule 4, because these
///    calls too come from `anonymous.invalid`.
/// 4. A mark of anonymity (RFC 5079 §3): withheld. `history`, `session` and a missing P-Asserted-Identity are none.
/// 5. A From that names nobody, without a mark: unknown.
/// 6. Otherwise shown.
package enum CallerClassifier {
    package static func classify(_ facts: CallerFacts) -> CallerIdentity {
        let asserted = facts.isFromTrustedPeer ? facts.asserted : nil
        let proved = facts.authenticated ?? asserted
        let namesNobody = isNameless(facts)
        return CallerIdentity(
            number: proved ?? (namesNobody ? nil : facts.fromNumber), isVerified: proved != nil,
            presentation: presentation(facts, isProved: proved != nil, namesNobody: namesNobody), wish: facts.wish)
    }

    private static func presentation(
        _ facts: CallerFacts, isProved: Bool, namesNobody: Bool
    ) -> CallerIdentity.Presentation {
        switch facts.wish {
        case .hidden: return .withheld(.withheld)
        case .shown: return .shown
        case nil: break
        }
        // RFC 3323 §4.2: `none` stands alone. Beside a token that asks for privacy it is not believed.
        if isProved, facts.privacy.contains(.none), facts.privacy.isDisjoint(with: [.id, .user, .header]) {
            return .shown
        }
        let isMarked = asksForPrivacy(facts, isProved: isProved)
        if isMarked || namesNobody, let reason = networkReason(facts) { return .withheld(reason) }
        if isMarked { return .withheld(.withheld) }
        return namesNobody ? .unknown : .shown
    }

    private static func asksForPrivacy(_ facts: CallerFacts, isProved: Bool) -> Bool {
        if facts.privacy.contains(.id) || facts.privacy.contains(.user) { return true }
        // Privacy of the header fields hides a caller only where a field would tell who it is.
        if facts.privacy.contains(.header), isProved { return true }
        return facts.remotePartyIsPrivate || isAnonymousHost(facts.host)
            || facts.displayName.isEqualIgnoringCase(to: "anonymous")
    }

    /// The wire form of Number Display's reasons C, O and S at Japanese interconnections: a display name.
    private static func networkReason(_ facts: CallerFacts) -> NonPresentationReason? {
        if facts.isFromTrustedPeer, facts.isPayphoneCategory { return .payphone }
        let name = facts.displayName
        if name.isEmpty { return nil }
        if name.isEqualIgnoringCase(to: "coin line/payphone") { return .payphone }
        if name.isEqualIgnoringCase(to: "unavailable") { return .unavailable }
        if name.isEqualIgnoringCase(to: "interaction with other service") { return .interaction }
        return nil
    }

    private static func isNameless(_ facts: CallerFacts) -> Bool {
        if isAnonymousHost(facts.host) { return true }
        let user = facts.user
        return user.isEmpty || PhoneNumber.namelessUsers.contains { user.isEqualIgnoringCase(to: $0) }
    }

    /// `anonymous.invalid` (RFC 3323 §4.1.1.3) and names below it, one dot at the end allowed.
    package static func isAnonymousHost(_ host: String) -> Bool {
        // Most hosts are addresses.
        guard host.utf8.count >= 17 else { return false }
        let name = host.utf8.last == UInt8(ascii: ".") ? host.dropLast() : host[...]
        return name.isEqualIgnoringCase(to: "anonymous.invalid")
            || (name.utf8.count > 18 && name.suffix(18).isEqualIgnoringCase(to: ".anonymous.invalid"))
    }
}

extension StringProtocol {
    /// Compares without making a lower-case copy.
    /// - Parameter lowercased: ASCII, in lower case.
    fileprivate func isEqualIgnoringCase(to lowercased: String) -> Bool {
        guard utf8.count == lowercased.utf8.count else { return false }
        return utf8.elementsEqual(lowercased.utf8) { byte, expected in
            (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 == expected : byte == expected
        }
    }
}
