import SIPMessage
import SIPTransaction
import Testing

/// A transaction layer on virtual time that writes down what it sends and tells, and when.
final class Timeline {
    struct Sent: Equatable {
        /// Since the start.
        let milliseconds: Int64
        /// `INVITE`, or `200` for a response.
        let what: String
        let hop: Hop
        let bytes: [UInt8]
    }

    static let start = Instant(milliseconds: 1_700_000_000_000)

    var layer: TransactionLayer
    private(set) var now = Timeline.start
    private(set) var sent: [Sent] = []
    private(set) var events: [(milliseconds: Int64, event: TransactionLayer.TimerEvent)] = []

    init(limit: Int = 100) {
        layer = TransactionLayer(limit: limit, sign: SipHash((1, 2)), branchSign: SipHash((3, 4)))
    }

    var milliseconds: Int64 { now.milliseconds(since: Self.start) }

    /// When messages like `what` went out, in milliseconds since the start.
    func times(_ what: String) -> [Int64] { sent.filter { $0.what == what }.map(\.milliseconds) }

    func last(_ what: String) -> SIPMessage? {
        sent.last { $0.what == what }.flatMap { MessageParser.parse($0.bytes) }
    }

    var timeouts: [Int64] {
        events.compactMap { time, event in
            if case .clientTimedOut = event { return time }
            return nil
        }
    }

    var serverEnds: [Int64] {
        events.compactMap { time, event in
            if case .serverEnded = event { return time }
            return nil
        }
    }

    var isEmpty: Bool { layer.placesTaken == 0 }

    /// Lets the time pass up to `milliseconds` since the start, stopping at each deadline.
    func run(to milliseconds: Int64) {
        let end = Instant(milliseconds: Self.start.milliseconds + milliseconds)
        while let deadline = layer.nextDeadline, deadline <= end {
            now = max(now, deadline)
            tick()
        }
        now = end
        tick()
    }

    /// Lets 100 s pass since the start, after which no transaction may be left.
    func finish(sourceLocation: SourceLocation = #_sourceLocation) {
        run(to: 100_000)
        #expect(isEmpty, "transactions are left", sourceLocation: sourceLocation)
    }

    private func tick() {
        var outgoing: [Outgoing] = []
        while let event = layer.advance(to: now, into: &outgoing) { events.append((milliseconds, event)) }
        note(outgoing)
    }

    private func note(_ outgoing: [Outgoing]) {
        for message in outgoing {
            let parsed = MessageParser.parse(message.bytes)
            let what = parsed?.status.map(String.init) ?? parsed?.methodText ?? "?"
            sent.append(Sent(milliseconds: milliseconds, what: what, hop: message.hop, bytes: message.bytes))
        }
    }

    // MARK: - As a client

    /// Starts a client transaction and returns it with the Via branch that its responses need.
    @discardableResult
    func call(_ method: String, over transport: TransportProtocol, owner: UInt64 = 7) throws -> (
        id: SlotID, branch: String
    ) {
        let hop = Sample.hop(transport)
        let name = Array(method.utf8)
        let reserved = layer.reserveClient(
            method: Method(name.span, 0..<name.count), hop: hop, owner: owner, loopHash: 0xfeed)
        let parameter = try #require(reserved)
        let id = parameter.transaction
        var branch: [UInt8] = []
        parameter.append(to: &branch)
        let text = String(decoding: branch, as: UTF8.self)
        var outgoing: [Outgoing] = []
        layer.start(id, request: Sample.request(method, branch: text, transport: transport), at: now, into: &outgoing)
        note(outgoing)
        return (id, text)
    }

    /// An INVITE whose callee has answered 180.
    func callRinging(over transport: TransportProtocol) throws -> (id: SlotID, branch: String) {
        let call = try call("INVITE", over: transport)
        _ = try hear(180, "INVITE", branch: call.branch)
        return call
    }

    func hear(_ status: Int, _ method: String, branch: String, toTag: String = "callee") throws
        -> TransactionLayer.ResponseArrival
    {
        let response = try #require(
            MessageParser.parse(Sample.response(status, method, branch: branch, toTag: toTag)))
        var outgoing: [Outgoing] = []
        defer { note(outgoing) }
        return layer.receive(response: response, at: now, into: &outgoing)
    }

    func cancel(_ id: SlotID, reason: String? = nil) {
        var outgoing: [Outgoing] = []
        layer.cancel(id, reason: reason, at: now, into: &outgoing)
        note(outgoing)
    }

    /// The owner that is told of a failure to send, nil if nobody is.
    func failToSend(_ id: SlotID) -> (owner: UInt64, method: Method)? { layer.transportFailed(id) }

    func reserve(_ method: Method) -> SlotID? {
        layer.reserveClient(method: method, hop: Sample.hop(.udp), owner: 1, loopHash: 0)?.transaction
    }

    // MARK: - As a server

    func receive(_ bytes: [UInt8], over transport: TransportProtocol) throws
        -> TransactionLayer.RequestArrival
    {
        let request = try #require(MessageParser.parse(bytes))
        let flow = Sample.flow(transport)
        let via = try #require(ReceivedVia(request, from: flow))
        var outgoing: [Outgoing] = []
        defer { note(outgoing) }
        return layer.receive(request: request, via: via, from: flow, at: now, into: &outgoing)
    }

    /// A request of the peer that has to be new.
    @discardableResult
    func serve(_ method: String, over transport: TransportProtocol, branch: String = "z9hG4bKpeer1") throws
        -> SlotID
    {
        let arrival = try receive(Sample.request(method, branch: branch, transport: transport), over: transport)
        guard case .new(let id) = arrival else { throw Surprise(arrival: "\(arrival)") }
        layer.setOwner(9, of: id)
        return id
    }

    /// The same, answered at once.
    @discardableResult
    func serve(_ method: String, over transport: TransportProtocol, answering status: Int) throws -> SlotID {
        let id = try serve(method, over: transport)
        respond(id, status)
        return id
    }

    @discardableResult
    func respond(_ id: SlotID, _ status: Int) -> Bool {
        var outgoing: [Outgoing] = []
        defer { note(outgoing) }
        let bytes = Sample.response(status, "INVITE", branch: "z9hG4bKpeer1", toTag: "us")
        return layer.respond(id, status: status, bytes: bytes, at: now, into: &outgoing)
    }

    struct Surprise: Error { let arrival: String }
}

extension TransactionLayer.RequestArrival {
    var isAbsorbed: Bool { if case .absorbed = self { true } else { false } }
    var isNew: Bool { if case .new = self { true } else { false } }
    var isAck: Bool { if case .ack = self { true } else { false } }
    var isFull: Bool { if case .full = self { true } else { false } }
}

extension TransactionLayer.ResponseArrival {
    var isAbsorbed: Bool { if case .absorbed = self { true } else { false } }
    var isUnmatched: Bool { if case .unmatched = self { true } else { false } }
    func isMatched(_ id: SlotID, owner: UInt64 = 7) -> Bool {
        if case .matched(id, owner) = self { true } else { false }
    }
}
