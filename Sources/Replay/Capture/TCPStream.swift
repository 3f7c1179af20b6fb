/// One direction of a TCP connection: segments into order, and order into SIP messages.
struct TCPStream {
    private struct Waiting {
        let offset: Int64
        let bytes: ArraySlice<UInt8>
        var end: Int64 { offset + Int64(bytes.count) }
    }

    /// Farther from the expected sequence number than any window in use for signalling, a segment belongs to another
    /// connection between the same ports whose SYN was not captured.
    private static let reach: Int32 = 16 << 20

    /// The SYN's sequence number; nil if the capture has none.
    let initialSequence: UInt32?
    let flow: TCPFlow
    /// The number of the frame that last brought something in this direction.
    var lastFrame: Int
    /// The capture time since which a segment is missing.
    private(set) var gapSince: UInt64?

    private let limits: CaptureLimits
    private var framer: SIPStreamFramer
    /// The sequence number expected next, and the same counted from the beginning, which does not wrap.
    private var nextSequence: UInt32
    private var nextOffset: Int64 = 0
    /// Up to where the other side has acknowledged.
    private var acknowledged: Int64 = .min
    /// By offset; the first begins behind `nextOffset`.
    private var waiting: [Waiting] = []
    private var waitingBytes = 0

    init(flow: TCPFlow, initialSequence: UInt32?, nextSequence: UInt32, frame: Int, limits: CaptureLimits) {
        self.flow = flow
        self.initialSequence = initialSequence
        self.nextSequence = nextSequence
        self.lastFrame = frame
        self.limits = limits
        self.framer = SIPStreamFramer(limits: limits)
    }

    var heldBytes: Int { waitingBytes + framer.heldBytes }

    /// - Parameter sequence: the sequence number of the first octet of `bytes`.
    mutating func receive(_ bytes: ArraySlice<UInt8>, sequence: UInt32, _ output: inout CaptureOutput) {
        guard !bytes.isEmpty else { return }
        let distance = Int32(bitPattern: sequence &- nextSequence)
        if distance > Self.reach || distance < -Self.reach {
            close(&output)
            output.summary.add(.streamGap)
            nextSequence = sequence
            deliver(bytes, &output)
            return
        }
        if distance <= 0 {
            // What has been delivered already is a retransmission.
            let before = nextOffset
            deliver(bytes.dropFirst(-Int(distance)), &output)
            deliverWaiting(&output)
            if nextOffset > before {
                gapSince = nil
            }
        } else {
            insert(Waiting(offset: nextOffset + Int64(distance), bytes: bytes))
            skipAcknowledgedGaps(&output)
            while waitingBytes > limits.waitingBytes || waiting.count > limits.waitingSegments {
                skipGap(&output)
            }
        }
        noteGap(at: output.timestamp)
    }

    /// The other side has everything before this sequence number: what we lack of it, the capture has lost.
    mutating func acknowledge(_ sequence: UInt32, _ output: inout CaptureOutput) {
        let distance = Int32(bitPattern: sequence &- nextSequence)
        guard distance > 0, distance <= Self.reach else { return }
        acknowledged = max(acknowledged, nextOffset + Int64(distance))
        skipAcknowledgedGaps(&output)
        noteGap(at: output.timestamp)
    }

    /// Gives up the octets that are missing before the first segment that waits.
    mutating func skipGap(_ output: inout CaptureOutput) {
        guard let first = waiting.first else { return }
        interrupt(&output)
        output.summary.add(.streamGap)
        nextSequence &+= UInt32(truncatingIfNeeded: first.offset - nextOffset)
        nextOffset = first.offset
        deliverWaiting(&output)
        gapSince = nil
        noteGap(at: output.timestamp)
    }

    /// No more octets will come.
    mutating func close(_ output: inout CaptureOutput) {
        while !waiting.isEmpty {
            skipGap(&output)
        }
        interrupt(&output)
    }

    private mutating func noteGap(at timestamp: UInt64) {
        gapSince = waiting.isEmpty ? nil : gapSince ?? timestamp
    }

    private mutating func skipAcknowledgedGaps(_ output: inout CaptureOutput) {
        while let first = waiting.first, first.offset <= acknowledged {
            skipGap(&output)
        }
    }

    private mutating func insert(_ segment: Waiting) {
        let index = waiting.firstIndex { $0.offset >= segment.offset } ?? waiting.count
        if index < waiting.count && waiting[index].offset == segment.offset {
            guard waiting[index].bytes.count < segment.bytes.count else { return }
            waitingBytes -= waiting.remove(at: index).bytes.count
        }
        waiting.insert(segment, at: index)
        waitingBytes += segment.bytes.count
    }

    private mutating func deliverWaiting(_ output: inout CaptureOutput) {
        while let first = waiting.first, first.offset <= nextOffset {
            waiting.removeFirst()
            waitingBytes -= first.bytes.count
            if first.end > nextOffset {
                deliver(first.bytes.dropFirst(Int(nextOffset - first.offset)), &output)
            }
        }
    }

    private mutating func deliver(_ bytes: ArraySlice<UInt8>, _ output: inout CaptureOutput) {
        guard !bytes.isEmpty else { return }
        nextSequence &+= UInt32(truncatingIfNeeded: bytes.count)
        nextOffset += Int64(bytes.count)
        framer.append(bytes)
        while let event = framer.next() {
            report(event, &output)
        }
    }

    private mutating func interrupt(_ output: inout CaptureOutput) {
        if let event = framer.interrupt() {
            report(event, &output)
        }
    }

    private func report(_ event: SIPStreamFramer.Event, _ output: inout CaptureOutput) {
        switch event {
        case .message(let bytes): output.add(bytes, from: flow.source, to: flow.destination, .tcp)
        case .skipped(let skip, let amount): output.summary.add(skip, amount)
        }
    }
}
