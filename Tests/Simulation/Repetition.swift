import SIPMessage

/// A message that is sent again and again until somebody says that it has arrived (RFC 3261 §17): T1, then twice as long
/// each time.
final class Repetition {
    static let t1: Int64 = 500
    static let t2: Int64 = 4_000
    static let limit = 64 * t1

    private unowned let simulation: Simulation
    private let bytes: [UInt8]
    private let sender: Endpoint
    /// The longest pause; nil: none is too long (an INVITE).
    private let longest: Int64?
    private let begin: Int64
    /// Gone when it is over: it mostly belongs to whoever holds this.
    private var timeout: (() -> Void)?
    private(set) var isOver = false

    init(
        _ bytes: [UInt8], from sender: Endpoint, longest: Int64?, in simulation: Simulation,
        timeout: @escaping () -> Void = {}
    ) {
        self.simulation = simulation
        self.bytes = bytes
        self.sender = sender
        self.longest = longest
        self.timeout = timeout
        begin = simulation.now
        send(pause: Self.t1)
        simulation.after(Self.limit) {
            guard !self.isOver else { return }
            let timeout = self.timeout
            self.end()
            timeout?()
        }
    }

    func end() {
        isOver = true
        timeout = nil
    }

    private func send(pause: Int64) {
        simulation.send(bytes, from: sender, to: Town.engine)
        guard simulation.now + pause < begin + Self.limit else { return }
        simulation.after(pause) {
            guard !self.isOver else { return }
            self.send(pause: min(pause * 2, self.longest ?? .max))
        }
    }
}
