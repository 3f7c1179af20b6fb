/// The two client machines of RFC 3261 §17.1, with the Accepted state of RFC 6026 §7.2. A terminated one is gone from
/// the table.
package struct ClientMachine: Sendable {
    package enum Kind: Sendable { case invite, nonInvite }

    package enum State: Sendable {
        /// Sent, nothing heard. (Trying for a non-INVITE request.)
        case calling
        case proceeding
        case completed
        /// INVITE only: a 2xx came; more of them pass until timer M ends it.
        case accepted
    }

    /// What the layer has to do about a response.
    package enum ResponseAction: Sendable, Equatable {
        case ignore
        case passOn
        /// Pass on, and set timer M.
        case passOnAndAccept
        /// Pass on, answer with ACK if it is an INVITE, and set timer D or K.
        case passOnAndComplete
        /// A retransmitted final response to an INVITE: only the ACK again.
        case acknowledgeAgain
    }

    /// Whether it follows §17.1.1 or §17.1.2.
    package let kind: Kind
    package private(set) var state: State = .calling

    /// The request is about to be sent.
    package init(_ kind: Kind) {
        self.kind = kind
    }

    /// - Parameter status: of a response to this request, 100 to 699.
    package mutating func responseReceived(_ status: Int) -> ResponseAction {
        switch (state, status) {
        case (.calling, 100..<200), (.proceeding, 100..<200):
            state = .proceeding
            return .passOn
        case (.calling, 200..<300) where kind == .invite, (.proceeding, 200..<300) where kind == .invite:
            state = .accepted
            return .passOnAndAccept
        case (.accepted, 200..<300): return .passOn
        case (.calling, 200...), (.proceeding, 200...):
            state = .completed
            return .passOnAndComplete
        case (.completed, 300...) where kind == .invite: return .acknowledgeAgain
        default: return .ignore
        }
    }

    /// Whether timer A or E still sends the request again. An INVITE is not repeated once anything was heard.
    package var retransmits: Bool {
        switch state {
        case .calling: true
        case .proceeding: kind == .nonInvite
        case .completed, .accepted: false
        }
    }

    /// Whether timer B or F would mean that nobody answers. After a provisional response an INVITE is under timer C.
    package var canTimeOut: Bool {
        switch state {
        case .calling: true
        case .proceeding: kind == .nonInvite
        case .completed, .accepted: false
        }
    }
}
