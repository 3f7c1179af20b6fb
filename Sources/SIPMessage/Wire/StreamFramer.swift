/// Cuts a byte stream into messages by Content-Length (RFC 3261 §18.3) and answers keepalives (RFC 5626 §3.5.1).
package struct StreamFramer: Sendable {
    package enum Item: Sendable, Equatable {
        case message([UInt8])
        /// CRLF CRLF from the peer, which is to be answered with one CRLF.
        case keepalive
        /// Nothing after this can be told apart: answer the octets, if they are a request, and close the connection.
        case broken([UInt8], FramingFault)
    }

    package enum FramingFault: Error, Sendable, Equatable, CustomStringConvertible {
        case headersTooLong(limit: Int)
        case messageTooLong(limit: Int)
        case contentLength

        package var description: String {
            switch self {
            case .headersTooLong(let limit): "headers longer than \(limit) octets"
            case .messageTooLong(let limit): "a message longer than \(limit) octets"
            case .contentLength: "a missing, malformed or conflicting Content-Length"
            }
        }
    }

    /// Octets of one message; a longer one ends the connection (513).
    package let messageLimit: Int
    private var buffer: [UInt8] = []
    /// Up to here no end of headers was found.
    private var searched = 0
    private var isBroken = false

    package init(messageLimit: Int = 262_144) {
        self.messageLimit = messageLimit
    }

    /// Whether octets of an unfinished message are waiting: a stream that stays so is slow or attacking.
    package var isMidMessage: Bool { !buffer.isEmpty }

    package mutating func append(_ bytes: some Sequence<UInt8>) {
        if !isBroken { buffer.append(contentsOf: bytes) }
    }

    /// The next whole item, nil until more has come.
    package mutating func next() -> Item? {
        guard !isBroken else { return nil }
        if let keepalive = takeKeepalive() { return keepalive }
        guard !buffer.isEmpty, buffer[0] != ASCII.carriageReturn else { return nil }
        guard let headersEnd = endOfHeaders() else {
            return buffer.count > messageLimit ? broken(.headersTooLong(limit: messageLimit)) : nil
        }
        guard let length = contentLength(before: headersEnd) else { return broken(.contentLength) }
        guard headersEnd + length <= messageLimit else { return broken(.messageTooLong(limit: messageLimit)) }
        guard buffer.count >= headersEnd + length else { return nil }
        let message = Array(buffer[..<(headersEnd + length)])
        drop(headersEnd + length)
        return .message(message)
    }

    private mutating func drop(_ count: Int) {
        buffer.removeFirst(count)
        searched = 0
    }

    private mutating func broken(_ fault: FramingFault) -> Item {
        isBroken = true
        let rest = buffer
        buffer = []
        return .broken(rest, fault)
    }

    private mutating func takeKeepalive() -> Item? {
        while buffer.count >= 2, buffer[0] == ASCII.carriageReturn, buffer[1] == ASCII.lineFeed {
            if buffer.count >= 4, buffer[2] == ASCII.carriageReturn, buffer[3] == ASCII.lineFeed {
                drop(4)
                return .keepalive
            }
            // One CRLF may be half of a keepalive; wait unless something else follows.
            guard buffer.count > 2, buffer[2] != ASCII.carriageReturn else { return nil }
            drop(2)
        }
        return nil
    }

    private mutating func endOfHeaders() -> Int? {
        let end = Self.endOfHeaders(in: buffer, from: max(searched, 3))
        if end == nil { searched = buffer.count }
        return end
    }

    private static func endOfHeaders(in buffer: [UInt8], from start: Int) -> Int? {
        let text = buffer.span
        var position = start
        while position < text.count {
            if text[position] == ASCII.lineFeed, text[position - 1] == ASCII.carriageReturn,
                text[position - 2] == ASCII.lineFeed,
                text[position - 3] == ASCII.carriageReturn
            {
                return position + 1
            }
            position += 1
        }
        return nil
    }

    /// 0 without the header: RFC 3261 §18.3 asks for it on streams, but many phones leave it out of requests
    /// without a body, and no octet is lost by reading it so.
    private func contentLength(before headersEnd: Int) -> Int? {
        guard let message = MessageParser.parse(Array(buffer[..<headersEnd])) else { return nil }
        switch message.fault {
        case .contentLength, .conflictingContentLengths: return nil
        default: break
        }
        guard let field = message.first(.contentLength) else { return 0 }
        return ContentLength.parse(message.bytes.span, field.value.lowerBound, field.value.upperBound)
    }
}
