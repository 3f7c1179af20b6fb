import CallRouting
import Directory
import Logging
import NIOCore
import SIPMessage
import SIPTransaction

/// One event loop with the engine that it owns: messages come in, in batches, and effects are carried out.
///
/// Touched on its loop only; other threads go through a ``ShardReference``. A batch is what one read of a socket
/// brought, what another shard handed over, an answer from the disk or the name service, or the time. Whatever brings
/// a message calls ``receive(_:from:)`` as often as it has one, then ``endBatch()``.
final class Shard {
    /// Past its deadline a timer may wait this long, so that many of them share one wake-up.
    private static let timerGrain = TimeAmount.milliseconds(5)
    /// How long to wait when the kernel takes no more datagrams.
    private static let retryAfter = TimeAmount.milliseconds(1)
    private static let drainInterval = TimeAmount.milliseconds(50)

    let index: Int
    let loop: any EventLoop
    let services: ShardServices
    private let count: Int
    private let clock: ShardClock
    private let directory: any ShardDirectory
    private(set) var engine: any MessageEngine
    private(set) var sources: SourceGuard
    private(set) var overload: OverloadControl

    private var isInBatch = false
    private var now = Instant(nanoseconds: 0)
    private var effects: [Effect] = []
    private var effectsInHand: [Effect] = []
    private var failures: [SlotID] = []
    /// Of the batch's messages, if somebody wants them.
    private var copies: [MessageCopy] = []

    private(set) var senders: [DatagramSender] = []
    private var isRetrying = false
    /// Every shard, this one included, in the order of their indices; none before it has joined them and after its
    /// end.
    private(set) var peers: [ShardReference] = []
    private var isStopped: Bool { peers.isEmpty }
    private var handOvers: [HandOver]
    /// Messages lost because their owner could not follow, and when to tell of it again.
    private(set) var lost = 0
    private var nextLossReport = 1
    /// Datagrams that were not sent, and when to tell of it again.
    private var nextDropReport = 1
    private var streamHandOvers: [[StreamWrite]]
    var streams = StreamSet()
    private(set) var batches = 0

    private var alarm: (callback: NIOScheduledCallback, at: NIODeadline)?
    private var lastAlarm = NIODeadline.uptimeNanoseconds(0)

    /// To be called on the loop.
    init(
        index: Int, of count: Int, loop: any EventLoop, clock: ShardClock, services: ShardServices,
        directory: any ShardDirectory, engine: any MessageEngine
    ) {
        self.index = index
        self.count = count
        self.loop = loop
        self.clock = clock
        self.services = services
        self.directory = directory
        self.engine = engine
        sources = SourceGuard(services.sources, seed: .random(in: .min ... .max))
        overload = OverloadControl(settings: services.overload)
        handOvers = Array(repeating: HandOver(), count: count)
        streamHandOvers = Array(repeating: [], count: count)
    }

    func join(_ peers: [ShardReference]) { self.peers = peers }

    func add(_ sender: DatagramSender) { senders.append(sender) }

    // MARK: - Batches

    /// Opens a batch if none is open: reads the time once, and lets the rules be what they are now.
    func beginBatch() {
        guard !isInBatch else { return }
        isInBatch = true
        batches &+= 1
        now = clock.instant(loop.now)
        directory.refresh()
    }

    /// How long the oldest of the messages has waited that come out of a queue now, and whether some were lost before them.
    func observe(_ delay: Interval, of queue: OverloadControl.Queue, hasLost: Bool = false) {
        overload.observe(delay, of: queue, hasLost: hasLost, at: clock.instant(loop.now))
    }

    /// Somebody there opens a connection.
    func judgeConnection(from address: IPAddress) -> SourceGuard.Verdict {
        sources.judgeConnection(from: address, at: clock.instant(loop.now))
    }

    /// It was no flood.
    func excuseConnection(from address: IPAddress) { sources.excuseConnection(from: address) }

    /// Whether nothing is taken from there.
    func isBanned(_ address: IPAddress) -> Bool { sources.isBanned(address, at: clock.instant(loop.now)) }

    /// What begins with a letter: keepalives are no messages.
    private func copy(_ bytes: [UInt8], from flow: Flow) {
        guard let first = bytes.first, first > ASCII.space else { return }
        copies.append(MessageCopy(received: bytes, from: flow, at: now))
    }

    /// Takes the octets of one message to the shard that owns it. What is no SIP message is dropped.
    ///
    /// - Returns: false if nothing is taken from its source.
    @discardableResult
    func receive(_ bytes: [UInt8], from flow: Flow) -> Bool {
        beginBatch()
        switch sources.judge(flow.remote.address, at: now) {
        case .admitted: take(bytes, from: flow, isLimited: false)
        case .limited: take(bytes, from: flow, isLimited: true)
        case .banned: return false
        }
        return true
    }

