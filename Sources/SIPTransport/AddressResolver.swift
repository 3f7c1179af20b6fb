import Glibc
import NIOCore
import NIOPosix
import SIPMessage
import Synchronization

/// Finds the addresses of host names: off the loops, each name asked for once however many calls wait for it, and
/// remembered for a while.
final class AddressResolver: Sendable {
    /// Blocks until it knows; in the order in which to try them, none for a name without an address.
    typealias Lookup = @Sendable (String) -> [IPAddress]

    private struct Answer {
        let addresses: [IPAddress]
        let expires: NIODeadline
    }

    private struct Question: Sendable {
        let ticket: UInt64
        let shard: ShardReference
    }

    private struct State {
        var answers: [String: Answer] = [:]
        var waiting: [String: [Question]] = [:]
        var waitingCount = 0
        var refused = 0
    }

    private static let keepFor = TimeAmount.seconds(30)
    /// A name server that is away must not hold a thread for each call.
    private static let keepFailureFor = TimeAmount.seconds(5)

    private let limit: Int
    private let lookup: Lookup
    private let threads: NIOThreadPool
    private let state = Mutex(State())

    init(limit: Int, threads: NIOThreadPool, lookup: @escaping Lookup = AddressResolver.systemLookup) {
        self.limit = limit
        self.threads = threads
        self.lookup = lookup
    }

    var measures: LineMeasures { state.withLock { LineMeasures(waiting: $0.waitingCount, dropped: $0.refused) } }

    /// Answers by ``Shard/resolved(_:_:)``, later, on the shard's loop.
    func resolve(_ name: String, ticket: UInt64, for shard: ShardReference) {
        if let address = IPAddress(name) { return Self.answer(ticket, [address], shard) }
        let name = name.lowercased()
        let now = shard.loop.now
        let known: [IPAddress]? = state.withLock { state in
            if let answer = state.answers[name], answer.expires > now { return answer.addresses }
            guard state.waitingCount < limit else {
                state.refused += 1
                return []
            }
            state.waitingCount += 1
            let isFirst = state.waiting[name] == nil
            state.waiting[name, default: []].append(Question(ticket: ticket, shard: shard))
            if isFirst { ask(name, shard.loop) }
            return nil
        }
        if let known { Self.answer(ticket, known, shard) }
    }

    private func ask(_ name: String, _ loop: any EventLoop) {
        threads.submit { state in
            let addresses = state == .active ? self.lookup(name) : []
            self.found(addresses, of: name, at: loop.now)
        }
    }

    private func found(_ addresses: [IPAddress], of name: String, at now: NIODeadline) {
        let questions: [Question] = state.withLock { state in
            if state.answers.count >= limit { state.answers.removeAll() }
            let time = addresses.isEmpty ? Self.keepFailureFor : Self.keepFor
            state.answers[name] = Answer(addresses: addresses, expires: now + time)
            let questions = state.waiting.removeValue(forKey: name) ?? []
            state.waitingCount -= questions.count
            return questions
        }
        for question in questions { Self.answer(question.ticket, addresses, question.shard) }
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
