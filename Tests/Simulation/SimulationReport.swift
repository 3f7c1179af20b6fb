/// What was done, and what did not hold.
package struct SimulationReport: Sendable {
    package var runs = 0
    package var calls = 0
    package var answered = 0
    package var refused = 0
    package var cancelled = 0
    /// No final response ever reached the caller.
    package var unheard = 0
    package var forwarded = 0
    package var restarts = 0
    package var registrations = 0
    package var datagrams = 0
    package var lost = 0
    /// Virtual time, milliseconds.
    package var duration: Int64 = 0
    /// Each with the ladder of its call.
    package var broken: [String] = []
    /// The calls of which something did not hold, as scripts.
    package var scripts: [SimulatedScript] = []
    /// Octets that the engine held at the end beyond what a new one holds; the most of any run.
    package var heldOctets = 0

    package init() {}

    package static func += (sum: inout Self, other: Self) {
        sum.runs += other.runs
        sum.calls += other.calls
        sum.answered += other.answered
        sum.refused += other.refused
        sum.cancelled += other.cancelled
        sum.unheard += other.unheard
        sum.forwarded += other.forwarded
        sum.restarts += other.restarts
        sum.registrations += other.registrations
        sum.datagrams += other.datagrams
        sum.lost += other.lost
        sum.duration += other.duration
        sum.broken += other.broken
        sum.scripts += other.scripts
        sum.heldOctets = max(sum.heldOctets, other.heldOctets)
    }

    package var text: String {
        let lines = [
            "\(calls) calls in \(runs) simulations of \(duration / 1000) s of virtual time in all",
            "\(answered) answered, \(refused) refused, \(cancelled) cancelled, \(unheard) unheard",
            "\(forwarded) of them forwarded; \(restarts) restarts of the engine",
            "\(registrations) phones that registered",
            "\(lost) of \(datagrams) datagrams lost",
            "the engine held at most \(heldOctets / 1000) kB more at the end than a new one",
        ]
        return lines.joined(separator: "\n")
    }
}
