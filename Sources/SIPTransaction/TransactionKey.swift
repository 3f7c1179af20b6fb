package import SIPMessage

/// What makes two requests the same transaction at a server (RFC 3261 §17.2.3).
///
/// Besides branch, sent-by and method it has the Call-ID and the transport protocol. A retransmission, an ACK and a
/// CANCEL have them from the INVITE (§9.1, §17.1.1.3), so nothing that belongs together is told apart; and a client
/// that gives the same branch to several requests has each of them answered, whichever shards own their calls.
///
/// Of all that only a keyed hash of 128 bits is kept: two different requests agree in it by chance once in 2¹²⁸ pairs,
/// and nobody who does not know this process's key can look for such a pair.
package struct TransactionKey: Hashable, Sendable {
    private let high: UInt64
    let low: UInt64

    /// - Parameters:
    ///   - method: ACK counts as INVITE; to look for what a CANCEL cancels, hand in INVITE.
    ///   - sign: with this process's key.
    package init(
        _ message: SIPMessage, via: Via, over transport: TransportProtocol, method: Method, signedBy sign: SipHash
    ) {
        var state = sign.longState()
        state.add(transport.rawValue)
        if let branch = via.branch(in: message.bytes), Via.hasMagicCookie(branch) {
            state.add(UInt8(1))
            state.addPart(branch.span)
            state.addPart(via.sentByOctets.span)
            state.addPart(message.first(.callID)?.value, of: message)
        } else {
            state.add(UInt8(0))
            Self.addOldRules(message, method, to: &state)
        }
        switch method {
        case .ack: state.add(Method.invite.rawValue)
        case .other:
            state.add(method.rawValue)
            state.addPart(Array(message.methodText.utf8).span)
        default: state.add(method.rawValue)
        }
        (high, low) = state.finishLong()
    }

    /// Elements that follow RFC 2543 only: Request-URI, From tag, Call-ID, CSeq number and the topmost Via.
    private static func addOldRules(_ message: SIPMessage, _ method: Method, to state: inout SipHash.State) {
        state.addPart(message.requestURI, of: message)
        state.addPart(message.tag(.from), of: message)
        state.addPart(message.first(.callID)?.value, of: message)
        state.addPart(message.firstElement(.via)?.range, of: message)
        state.add(word: UInt64(message.cseq?.number ?? 0))
        // An INVITE, its ACK and its CANCEL share all of that; other requests also have their To tag.
        if method != .invite, method != .ack, method != .cancel, let tag = message.tag(.to) {
            state.addPart(tag, of: message)
        }
    }

}

extension SipHash.State {
    /// With its length, so that no part can pass for a piece of its neighbour.
    fileprivate mutating func addPart(_ octets: Span<UInt8>) {
        add(word: UInt64(octets.count))
        add(octets)
    }

    fileprivate mutating func addPart(_ range: Range<Int>?, of message: SIPMessage) {
        let bytes = message.bytes
        addPart(bytes.span.extracting(range ?? 0..<0))
    }
}
