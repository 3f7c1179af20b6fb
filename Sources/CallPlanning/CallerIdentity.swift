package import Directory

/// Who is calling, and whether the one who is called may know.
package struct CallerIdentity: Sendable, Equatable {
    /// What the called party learns of the caller's number.
    package enum Presentation: Sendable, Equatable {
        /// The caller stands by an identity, be it a number, a name or a foreign address.
        case shown
        /// There is a reason why no number is shown (番号非通知 and its kin).
        case withheld(NonPresentationReason)
        /// No identity, and nothing that says why: not counted as an anonymous call (RFC 5079 §3).
        case unknown
    }

    /// The caller's number as far as it is known, shown or not: proved by digest, or asserted by a trusted peer;
    /// otherwise what the From says. Nil if there is none, or if it means nothing here.
    package var number: PhoneNumber?
    /// Whether ``number`` was proved or asserted. What From says is not verified.
    package var isVerified: Bool
    package var presentation: Presentation
    /// What one of our own dialled before the number (184, 186), if anything.
    package var wish: PresentationWish?

    package init(
        number: PhoneNumber? = nil, isVerified: Bool = false, presentation: Presentation = .shown,
        wish: PresentationWish? = nil
    ) {
        self.number = number
        self.isVerified = isVerified
        self.presentation = presentation
        self.wish = wish
    }

    /// Why the number is not shown; nil if it is, or if nobody says why.
    package var withheld: NonPresentationReason? {
        if case .withheld(let reason) = presentation { reason } else { nil }
    }

    /// Adds what was found out about the caller to a call's decisions. A number that isn't shown is not named.
    package func tell(into decisions: inout [Decision]) {
        switch wish {
        case .hidden: decisions.append(.callerHidden)
        case .shown: decisions.append(.callerShown)
        case nil: break
        }
        switch presentation {
        case .withheld(let reason): decisions.append(.callerWithoutNumber(reason))
        case .unknown: decisions.append(.callerUnknown)
        case .shown: decisions.append(number.map { .callerIdentified(as: $0.description) } ?? .callerUnknown)
        }
    }
}