    /// Something has come by a stream that is no message and does not go on to the engine; it counts as one, since it is read
    /// and answered as well. Who is only limited has its keepalives answered: its connection goes on, with the calls on it.
    ///
    /// - Returns: false if nothing is taken from its source.
    func receiveBlank(from flow: Flow) -> Bool {
        beginBatch()
        return sources.judge(flow.remote.address, at: now) != .banned
    }

    private func take(_ bytes: [UInt8], from flow: Flow, isLimited: Bool) {
        if services.mirror != nil { copy(bytes, from: flow) }
        let quickOwner = count > 1 ? ShardAssignment.owner(ofMessageIn: bytes, among: count) : index
        if let quickOwner, quickOwner != index {
            return handOvers[quickOwner].append(bytes, from: flow, isLimited: isLimited, at: loop.now)
        }
        guard let message = MessageParser.parse(bytes) else { return }
        let owner = quickOwner ?? ShardAssignment.owner(of: message, among: count)
        guard owner == index else {
            return handOvers[owner].append(bytes, from: flow, isLimited: isLimited, at: loop.now)
        }
        work(on: message, from: flow, isLimited: isLimited)
    }

    private func work(on message: SIPMessage, from flow: Flow, isLimited: Bool) {
        let admission: Admission = isLimited ? .limited : overload.refuses ? .overloaded : .open
        engine.receive(message, from: flow, admission: admission, at: now, directory: directory, into: &effects)
    }

    /// Takes what another shard has received.
    func takeOver(_ arrivals: HandOver) {
        if let since = arrivals.since { observe(Interval(loop.now - since), of: .handOver) }
        beginBatch()
        arrivals.unpack { bytes, flow, isLimited in
            guard let message = MessageParser.parse(bytes) else { return }
            work(on: message, from: flow, isLimited: isLimited)
        }
        endBatch()
    }

    /// Carries out what the batch has brought about.
    func endBatch() {
        guard isInBatch else { return }
        guard !isStopped else { return abandonBatch() }
        handOver()
        repeat {
            carryOutEffects()
            flushDatagrams()
            for connection in streams.takeTouched() { connection.flush() }
            handOverStreamWrites()
            for transaction in takeFailures() {
                engine.sendFailed(transaction, at: now, directory: directory, into: &effects)
            }
        } while !effects.isEmpty || !failures.isEmpty
        if !copies.isEmpty { passCopies() }
        isInBatch = false
        armAlarm()
    }

    private func passCopies() {
        services.mirror?.add(copies)
        copies.removeAll(keepingCapacity: true)
    }

    private func abandonBatch() {
        isInBatch = false
        effects.removeAll()
        failures.removeAll()
    }

    private func handOver() {
        guard count > 1 else { return }
        for owner in handOvers.indices where !handOvers[owner].isEmpty {
            let arrivals = handOvers[owner]
            handOvers[owner] = HandOver()
            if !peers[owner].takeOver(arrivals, limit: services.limits.queuedHandOvers) { lose(arrivals) }
        }
    }

    private func lose(_ arrivals: HandOver) {
        lost += arrivals.count
        guard lost >= nextLossReport else { return }
        nextLossReport = 10 * lost
        services.logger.error("shards can't follow: \(lost) messages were lost between them so far")
    }

    private func takeFailures() -> [SlotID] {
        guard !failures.isEmpty else { return [] }
        defer { failures.removeAll(keepingCapacity: true) }
        return failures
    }

    /// A message of this transaction could not be sent.
    func fail(_ transaction: SlotID) {
        failures.append(transaction)
        guard !isInBatch else { return }
        beginBatch()
        endBatch()
    }

    // MARK: - Answers from outside

    func resolved(_ ticket: UInt64, _ addresses: [IPAddress]) {
        beginBatch()
        engine.resolved(ticket, addresses: addresses, at: now, directory: directory, into: &effects)
        endBatch()
    }

    func committed(_ tickets: [(ticket: UInt64, succeeded: Bool)]) {
        beginBatch()
        for answer in tickets {
            engine.committed(
                answer.ticket, succeeded: answer.succeeded, at: now, directory: directory, into: &effects)
        }
        endBatch()
    }

    // MARK: - Effects

    private func carryOutEffects() {
        swap(&effects, &effectsInHand)
        for effect in effectsInHand {
            switch effect {
            case .send(let outgoing): send(outgoing)
            case .resolve(let name, let ticket):
                services.resolver.resolve(name, ticket: ticket, for: peers[index], isTrunk: isTrunk)
            case .commit(let change, let ticket): services.committer.commit(change, ticket: ticket, for: peers[index])
            case .record(let record):
                services.log(record)
                services.recorder.add(record, from: loop)
            case .log(let event): services.log(event)
            }
        }
        effectsInHand.removeAll(keepingCapacity: true)
    }

