/// The timers of RFC 3261 Table 4 and RFC 6026 that transactions set.
enum TransactionTimer: Sendable {
    /// Send 100 Trying if nothing was sent yet (§17.2.1).
    case trying
    /// A (INVITE) or E: send the request again.
    case retransmitRequest
    /// B (INVITE) or F: nobody answers.
    case requestTimeout
    /// G: send the final response again.
    case retransmitResponse
    /// H: no ACK came.
    case acknowledgementTimeout
    /// D, I, J, K, L or M: nothing more can come, forget it.
    case forget
}

/// What the timer queue hands back: which timer of which transaction.
struct TimerToken: Sendable {
    let timer: TransactionTimer
    let transaction: SlotID
    let isServer: Bool
}
