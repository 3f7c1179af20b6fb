/// Whether a message may begin something new. What belongs to a call or to a transaction that there is already goes on
/// in any case.
package enum Admission: Sendable {
    case open
    /// Its source has sent too much.
    case limited
    /// The server has more to do than it can.
    case overloaded
}
