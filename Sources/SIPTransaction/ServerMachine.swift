/// The two server machines of RFC 3261 §17.2, with the Accepted state of RFC 6026 §7.1. An event changes the state
/// and returns what is to be done; timers and messages are the layer's business. A terminated one is gone from the
/// table.
package struct ServerMachine: Sendable {
    package enum Kind: Sendable { case invite, nonInvite }

    package enum State: Sendable {
        /// Non-INVITE only: nothing sent yet.
        case trying
        case proceeding
        /// A final response other than 2xx to an INVITE, or any final response to another request, was sent.
        case completed
        /// INVITE only: the ACK has come.
        case confirmed
        /// INVITE only: a 2xx was sent; retransmissions are absorbed, further 2xx pass (RFC 6026).
        case accepted
    }

    /// What a request that has come again is answered: nothing, or the last response once more.
    package enum RequestAction: Sendable { case ignore, resend }
    /// What an ACK means to the transaction.
    package enum AckAction: Sendable {
        case ignore
        /// Set timer I; retransmissions of the response end.
        case confirm
        /// It belongs to a 2xx: the core above routes it.
        case passOn
    }
    /// Whether a response may be sent, and what goes with it.
    package enum ResponseAction: Sendable {
        /// A final response was sent before: it may not be sent.
        case refuse
        case send
        /// Send, then set timer L.
        case sendAndAccept
        /// Send, then set timers G (UDP) and H, or J.
        case sendAndComplete
    }

    /// Whether it follows §17.2.1 or §17.2.2.
    package let kind: Kind
    package private(set) var state: State

    /// A new request has come.
    package init(_ kind: Kind) {
        self.kind = kind
        state = kind == .invite ? .proceeding : .trying
    }

    /// The request has come again.
    package func requestRetransmitted() -> RequestAction {
        switch state {
        case .proceeding, .completed: .resend
        case .trying, .confirmed, .accepted: .ignore
        }
    }

    /// An ACK has come that matches the INVITE.
    package mutating func ackReceived() -> AckAction {
        guard kind == .invite else { return .ignore }
        switch state {
        case .completed:
            state = .confirmed
            return .confirm
        case .accepted: return .passOn
        case .trying, .proceeding, .confirmed: return .ignore
        }
    }

    /// The core above wants to send a response.
    package mutating func respond(_ status: Int) -> ResponseAction {
        switch (state, status) {
        case (.trying, 100..<200), (.proceeding, 100..<200):
            state = .proceeding
            return .send
        case (.proceeding, 200..<300) where kind == .invite:
            state = .accepted
            return .sendAndAccept
        case (.accepted, 200..<300): return .send
        case (.trying, 200...), (.proceeding, 200...):
            state = .completed
            return .sendAndComplete
        default: return .refuse
        }
    }
}
