import Glibc
import NIOCore
import NIOPosix
import SIPMessage
import Synchronization

/// Finds the addresses of host names: off the loops, each name asked for once however many calls wait for it, and
/// remembered for a while. What is asked for when, and in which line, the ``NameBook`` knows.
final class AddressResolver: Sendable {
    /// Blocks until it knows; in the order in which to try them, none for a name without an address.
    typealias Lookup = @Sendable (String) -> [IPAddress]

    private struct Question: Sendable {
        let ticket: UInt64
        let shard: ShardReference
    }

    private let lookup: Lookup
    private let reserved: NIOThreadPool
    private let common: NIOThreadPool
    private let book: Mutex<NameBook<Question>>

    /// - Parameters:
    ///   - reserved: threads for names of trunks, and for those that had an address when they were last asked for.
    ///   - common: threads for all others.
    init(
        _ limits: TransportLimits, reserved: NIOThreadPool, common: NIOThreadPool,
        lookup: @escaping Lookup = AddressResolver.systemLookup
    ) {
        self.lookup = lookup
        self.reserved = reserved
        self.common = common
        book = Mutex(NameBook(limits))
    }

    var measures: LineMeasures { book.withLock { LineMeasures(waiting: $0.waitingCount, dropped: $0.refused) } }

    /// Answers by ``Shard/resolved(_:_:)``, later, on the shard's loop.
    ///
    /// - Parameter isTrunk: whether a name, in small letters, is a gateway's in the trunk table; asked at once, if at all.
    func resolve(_ name: String, ticket: UInt64, for shard: ShardReference, isTrunk: (String) -> Bool) {
        if let address = IPAddress(name) { return Self.answer(ticket, [address], shard) }
        let name = name.lowercased()
        let now = shard.loop.now
        if let known = book.withLock({ $0.fresh(name, at: now) }) { return Self.answer(ticket, known, shard) }
        let isTrunk = isTrunk(name)
        let (addresses, line) = book.withLock {
            $0.take(Question(ticket: ticket, shard: shard), for: name, isTrunk: isTrunk, at: now)
        }
        if let line { ask(name, line == .reserved ? reserved : common, shard.loop) }
        if let addresses { Self.answer(ticket, addresses, shard) }
    }

    private func ask(_ name: String, _ threads: NIOThreadPool, _ loop: any EventLoop) {
        threads.submit { state in
            guard state == .active else { return Self.answer(self.book.withLock { $0.giveUp(name) }, []) }
            switch self.book.withLock({ $0.begin(name, at: loop.now) }) {
            case .leave(let questions): Self.answer(questions, [])
            case .ask:
                let addresses = self.lookup(name)
                Self.answer(self.book.withLock { $0.end(name, addresses, at: loop.now) }, addresses)
            }
        }
    }

    private static func answer(_ questions: [Question], _ addresses: [IPAddress]) {
        for question in questions { answer(question.ticket, addresses, question.shard) }
    }

    private static func answer(_ ticket: UInt64, _ addresses: [IPAddress], _ shard: ShardReference) {
        shard.execute { $0.resolved(ticket, addresses) }
    }

    /// A and AAAA as the system resolves names (RFC 6724 order).
    static let systemLookup: Lookup = { name in
        var hints = unsafe addrinfo()
        unsafe hints.ai_family = AF_UNSPEC
        unsafe hints.ai_socktype = Int32(SOCK_DGRAM.rawValue)
        unsafe hints.ai_flags = AI_ADDRCONFIG
        var first: UnsafeMutablePointer<addrinfo>?
        guard unsafe getaddrinfo(name, nil, &hints, &first) == 0 else { return [] }
        defer { unsafe freeaddrinfo(first) }
        var addresses: [IPAddress] = []
        var next = unsafe first
        while let entry = unsafe next {
            if let address = unsafe address(of: entry.pointee), !addresses.contains(address) {
                addresses.append(address)
            }
            unsafe next = entry.pointee.ai_next
        }
        return addresses
    }

    private static func address(of entry: addrinfo) -> IPAddress? {
        guard let address = unsafe entry.ai_addr else { return nil }
        return unsafe Endpoint(socketAddress: address, length: Int(entry.ai_addrlen))?.address
    }
}
