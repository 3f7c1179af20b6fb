package import Directory

/// What has to reach the disk. Called from one thread at a time, which may wait; never from an event loop.
package protocol RuntimeStore: Sendable {
    /// Makes the changes durable: all of them, or none if it throws.
    func commit(_ changes: [BindingChange]) throws
    /// Adds what happened to calls, in one transaction.
    func append(_ records: [CallRecord]) throws
}
