/// What the frames read so far have brought: messages that nobody has taken yet, and counts.
struct CaptureOutput {
    var summary = CaptureSummary()
    /// Capture time of the frame being read, in nanoseconds.
    var timestamp: UInt64 = 0
    private var messages: [CapturedMessage] = []
    private var taken = 0

    mutating func add(
        _ bytes: [UInt8], from source: CaptureEndpoint, to destination: CaptureEndpoint, _ transport: CaptureTransport
    ) {
        switch transport {
        case .udp: summary.udpMessages += 1
        case .tcp: summary.tcpMessages += 1
        }
        messages.append(
            CapturedMessage(
                timestamp: timestamp, source: source, destination: destination, transport: transport, bytes: bytes))
    }

    mutating func take() -> CapturedMessage? {
        guard taken < messages.count else {
            messages.removeAll(keepingCapacity: true)
            taken = 0
            return nil
        }
        taken += 1
        return messages[taken - 1]
    }
}
