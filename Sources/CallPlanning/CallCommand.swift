/// What a ``CallPlan`` wants done, in the order given.
package enum CallCommand: Sendable, Equatable {
    /// Ring the registered contacts, group by group as their q values say.
    case ringContacts
    /// From now on, report each branch that has had no provisional response so many seconds after its INVITE was
    /// first sent, as ``CallEvent/noProvisionalTimeExpired(branch:)``.
    case startNoProvisionalTimer(seconds: Int)
    /// Report ``CallEvent/progressTimeExpired`` in so many seconds. Never given again before it was.
    case startProgressTimer(seconds: Int)
    /// Report ``CallEvent/ringTimeExpired`` in so many seconds. Given at most once: it is the number's time, whichever
    /// of its phones rings.
    case startRingTimer(seconds: Int)
    /// Stop waiting for this branch: CANCEL it on its first provisional response, or let it end with timer B; then go
    /// on as if it had failed.
    case abandonBranch(Int)
    /// CANCEL every branch of this number that has no final response (RFC 3261 §9.1), and ring no further group. After
    /// an answer and after the caller's CANCEL that includes the branches of a diversion.
    case cancelBranches(CancelReason)
    /// 181 to the caller, where the caller and its next hop take one.
    case tellCallerForwarding
    /// Start the branches to the destination, at once: nothing waits for the 487s. From then on their final response
    /// is the call's.
    case divert(Diversion)
    /// Answer the caller; `warning` is the text of a Warning with code 399.
    case reject(status: Int, reason: String, warning: String?)
    /// A 6xx that none of this number's rules takes up: CANCEL whatever else the call has led to, and begin nothing new
    /// (RFC 3261 §16.7 step 5).
    case endSearch
    /// Answer the caller with the best final response that the branches gave (RFC 3261 §16.7 step 6), but never with a
    /// 3xx; 480 if there is none.
    case relayBestResponse
}

/// Why branches are cancelled, as their CANCEL tells it (RFC 3326).
package enum CancelReason: Sendable, Equatable {
    case noAnswer
    /// Another phone of the number sent the call on.
    case deflected
    case answeredElsewhere
    /// Another phone of the number gave a 6xx.
    case declinedElsewhere
    case callerCancelled

    /// The `cause` of `Reason: SIP`; nil where the caller's own Reason goes on.
    package var sipCause: Int? {
        switch self {
        case .noAnswer: 408
        case .deflected: 302
        case .answeredElsewhere: 200
        case .declinedElsewhere: 603
        case .callerCancelled: nil
        }
    }

    package var text: String {
        switch self {
        case .noAnswer: "No answer"
        case .deflected: "Call deflected"
        case .answeredElsewhere: "Call completed elsewhere"
        case .declinedElsewhere: "Declined"
        case .callerCancelled: "Cancelled by the caller"
        }
    }
}
