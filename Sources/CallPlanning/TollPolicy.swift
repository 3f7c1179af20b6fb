package import Directory

/// What calls may not be sent on to. A rule's number is judged when it is saved; this judges what comes with a call: the
/// contacts of a phone's 3xx, and URIs that turn out to name a number.
package struct TollPolicy: Sendable {
    private let emergencyNumbers: EmergencyNumbers
    private let forbidden: Set<DestinationClass>

    package init(_ policy: PlanningPolicy, forbidding forbidden: Set<DestinationClass>) {
        emergencyNumbers = policy.emergencyNumbers
        self.forbidden = forbidden
    }

    /// - Parameter number: none of ours.
    /// - Returns: what it is that makes it forbidden, as in "a 0990 number"; nil if calls may go there.
    package func flaw(of number: PhoneNumber) -> String? {
        // The gateway would take it for its own caller's wish, and dial what is behind it.
        if let (prefix, _) = number.presentationPrefix { return "a number with \(prefix) before it" }
        if emergencyNumbers.contains(number) { return "an emergency number" }
        guard let kind = DestinationClass(number), forbidden.contains(kind) else { return nil }
        return kind.phrase
    }
}
