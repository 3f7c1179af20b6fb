package import Directory
package import SIPTransaction

/// What the engine wants done. It does nothing by itself: the server, a replayed capture or a test carries effects
/// out, in their order.
///
/// Effects are moved often: what is rare and large is kept out of line (`indirect`).
package enum Effect: Sendable {
    /// Send a message. If it can't be sent and `transaction` is set, hand that to `CallRouter.sendFailed`.
    case send(Outgoing)
    /// Find the addresses of a host name, then call `CallRouter.resolved` with the same ticket.
    indirect case resolve(name: String, ticket: UInt64)
    /// Make the change durable, then call `CallRouter.committed` with the same ticket. The phone is answered only
    /// after that.
    indirect case commit(BindingChange, ticket: UInt64)
    /// Keep what happened to a call.
    case record(CallRecord)
    /// Tell the operator.
    indirect case log(LogEvent)
}

/// Something an operator may want to know of, with the facts in it.
package struct LogEvent: Sendable {
    package enum Level: Sendable { case debug, info, notice, warning, error }

    package let level: Level
    package let message: String
    /// The Call-ID, if it concerns one.
    package let callID: String?

    package init(_ level: Level, _ message: String, callID: String? = nil) {
        self.level = level
        self.message = message
        self.callID = callID
    }
}
