/// One direction of a TCP connection, by its two ends.
struct TCPFlow: Hashable {
    let source: CaptureEndpoint
    let destination: CaptureEndpoint

    var reversed: TCPFlow { TCPFlow(source: destination, destination: source) }
}

/// The directions of TCP connections being followed, bounded in number and octets; past a bound those that have been
/// silent longest are given up.
struct TCPStreamTable {
    private let limits: CaptureLimits
    private var streams: [TCPFlow: TCPStream] = [:]
    private var heldBytes = 0
    /// Streams that lack a segment, and since when, oldest first; each stands here once. A stream whose gap has closed
    /// stays until its turn.
    private var gaps: [(flow: TCPFlow, since: UInt64)] = []
    private var flowsInGaps: Set<TCPFlow> = []

    init(limits: CaptureLimits) {
        self.limits = limits
    }

    /// - Parameter frame: the number of the frame, each larger than the one before.
    mutating func receive(_ segment: TCPSegment, _ flow: TCPFlow, frame: Int, _ output: inout CaptureOutput) {
        if let acknowledgement = segment.acknowledgement {
            update(flow.reversed) { $0.acknowledge(acknowledgement, &output) }
        }
        var sequence = segment.sequence
        if segment.isSYN {
            if let standing = streams[flow], standing.initialSequence != segment.sequence {
                close(flow, &output)
            }
            sequence &+= 1
        }
        if streams[flow] == nil && (segment.isSYN || segment.payload.count > 0) {
            streams[flow] = TCPStream(
                flow: flow, initialSequence: segment.isSYN ? segment.sequence : nil, nextSequence: sequence,
                frame: frame, limits: limits)
        }
        // After a FIN the stream stays: a retransmission of its last segments must find it.
        update(flow) {
            $0.lastFrame = frame
            $0.receive(segment.payload.bytes, sequence: sequence, &output)
            if segment.isRST {
                $0.close(&output)
            }
        }
        evict(&output)
    }

    /// Gives up the segments that have been missing for too long at this capture time.
    mutating func advance(_ output: inout CaptureOutput) {
        let (now, age) = (output.timestamp, limits.gapAge)
        func isDue(_ since: UInt64) -> Bool { now > since && now - since > age }
        while let first = gaps.first, isDue(first.since) {
            gaps.removeFirst()
            flowsInGaps.remove(first.flow)
            update(first.flow) { stream in
                if let since = stream.gapSince, isDue(since) {
                    stream.skipGap(&output)
                }
            }
        }
    }

    /// The end of the capture.
    mutating func finish(_ output: inout CaptureOutput) {
        for stream in streams.values.sorted(by: { $0.lastFrame < $1.lastFrame }) {
            close(stream.flow, &output)
        }
    }

    private mutating func update(_ flow: TCPFlow, _ change: (inout TCPStream) -> Void) {
        guard let index = streams.index(forKey: flow) else { return }
        heldBytes -= streams.values[index].heldBytes
        change(&streams.values[index])
        heldBytes += streams.values[index].heldBytes
        if let since = streams.values[index].gapSince, flowsInGaps.insert(flow).inserted {
            gaps.append((flow, since))
        }
    }

    private mutating func close(_ flow: TCPFlow, _ output: inout CaptureOutput) {
        update(flow) { $0.close(&output) }
        streams[flow] = nil
    }

    /// A quarter at a time, so that sorting them is not done for every new connection.
    private mutating func evict(_ output: inout CaptureOutput) {
        while streams.count > max(1, limits.streams) || heldBytes > limits.streamBytes && !streams.isEmpty {
            let oldest = streams.values.sorted { $0.lastFrame < $1.lastFrame }.prefix(max(1, streams.count / 4))
            for stream in oldest {
                close(stream.flow, &output)
            }
            gaps.removeAll { streams[$0.flow] == nil }
            flowsInGaps = Set(gaps.map(\.flow))
        }
    }
}
