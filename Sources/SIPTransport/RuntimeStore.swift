package import Directory

/// What has to reach the disk. Called from one thread at a time, which may wait; never from an event loop, but for
/// ``encode(_:into:)``.
package protocol RuntimeStore: Sendable {
    /// Makes the changes durable, but for what was removed since they were made: all of them, or none if it throws.
    func commit(_ changes: [BindingChange]) throws
    /// Whether an error that ``commit(_:)`` has thrown is about what one of the changes holds, so that the others may
    /// succeed without it.
    func isAboutOneChange(_ error: any Error) -> Bool
    /// Puts what happened to a call into a batch, in the store's own form. Called on event loops: it does no I/O.
    func encode(_ record: CallRecord, into batch: inout CallBatch)
    /// Adds the calls of a batch to the log, in one transaction.
    func append(_ batch: CallBatch) throws
}