    private func isTrunk(_ name: String) -> Bool {
        // While the rules can't be read it is a name like any other.
        guard let trunks = try? directory.trunks() else { return false }
        return trunks.routes.contains { $0.hops.contains { $0.host.lowercased() == name } }
    }

    private func send(_ outgoing: Outgoing) {
        if services.mirror != nil { copies.append(MessageCopy(sent: outgoing, at: now)) }
        guard outgoing.hop.transport == .udp else {
            return sendOnStream(StreamWrite(outgoing, from: index))
        }
        guard let position = sender(for: outgoing.hop) else {
            if let transaction = outgoing.transaction { failures.append(transaction) }
            return
        }
        senders[position].append(outgoing.bytes, to: outgoing.hop.remote, for: outgoing.transaction)
    }

    private func sender(for hop: Hop) -> Int? {
        senders.firstIndex { $0.local == hop.local && $0.isOpen }
            ?? senders.firstIndex { $0.isOpen && $0.local.address.isSameFamily(as: hop.remote.address) }
    }

    private func flushDatagrams() {
        for index in senders.indices where !senders[index].isEmpty {
            let hasSentAll = senders[index].flush(failures: &failures)
            reportDropped()
            guard !hasSentAll, !isRetrying else { continue }
            isRetrying = true
            loop.assumeIsolated().scheduleTask(in: Self.retryAfter) { [weak self] in
                self?.isRetrying = false
                self?.beginBatch()
                self?.endBatch()
            }
        }
    }

    private func reportDropped() {
        let dropped = senders.reduce(0) { $0 + $1.dropped }
        guard dropped >= nextDropReport else { return }
        nextDropReport = 10 * dropped
        services.logger.error("the kernel takes no more datagrams: \(dropped) were not sent so far")
    }

    private func handOverStreamWrites() {
        for owner in streamHandOvers.indices where !streamHandOvers[owner].isEmpty {
            let writes = streamHandOvers[owner]
            streamHandOvers[owner] = []
            peers[owner].execute { shard in
                shard.beginBatch()
                for write in writes { shard.sendOnStream(write) }
                shard.endBatch()
            }
        }
    }

    /// Lets the shard write whose loop the connection lives on.
    func pass(_ write: StreamWrite, to owner: Int) {
        streamHandOvers[owner].append(write)
    }

    // MARK: - Time

    /// The alarm went off.
    func timeIsUp() {
        lastAlarm = loop.now
        // What comes by streams waits as long as the alarm did.
        if let alarm { observe(Interval(lastAlarm - alarm.at), of: .thread) }
        alarm = nil
        beginBatch()
        engine.advance(to: now, directory: directory, into: &effects)
        endBatch()
    }

    private func armAlarm() {
        // One that could not be earlier needs no question to the engine: so it is after most batches of a busy shard.
        let earliest = lastAlarm + Self.timerGrain
        if let alarm, alarm.at <= earliest { return }
        guard let deadline = engine.nextDeadline else { return }
        let wanted = max(clock.deadline(deadline), earliest)
        if let alarm {
            guard wanted < alarm.at else { return }
            alarm.callback.cancel()
        }
        alarm = (try? loop.scheduleCallback(at: wanted, handler: peers[index])).map { ($0, wanted) }
    }

    // MARK: - The end

    func socketClosed(_ local: Endpoint) {
        if !isStopped { services.logger.critical("udp:\(local) is closed and serves no more: restart the server") }
        for index in senders.indices where senders[index].local == local { senders[index].close() }
    }

    func socketFailed(_ local: Endpoint, _ error: any Error) {
        services.logger.error("reading at udp:\(local) failed: \(error)")
    }

    /// Succeeds once no call is being set up any more, or this time has passed.
    func drain(within time: TimeAmount) -> EventLoopFuture<Void> {
        let promise = loop.makePromise(of: Void.self)
        awaitEndOfCalls(until: loop.now + time, promise)
        return promise.futureResult
    }

    private func awaitEndOfCalls(until deadline: NIODeadline, _ promise: EventLoopPromise<Void>) {
        let pending = engine.pendingCallCount
        guard pending > 0, loop.now < deadline else {
            if pending > 0 { services.logger.notice("stopping while \(pending) calls are being set up") }
            return promise.succeed()
        }
        // Counting them is work for the engine, so not after each message.
        loop.assumeIsolated().scheduleTask(in: Self.drainInterval) { self.awaitEndOfCalls(until: deadline, promise) }
    }

    /// Nothing runs here after this; what holds on to each other lets go.
    func stop() {
        alarm?.callback.cancel()
        alarm = nil
        for connection in Array(streams.connections.values) { connection.close() }
        peers = []
    }
}
