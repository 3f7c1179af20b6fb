package import SIPMessage

/// What makes two requests the same transaction at a server (RFC 3261 §17.2.3).
///
/// Besides branch, sent-by and method it has the Call-ID and the transport protocol. A retransmission, an ACK and a
/// CANCEL have them from the INVITE (§9.1, §17.1.1.3), so nothing that belongs together is told apart; and a client
/// that gives the same branch to several requests has each of them answered, whichever shards own their calls.
package struct TransactionKey: Hashable, Sendable {
    private let bytes: [UInt8]

    /// - Parameter method: ACK counts as INVITE; to look for what a CANCEL cancels, hand in INVITE.
    package init(_ message: SIPMessage, via: Via, over transport: TransportProtocol, method: Method) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(128)
        bytes.append(transport.rawValue)
        if via.hasMagicCookie, let branch = via.branch {
            bytes.append(contentsOf: branch.utf8)
            bytes.append(0)
            bytes.append(contentsOf: via.sentBy.utf8)
            bytes.append(0)
            if let callID = message.first(.callID)?.value { bytes.append(contentsOf: message.bytes[callID]) }
        } else {
            Self.appendOldRules(message, via, method, to: &bytes)
        }
        bytes.append(0)
        switch method {
        case .ack: bytes.append(Method.invite.rawValue)
        case .other: bytes.append(contentsOf: message.methodText.utf8)
        default: bytes.append(method.rawValue)
        }
        self.bytes = bytes
    }

    /// Elements that follow RFC 2543 only: Request-URI, From tag, Call-ID, CSeq number and the topmost Via.
    private static func appendOldRules(_ message: SIPMessage, _ via: Via, _ method: Method, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: "2543".utf8)
        let parts = [
            message.requestURI, message.tag(.from), message.first(.callID)?.value, message.firstElement(.via)?.range,
        ]
        for part in parts {
            bytes.append(0)
            if let part { bytes.append(contentsOf: message.bytes[part]) }
        }
        bytes.append(0)
        bytes.append(contentsOf: String(message.cseq?.number ?? 0).utf8)
        // An INVITE, its ACK and its CANCEL share all of that; other requests also have their To tag.
        if method != .invite, method != .ack, method != .cancel, let tag = message.tag(.to) {
            bytes.append(0)
            bytes.append(contentsOf: message.bytes[tag])
        }
    }

    package func hash(into hasher: inout Hasher) {
        unsafe bytes.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
    }
}
