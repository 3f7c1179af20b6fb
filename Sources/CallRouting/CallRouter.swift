package import Directory
package import SIPMessage
package import SIPTransaction

/// The engine of one shard: registrar, proxy and forwarding service, from the octets that came to those that go.
/// It holds all state of the calls it owns; it does no I/O and reads no clock.
package struct CallRouter {
    /// Takes one message, cut and not yet looked into.
    package mutating func receive(
        _ message: SIPMessage, from flow: Flow, at now: Instant, directory: any CallDirectory, into effects: inout [Effect]
    ) {}

    /// A message of this transaction could not be sent: no route, connection refused, or a datagram too large.
    package mutating func sendFailed(
        _ transaction: SlotID, at now: Instant, directory: any CallDirectory, into effects: inout [Effect]
    ) {}

    /// The answer to `Effect.resolve`: addresses in the order in which to try them, none if the name has no address.
    package mutating func resolved(
        _ ticket: UInt64, addresses: [IPAddress], at now: Instant, directory: any CallDirectory, into effects: inout [Effect]
    ) {}

    /// The answer to `Effect.commit`: durable, or not (the phone is told 500 and the contacts stay as they were).
    package mutating func committed(
        _ ticket: UInt64, succeeded: Bool, at now: Instant, directory: any CallDirectory, into effects: inout [Effect]
    ) {}

    /// Runs the timers that are due.
    package mutating func advance(to now: Instant, directory: any CallDirectory, into effects: inout [Effect]) {}

    /// When `advance` is to be called next; nil while nothing waits.
    package var nextDeadline: Instant? { nil }
}
