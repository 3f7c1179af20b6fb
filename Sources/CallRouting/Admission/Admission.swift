/// Whether a message may begin something new. What belongs to a call or to a transaction that there is already goes on
/// in any case.
package enum Admission: Sendable {
    case open
    /// Its source has sent too much.
    case limited
    /// The server has more to do than it can.
    case overloaded
}

/// New requests that were answered 503 without a transaction, since the start.
package struct RefusalCounters: Sendable, Equatable {
    /// Because of their source's rate.
    package var limited = 0
    /// Because of their caller's rate, in a transaction.
    package var callers = 0
    /// Because of overload.
    package var overloaded = 0
    /// Because there was no room for another transaction.
    package var full = 0
}
