import CallRouting
import Directory
import SIPMessage
import SIPTransaction

/// A phone that makes itself known, renews that, and at last takes it back or lets it run out (RFC 3261 §10.2).
final class Registration {
    /// A phone that is refused tries so often.
    private static let attempts = 8

    let number: PhoneNumber
    let endpoint: Endpoint
    private unowned let simulation: Simulation
    private var repetition: Repetition?
    private var cseq = 0
    /// Seconds that the last request asked for.
    private var asked = 0
    private var attemptsLeft = 0
    /// Seconds that it asks for: of this request, and of those that will follow.
    private var wishes: [Int]
    /// Whether every request was granted at last.
    private(set) var failures = 0

    init(of number: PhoneNumber, at endpoint: Endpoint, wishes: [Int], in simulation: Simulation) {
        (self.number, self.endpoint, self.wishes, self.simulation) = (number, endpoint, wishes, simulation)
    }

    private(set) var ladder: [String] = []

    func draw(_ now: Int64, _ from: Endpoint, _ to: Endpoint, _ message: SIPMessage, lost: Bool) {
        let cseq = message.value(.cseq) ?? ""
        ladder.append(
            "\(now) \(from) → \(to)\(lost ? " (lost)" : "") \(message.label) \(cseq) \(message.value(.contact) ?? "")")
    }

    var contact: String { "sip:\(number)@\(endpoint)" }
    var callID: String { "reg-\(endpoint)" }

    func start() {
        attemptsLeft = Self.attempts
        request()
    }

    private func request() {
        guard let expires = wishes.first else { return }
        guard attemptsLeft > 0 else {
            failures += 1
            return
        }
        asked = expires
        attemptsLeft -= 1
        cseq += 1
        var request = WrittenRequest(
            method: "REGISTER", uri: "sip:\(Town.domain)",
            from: "<sip:\(number)@\(Town.domain)>;tag=\(endpoint.address)",
            to: "<sip:\(number)@\(Town.domain)>", callID: callID, cseq: cseq,
            branch: "z9hG4bK-\(endpoint.address)-reg-\(cseq)", sender: endpoint)
        request.headers = ["Contact: <\(contact)>;expires=\(expires)"]
        repetition?.end()
        repetition = Repetition(request.bytes, from: endpoint, longest: Repetition.t2, in: simulation) {
            self.request()
        }
    }

    func receive(_ response: SIPMessage) {
        guard let status = response.status, status >= 200, response.cseq.map({ Int($0.number) }) == cseq,
            let repetition, !repetition.isOver
        else { return }
        repetition.end()
        guard status < 300 else { return simulation.after(2_000) { self.request() } }
        let seconds = wishes.removeFirst()
        attemptsLeft = Self.attempts
        simulation.after(Int64(seconds) * 500) { self.request() }
    }

    /// Looked at when the engine grants a request: that is on the disk by then.
    ///
    /// - Returns: what does not hold.
    func granted(_ response: SIPMessage, in locations: LocationTable, at now: Int64) -> String? {
        guard response.cseq.map({ Int($0.number) }) == cseq else { return nil }
        let bindings = locations.bindings(of: number, at: Instant(milliseconds: now))
        let isThere = bindings.contains { $0.contact == contact }
        return isThere == (asked > 0) ? nil : "\(contact) was told 200 and is \(isThere ? "still" : "not") there"
    }
}
