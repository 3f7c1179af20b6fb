package import Directory

/// What happens to a call at the number that a ``CallPlan`` serves.
///
/// A branch is a client transaction towards a contact of that number; its index is routing's own and means nothing
/// here but identity. Branches towards the destination of a diversion are not reported.
package enum CallEvent: Sendable, Equatable {
    /// The first event: so many contacts are registered now.
    case offered(registeredContacts: Int)
    /// 100: the phone, or a proxy before it, is alive.
    case trying(branch: Int)
    /// 101 to 199 other than 180.
    case progressed(branch: Int)
    /// 180.
    case ringing(branch: Int)
    /// 3xx with contacts that may be called: groups by falling q, the members of a group with equal q.
    case redirected(branch: Int, status: Int = 302, targetGroups: [[Destination]])
    /// A final response of 300 to 699, or what stands for one: 408 for a timeout, 503 for a transport or DNS error
    /// (RFC 3261 §16.9).
    case failed(branch: Int, status: Int, cause: FailureCause = .received)
    /// Every branch has failed or was abandoned, and no further group of contacts is left to ring.
    case exhausted
    case ringTimeExpired
    case progressTimeExpired
    case noProvisionalTimeExpired(branch: Int)
    /// 2xx.
    case answered(branch: Int)
    case callerCancelled
}

/// Where a failure came from.
package enum FailureCause: Sendable, Equatable {
    /// The other side said so.
    case received
    /// Timer B or timer C ran out.
    case timeout
    case transport
    case dns
}
