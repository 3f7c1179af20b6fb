import CDatagram
import Glibc
import SIPMessage
import SIPTransaction

/// Sends the datagrams of one UDP socket: what a batch of messages brings is copied into one buffer and leaves with one
/// system call for up to 64 of them.
///
/// NIO's own datagram channel is used for reading only: it closes the whole socket when one destination is unreachable,
/// not permitted or malformed (ENETUNREACH, EPERM, EINVAL), which any peer could bring about with a single Via. Here a
/// failure concerns the one datagram, and is known at once.
struct DatagramSender {
    let local: Endpoint
    private let descriptor: CInt
    private let limit: Int
    private var octets: [UInt8] = []
    private var datagrams: [cdatagram] = []
    private var transactions: [SlotID?] = []
    /// How many of ``datagrams`` are gone already.
    private var sent = 0
    /// Datagrams lost because the kernel took no more.
    private(set) var dropped = 0
    private(set) var isOpen = true

    /// - Parameter limit: octets that may wait.
    init(descriptor: CInt, local: Endpoint, limit: Int) {
        self.local = local
        self.descriptor = descriptor
        self.limit = limit
    }

    var isEmpty: Bool { datagrams.isEmpty }

    /// After this the descriptor may be another file's.
    mutating func close() {
        isOpen = false
        clear()
    }

    /// Puts one datagram behind the others.
    mutating func append(_ message: [UInt8], to remote: Endpoint, for transaction: SlotID?) {
        guard isOpen, octets.count + message.count <= limit else {
            dropped += 1
            return
        }
        var datagram = cdatagram()
        datagram.offset = UInt32(octets.count)
        datagram.length = UInt32(message.count)
        datagram.port = remote.port
        switch remote.address {
        case .v4(let address): datagram.low = UInt64(address)
        case .v6(let high, let low): (datagram.high, datagram.low, datagram.is_v6) = (high, low, 1)
        }
        octets.append(contentsOf: message)
        datagrams.append(datagram)
        transactions.append(transaction)
    }

    /// Hands everything to the kernel.
    ///
    /// - Parameter failures: gets the transactions whose datagrams can't be sent.
    /// - Returns: false if the kernel takes no more at present; call again soon.
    mutating func flush(failures: inout [SlotID]) -> Bool {
        while sent < datagrams.count {
            let result = sendNext()
            if result > 0 {
                sent += Int(result)
                continue
            }
            switch -result {
            case EINTR: continue
            case EAGAIN, ENOBUFS, ENOMEM:
                forgetSent()
                return false
            default:
                if let transaction = transactions[sent] { failures.append(transaction) }
                sent += 1
            }
        }
        clear()
        return true
    }

    private func sendNext() -> CInt {
        unsafe octets.withUnsafeBufferPointer { octets in
            unsafe datagrams[sent...].withUnsafeBufferPointer { datagrams in
                unsafe cdatagram_send(descriptor, octets.baseAddress, datagrams.baseAddress, CInt(datagrams.count))
            }
        }
    }

    /// So that what has gone does not count for what may wait.
    private mutating func forgetSent() {
        guard sent > 0, sent < datagrams.count else { return }
        let start = datagrams[sent].offset
        octets.removeFirst(Int(start))
        datagrams.removeFirst(sent)
        transactions.removeFirst(sent)
        for place in datagrams.indices { datagrams[place].offset -= start }
        sent = 0
    }

    private mutating func clear() {
        octets.removeAll(keepingCapacity: true)
        datagrams.removeAll(keepingCapacity: true)
        transactions.removeAll(keepingCapacity: true)
        sent = 0
    }
}
