/// Cuts a byte stream into messages by Content-Length (RFC 3261 §18.3) and answers keepalives (RFC 5626 §3.5.1).
package struct StreamFramer: Sendable {
    /// What a stream brings.
    package enum Item: Sendable, Equatable {
        case message([UInt8])
        /// CRLF CRLF from the peer, which is to be answered with one CRLF.
        case keepalive
        /// So many line ends that are no keepalive, nor part of a message, as have the octets of one: nobody sends them who
        /// means well, and reading them is not free.
        case blankLines
        /// Nothing after this can be told apart: answer the octets, if they are a request, and close the connection.
        case broken([UInt8], FramingFault)
    }

    /// Why nothing more can be read of a stream.
    package enum FramingFault: Error, Sendable, Equatable, CustomStringConvertible {
        case headersTooLong(limit: Int)
        case messageTooLong(limit: Int)
        case contentLength

        package var description: String {
            switch self {
            case .headersTooLong(let limit): "headers longer than \(limit) octets"
            case .messageTooLong(let limit): "a message longer than \(limit) octets"
            case .contentLength: "no SIP message, or one with a malformed or conflicting Content-Length"
            }
        }
    }

    /// Octets of one message; a longer one ends the connection (513).
    package let messageLimit: Int
    private var buffer: [UInt8] = []
    /// Octets before this place have been handed out; they go when they are the greater part of the buffer.
    private var head = 0
    /// Up to here no end of headers was found.
    private var searched = 0
    /// One past the message that is under way, once its headers are whole: they are read once, however many pieces
    /// its body comes in.
    private var messageEnd: Int?
    /// Octets of line ends since the last message that are no keepalives, or since they were last told.
    private var blankOctets = 0
    private var isBroken = false

    package init(messageLimit: Int = 262_144) {
        self.messageLimit = messageLimit
    }

    /// Whether octets of an unfinished message are waiting: a stream that stays so is slow or attacking. A CRLF that
    /// may be half of a keepalive is none.
    package var isMidMessage: Bool { head < buffer.count && buffer[head] != ASCII.carriageReturn }

    /// Takes up what has come; after a fault it is not kept.
    package mutating func append(_ bytes: some Sequence<UInt8>) {
        if !isBroken { buffer.append(contentsOf: bytes) }
    }

    /// The next whole item, nil until more has come.
    package mutating func next() -> Item? {
        guard !isBroken else { return nil }
        if let item = takeBlankLines() { return item }
        guard isMidMessage else { return nil }
        if messageEnd == nil {
            guard let headersEnd = endOfHeaders() else {
                return buffer.count - head > messageLimit ? broken(.headersTooLong(limit: messageLimit)) : nil
            }
            guard let length = contentLength(before: headersEnd) else { return broken(.contentLength) }
            messageEnd = headersEnd + length
        }
        guard let end = messageEnd else { return nil }
        guard end - head <= messageLimit else { return broken(.messageTooLong(limit: messageLimit)) }
        guard buffer.count >= end else { return nil }
        let message = Array(buffer[head..<end])
        drop(end - head)
        blankOctets = 0
        return .message(message)
    }

    private mutating func drop(_ count: Int) {
        head += count
        messageEnd = nil
        if head == buffer.count {
            buffer.removeAll(keepingCapacity: buffer.capacity <= 65_536)
            head = 0
        } else if head > 65_536, head > buffer.count / 2 {
            buffer.removeFirst(head)
            head = 0
        }
        searched = head
    }

    private mutating func broken(_ fault: FramingFault) -> Item {
        isBroken = true
        let rest = Array(buffer[head...])
        buffer = []
        head = 0
        return .broken(rest, fault)
    }

    /// Takes the line ends before a message (RFC 3261 §7.5); each CRLF CRLF is a keepalive.
    private mutating func takeBlankLines() -> Item? {
        while head < buffer.count {
            let waiting = buffer[head..<min(head + 4, buffer.count)]
            switch waiting.first {
            case ASCII.lineFeed: break
            case ASCII.carriageReturn:
                if waiting.elementsEqual("\r\n\r\n".utf8) {
                    drop(4)
                    return .keepalive
                }
                // These may be the first part of a keepalive: what follows tells.
                if "\r\n\r\n".utf8.starts(with: waiting) { return nil }
            default: return nil
            }
            drop(1)
            blankOctets += 1
            if blankOctets == 4 {
                blankOctets = 0
                return .blankLines
            }
        }
        return nil
    }

    private mutating func endOfHeaders() -> Int? {
        defer { searched = buffer.count }
        return Self.endOfHeaders(in: buffer.span, from: max(searched, head + 1), start: head)
    }

    /// One past the blank line, found as ``MessageParser`` finds it: whoever writes line ends without CR must not see
    /// the stream cut at another place than the message.
    private static func endOfHeaders(in text: Span<UInt8>, from: Int, start: Int) -> Int? {
        var position = from
        while position < text.count {
            if text[position] == ASCII.lineFeed {
                var previous = position - 1
                if text[previous] == ASCII.carriageReturn, previous > start { previous -= 1 }
                if text[previous] == ASCII.lineFeed { return position + 1 }
            }
            position += 1
        }
        return nil
    }

    /// 0 without the header: RFC 3261 §18.3 asks for it on streams, but many phones leave it out of requests
    /// without a body, and no octet is lost by reading it so.
    private func contentLength(before headersEnd: Int) -> Int? {
        guard let message = MessageParser.parse(Array(buffer[head..<headersEnd])) else { return nil }
        switch ContentLength.agreed(in: message) {
        case .none: return 0
        case .octets(let length): return length
        case .unusable: return nil
        }
    }
}
