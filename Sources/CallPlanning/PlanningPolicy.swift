/// What the configuration says about all calls alike; what a number's owner has set is in its `NumberRecord`.
package struct PlanningPolicy: Sendable, Equatable {
    /// What a rejected anonymous call may be answered, with its phrase: 433 (RFC 5079), or 403 where the fact itself is
    /// private (§7 there).
    package static let anonymousStatuses: KeyValuePairs<Int, String> = [
        433: "Anonymity Disallowed", 403: "Forbidden",
    ]

    /// The answer to a rejected anonymous call: one of ``anonymousStatuses``.
    package var anonymousStatus: Int
    /// What a blocked caller may be answered: any failure.
    package static let blockedStatuses = 400...699

    /// The answer to a blocked caller: one of ``blockedStatuses``.
    package var blockedStatus: Int
    package var diversionLimit: DiversionLimit
    package var emergencyNumbers: EmergencyNumbers
    /// Final statuses that mean "busy". 486 alone by default: 600 and 603 say that the person declines, and a call
    /// that was declined is not forwarded unless the operator wants it so (RFC 3261 §16.7 step 5).
    package var busyStatuses: [Int]
    /// Final statuses that mean "unreachable" from a phone that has not rung.
    package var unreachableStatuses: [Int]
    /// Seconds without any provisional response, 100 included, after which a phone counts as unreachable.
    package var noProvisionalSeconds: Int
    /// Seconds after the first 101-199 that isn't 180, after which a phone counts as ringing all the same.
    package var progressAsRingingSeconds: Int
    /// Whether a phone may send the call on by a 3xx of its own.
    package var allowsDeflection: Bool
    /// Whether a caller is told of each diversion (181).
    package var tellsCaller: Bool

    package static let defaultUnreachableStatuses = [408, 430, 480, 500, 502, 503, 504]

    package init(
        anonymousStatus: Int = 433, blockedStatus: Int = 603, diversionLimit: DiversionLimit = .init(),
        emergencyNumbers: EmergencyNumbers = .init(), busyStatuses: [Int] = [486],
        unreachableStatuses: [Int] = defaultUnreachableStatuses, noProvisionalSeconds: Int = 4,
        progressAsRingingSeconds: Int = 2, allowsDeflection: Bool = true, tellsCaller: Bool = true
    ) {
        self.anonymousStatus = anonymousStatus
        self.blockedStatus = blockedStatus
        self.diversionLimit = diversionLimit
        self.emergencyNumbers = emergencyNumbers
        self.busyStatuses = busyStatuses
        self.unreachableStatuses = unreachableStatuses
        self.noProvisionalSeconds = noProvisionalSeconds
        self.progressAsRingingSeconds = progressAsRingingSeconds
        self.allowsDeflection = allowsDeflection
        self.tellsCaller = tellsCaller
    }
}
