/// The timers of RFC 3261 Table 4 and RFC 6026 that transactions set.
enum TransactionTimer: UInt32, Sendable {
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
///
/// A call leaves several of them behind for 32 s, so all of it is in eight octets. For the transaction's place there are
/// 28 bits; a table of that size would take more memory than there is.
struct TimerToken: Sendable {
    private let timerAndPlace: UInt32
    private let generation: UInt32

    private static let placeBits: UInt32 = 28
    private static let serverBit: UInt32 = 1 << 31

    init(timer: TransactionTimer, transaction: SlotID, isServer: Bool) {
        let place = transaction.index & (1 << Self.placeBits - 1)
        timerAndPlace = place | timer.rawValue << Self.placeBits | (isServer ? Self.serverBit : 0)
        generation = transaction.generation
    }

    var timer: TransactionTimer {
        TransactionTimer(rawValue: (timerAndPlace & ~Self.serverBit) >> Self.placeBits) ?? .forget
    }

    var transaction: SlotID {
        SlotID(index: timerAndPlace & (1 << Self.placeBits - 1), generation: generation)
    }

    var isServer: Bool { timerAndPlace & Self.serverBit != 0 }
}
