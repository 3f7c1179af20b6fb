internal import SIPTransaction

/// On whose account a transaction of ours runs, as the transaction layer keeps it: one word.
enum TransactionOwner: Equatable {
    case nobody
    /// A request that waits for its answer.
    case context(SlotID)
    /// A call that was answered: further 2xx go straight to the caller, in this server transaction (RFC 6026 §7.2).
    case answered(server: SlotID)

    /// Tells the two kinds of places apart; no table has that many.
    private static let answeredBit: UInt64 = 1 << 63

    init(rawValue: UInt64) {
        guard rawValue != 0 else {
            self = .nobody
            return
        }
        let place = SlotID(
            index: UInt32(truncatingIfNeeded: (rawValue & ~Self.answeredBit) >> 32),
            generation: UInt32(truncatingIfNeeded: rawValue))
        self = rawValue & Self.answeredBit == 0 ? .context(place) : .answered(server: place)
    }

    var rawValue: UInt64 {
        switch self {
        case .nobody: 0
        case .context(let id): UInt64(id.index) << 32 | UInt64(id.generation)
        case .answered(let id): Self.answeredBit | UInt64(id.index) << 32 | UInt64(id.generation)
        }
    }
}
