package import CallRouting
package import Directory
package import SIPMessage
package import SIPTransaction

/// The engine as a shard drives it: ``CallRouter`` in service, scripted ones in tests of the transport.
///
/// The existential costs a few nanoseconds a message, and keeps everything below free of type parameters.
package protocol MessageEngine {
    mutating func receive(
        _ message: SIPMessage, from flow: Flow, admission: Admission, at now: Instant, directory: any CallDirectory,
        into effects: inout [Effect])
    mutating func sendFailed(
        _ transaction: SlotID, at now: Instant, directory: any CallDirectory, into effects: inout [Effect])
    mutating func resolved(
        _ ticket: UInt64, addresses: [IPAddress], at now: Instant, directory: any CallDirectory,
        into effects: inout [Effect])
    mutating func committed(
        _ ticket: UInt64, succeeded: Bool, at now: Instant, directory: any CallDirectory, into effects: inout [Effect])
    mutating func advance(to now: Instant, directory: any CallDirectory, into effects: inout [Effect])
    /// Said to change the engine, which it does not, because it is asked after many batches: what only reads a value
    /// behind an existential gets a copy of the whole of it.
    var nextDeadline: Instant? { mutating get }
    /// Calls that are being set up: a server that stops gives them some time.
    var pendingCallCount: Int { get }
    /// Asked when somebody wants to see them, and never on the way of a message.
    var measures: EngineMeasures { get }
}

extension CallRouter: MessageEngine {}
