import SIPMessage

/// A message of a call where somebody has sent it, or where it has come to the engine.
struct CallEvent {
    enum Way {
        case sent(isLost: Bool)
        case arrived
    }

    /// Milliseconds.
    let time: Int64
    let from: Endpoint
    let to: Endpoint
    let message: SIPMessage
    let way: Way
    /// What of it must not be.
    var flaws: [String] = []

    /// Of a ladder; nil for what stands there already.
    var line: String? {
        guard case .sent(let isLost) = way else { return nil }
        let text = "\(time) \(from) → \(to)\(isLost ? " (lost)" : "") \(message.label)"
        return ([text] + flaws.map { "    this must not be: \($0)" }).joined(separator: "\n")
    }
}
