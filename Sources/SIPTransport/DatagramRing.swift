import CDatagram

/// A queue to the kernel for the datagrams of one loop: what a batch sends is all there before the processor goes to
/// one of its receivers, who then works on several at once. On loopback, the process is changed half as often so.
@safe final class DatagramRing {
    private let ring: OpaquePointer

    /// - Returns: nil where the kernel has no such queues or does not let this process use them.
    init?() {
        guard let ring = unsafe cdatagram_ring_open() else { return nil }
        unsafe self.ring = unsafe ring
    }

    deinit {
        unsafe cdatagram_ring_close(ring)
    }

    /// Sends up to 64 datagrams with one system call, without waiting.
    ///
    /// - Returns: of how many, from the first on, `failure` now tells what became of them: one at least.
    func send(_ datagrams: UnsafeMutableBufferPointer<cdatagram>, in octets: UnsafePointer<UInt8>?, to socket: CInt)
        -> Int
    {
        Int(unsafe cdatagram_ring_send(ring, socket, octets, datagrams.baseAddress, CInt(datagrams.count)))
    }
}
