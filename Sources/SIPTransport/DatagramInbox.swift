import CDatagram
import SIPMessage
import SIPTransaction

/// Receives the datagrams of one UDP socket, up to 64 with one system call, into memory that is used again each time.
@safe final class DatagramInbox {
    /// More than the largest datagram, and not a power of two: beginnings 64 KiB apart would push each other out of the
    /// processor's cache.
    private static let slot = 65_536 + 17 * 64

    private let descriptor: CInt
    private let inbox: OpaquePointer
    private let octets: UnsafeMutablePointer<UInt8>
    private var datagrams: [cdatagram]
    private var queue = cdatagram_queue()
    private var lost: UInt32 = 0

    /// - Parameter limit: datagrams that one call takes, 64 at most.
    init(descriptor: CInt, limit: Int) {
        self.descriptor = descriptor
        let limit = min(max(limit, 1), Int(CDATAGRAM_LIMIT))
        // Pages that no datagram ever reaches into cost nothing.
        unsafe octets = .allocate(capacity: limit * Self.slot)
        guard let inbox = unsafe cdatagram_inbox_open(octets, UInt32(Self.slot), CInt(limit)) else {
            preconditionFailure("no memory to receive datagrams")
        }
        unsafe self.inbox = unsafe inbox
        datagrams = Array(repeating: cdatagram(), count: limit)
        cdatagram_watch(descriptor)
    }

    deinit {
        unsafe cdatagram_inbox_close(inbox)
        unsafe octets.deallocate()
    }

    /// Takes what has come, without waiting. Failures are left to whoever watches the socket: it stays readable.
    ///
    /// - Parameter first: done when all has been received and nothing is taken yet; it is told how long the oldest has
    ///   waited, and whether some found no room to wait in since the last time.
    /// - Returns: whether anything had come.
    func receive(
        first: (_ delay: Interval, _ hasLost: Bool) -> Void = { _, _ in },
        _ take: (_ message: [UInt8], _ remote: Endpoint) -> Void
    ) -> Bool {
        let count = unsafe datagrams.withUnsafeMutableBufferPointer { datagrams in
            unsafe cdatagram_receive(inbox, descriptor, datagrams.baseAddress, &queue)
        }
        let hasLost = queue.lost > lost
        lost = max(lost, queue.lost)
        first(.milliseconds(Int64(queue.delay / 1_000_000)), hasLost)
        guard count > 0 else { return false }
        for datagram in datagrams[..<Int(count)] where datagram.length > 0 {
            let message = unsafe UnsafeBufferPointer(start: octets + Int(datagram.offset), count: Int(datagram.length))
            take(unsafe Array(message), Self.remote(of: datagram))
        }
        return true
    }

    private static func remote(of datagram: cdatagram) -> Endpoint {
        let address: IPAddress =
            datagram.is_v6 == 0
            ? .v4(UInt32(truncatingIfNeeded: datagram.low)) : .v6(high: datagram.high, low: datagram.low)
        return Endpoint(address: address, port: datagram.port)
    }
}
