/// Cuts the octets of one direction of a TCP connection into SIP messages (RFC 3261 §18.3), and finds the next message
/// after octets that are none: a capture may begin in the middle of a message, lack segments, or hold another protocol.
struct SIPStreamFramer {
    enum Event: Equatable {
        case message([UInt8])
        case skipped(CaptureSkip, Int)
    }

    private enum Phase {
        case startLine
        /// The header fields begin at one index; those before the other have been looked at.
        case header(fields: Int, line: Int)
        /// The message ends before this index.
        case body(end: Int)
    }

    private enum Step {
        case event(Event)
        case again
        case wait
    }

    private let headerLimit: Int
    private let messageLimit: Int
    private var buffer: [UInt8] = []
    /// What stands before it has been given out.
    private var head = 0
    /// No line end stands between the beginning of the current line and this index, so no octet is looked at twice.
    private var searched = 0
    private var phase = Phase.startLine
    /// False from the first octet that belongs to no message until the end of the next message.
    private var isSynchronised = true

    init(limits: CaptureLimits) {
        headerLimit = limits.headerBytes
        messageLimit = limits.messageBytes
    }

    /// Octets held for a message that is not complete.
    var heldBytes: Int { buffer.count - head }

    mutating func append(_ bytes: some Collection<UInt8>) {
        if head > 0 {
            buffer.removeFirst(head)
            searched = max(0, searched - head)
            switch phase {
            case .startLine: break
            case .header(let fields, let line): phase = .header(fields: fields - head, line: line - head)
            case .body(let end): phase = .body(end: end - head)
            }
            head = 0
        }
        buffer += bytes
    }

    /// The next message or the next piece that is none; nil until more octets are appended.
    mutating func next() -> Event? {
        while true {
            let step =
                switch phase {
                case .startLine: seekStartLine()
                case .header(let fields, let line): readField(at: line, of: fields)
                case .body(let end): readBody(to: end)
                }
            switch step {
            case .event(let event): return event
            case .again: continue
            case .wait: return nil
            }
        }
    }

    /// Octets are missing here, or the stream has ended: what is held can't be completed.
    mutating func interrupt() -> Event? {
        let held = heldBytes
        let event: Event? =
            switch phase {
            case .startLine: held > 0 ? .skipped(.streamGarbage, held) : nil
            case .header, .body: .skipped(.incompleteMessage, 1)
            }
        buffer = []
        head = 0
        restart(at: 0, synchronised: false)
        return event
    }

    private mutating func seekStartLine() -> Step {
        let blank = buffer[head...].prefix { $0 == 0x0d || $0 == 0x0a }
        if !blank.isEmpty {
            restart(at: blank.endIndex, synchronised: isSynchronised)
            // RFC 3261 §7.5 ignores them before a start-line; RFC 5626 §3.5.1 keeps connections alive with them.
            return .event(isSynchronised ? .skipped(.keepAlive, 1) : .skipped(.streamGarbage, blank.count))
        }
        guard let end = lineEnd(from: head) else {
            return heldBytes > headerLimit ? discard(to: buffer.count) : .wait
        }
        let start = SIPStartLine.start(within: buffer[head..<end]) ?? end + 1
        guard start == head else { return discard(to: start) }
        phase = .header(fields: end + 1, line: end + 1)
        searched = end + 1
        return .again
    }

    private mutating func readField(at line: Int, of fields: Int) -> Step {
        guard let end = lineEnd(from: line) else {
            return buffer.count - head > headerLimit ? discard(to: line) : .wait
        }
        let text = buffer[line..<end]
        if text.isEmpty || text.elementsEqual([0x0d]) {
            return endHeader(fields..<end + 1)
        }
        if SIPStartLine(text) != nil {
            // The message before lost its end.
            return discard(to: line)
        }
        if end - head > headerLimit || line == fields && !text.contains(UInt8(ascii: ":")) {
            return discard(to: line)
        }
        phase = .header(fields: fields, line: end + 1)
        searched = end + 1
        return .again
    }

    private mutating func endHeader(_ header: Range<Int>) -> Step {
        let end = header.upperBound
        var length = 0
        switch StreamContentLength(header: buffer[header]) {
        case .octets(let octets): length = octets
        case .absent: break
        case .unusable: length = .max
        }
        guard length <= messageLimit, end - head + length <= messageLimit else {
            restart(at: end, synchronised: false)
            return .event(.skipped(.streamUnframed, 1))
        }
        phase = .body(end: end + length)
        return .again
    }

    private mutating func readBody(to end: Int) -> Step {
        guard buffer.count >= end else { return .wait }
        let message = Array(buffer[head..<end])
        restart(at: end, synchronised: true)
        return .event(.message(message))
    }

    private mutating func discard(to index: Int) -> Step {
        let count = index - head
        restart(at: index, synchronised: false)
        return .event(.skipped(.streamGarbage, count))
    }

    private mutating func restart(at index: Int, synchronised: Bool) {
        head = index
        searched = index
        phase = .startLine
        isSynchronised = synchronised
    }

    /// The index of the LF that ends the line at `start`.
    private mutating func lineEnd(from start: Int) -> Int? {
        let end = buffer[max(start, searched)...].firstIndex(of: 0x0a)
        searched = end ?? buffer.count
        return end
    }
}
