package import Storage

/// Where the messages of one channel go.
package protocol Delivery: Sendable {
    /// Hands a message over, and returns when it is known what came of it, or that it can't be.
    ///
    /// - Parameter stop: when it is raised, what is not handed over yet is not handed over any more.
    func deliver(_ message: OutboxEntry, stop: StopSignal) -> DeliveryOutcome
}

/// What came of handing a message over.
package enum DeliveryOutcome: Sendable, Equatable {
    case accepted
    /// It was not taken, and may be later.
    ///
    /// - Parameter after: the least time to wait that the other side asks for; seconds.
    case postponed(reason: String, after: Int = 0)
    /// It was not taken for a reason that is no matter of its own, such as a server that is not there or a password
    /// that it does not know: as long as that lasts, no message goes out.
    ///
    /// - Parameter cause: the same for as long as the reason stays the same, whatever its text says besides.
    case unavailable(reason: String, cause: Int)
    /// It will never be taken, because of its recipient or what it is.
    case refused(reason: String)
    /// It was handed over, and no answer came: it may have been taken.
    case unknown(reason: String)
    /// Nothing was handed over, because the server ends.
    case stopped
    /// It goes nowhere but into the outbox.
    case kept
}

/// Messages stay in the outbox, where `tsunagi outbox show` reads them: a laboratory needs no servers for mail.
package struct OutboxOnlyDelivery: Delivery {
    package init() {}

    package func deliver(_ message: OutboxEntry, stop: StopSignal) -> DeliveryOutcome { .kept }
}
