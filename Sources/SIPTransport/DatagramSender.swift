import CDatagram
import Glibc
import SIPMessage
import SIPTransaction

/// Sends the datagrams of one UDP socket: what a batch of messages brings is copied into one buffer and leaves with one
/// system call for up to 64 of them, through a ``DatagramRing`` if there is one.
///
/// NIO's own datagram channel is used for reading only: it closes the whole socket when one destination is unreachable,
/// not permitted or malformed (ENETUNREACH, EPERM, EINVAL), which any peer could bring about with a single Via. Here a
/// failure concerns the one datagram, and is known at once.
struct DatagramSender {
    let local: Endpoint
    private let descriptor: CInt
    private let limit: Int
    /// For several datagrams at once, where the kernel has it.
    private let ring: DatagramRing?
    private var octets: [UInt8] = []
    private var datagrams: [cdatagram] = []
    private var transactions: [SlotID?] = []
    /// Datagrams lost because the kernel took no more.
    private(set) var dropped = 0
    private(set) var isOpen = true

    /// - Parameters:
    ///   - limit: octets that may wait.
    ///   - ring: without one, sendmmsg(2) does its work.
    init(descriptor: CInt, local: Endpoint, limit: Int, ring: DatagramRing? = nil) {
        self.local = local
        self.descriptor = descriptor
        self.limit = limit
        self.ring = ring
    }

    var isEmpty: Bool { datagrams.isEmpty }

    var measures: SocketMeasures {
        var measures = SocketMeasures(local: local.description, isOpen: isOpen, unsent: dropped)
        if isOpen { measures.askKernel(descriptor) }
        return measures
    }

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
        var waiting: [Int] = []
        var next = 0
        while next < datagrams.count, waiting.isEmpty {
            let places = next..<next + send(from: next)
            next = places.upperBound
            for place in places {
                switch datagrams[place].failure {
                case 0: break
                case EAGAIN, ENOBUFS, ENOMEM: waiting.append(place)
                default: if let transaction = transactions[place] { failures.append(transaction) }
                }
            }
        }
        guard waiting.isEmpty else {
            keep(waiting + Array(next..<datagrams.count))
            return false
        }
        clear()
        return true
    }

    /// - Returns: of how many, from this one on, it is known now what became of them.
    private mutating func send(from first: Int) -> Int {
        unsafe octets.withUnsafeBufferPointer { octets in
            unsafe datagrams.withUnsafeMutableBufferPointer { datagrams in
                let rest = unsafe UnsafeMutableBufferPointer(rebasing: datagrams[first...])
                if let ring, rest.count > 1 {
                    return unsafe ring.send(rest, in: octets.baseAddress, to: descriptor)
                }
                return Int(unsafe cdatagram_send(descriptor, octets.baseAddress, rest.baseAddress, CInt(rest.count)))
            }
        }
    }

    /// Only these wait on, and only they count for what may wait.
    private mutating func keep(_ places: [Int]) {
        var rest: [UInt8] = []
        for (index, place) in places.enumerated() {
            var datagram = datagrams[place]
            let start = Int(datagram.offset)
            datagram.offset = UInt32(rest.count)
            rest += octets[start..<start + Int(datagram.length)]
            datagrams[index] = datagram
            transactions[index] = transactions[place]
        }
        octets = rest
        datagrams.removeLast(datagrams.count - places.count)
        transactions.removeLast(transactions.count - places.count)
    }

    private mutating func clear() {
        octets.removeAll(keepingCapacity: true)
        datagrams.removeAll(keepingCapacity: true)
        transactions.removeAll(keepingCapacity: true)
    }
}
