import Directory
import SIPTransport
import Storage

/// The disk as a running server uses it. A registration that a command removes while it is being stored stays removed:
/// either the command was first, and it is left out, or the command removes it once it is stored.
struct ServedStore: RuntimeStore {
    let runtime: RuntimeDatabase
    let removals: RemovedRegistrations

    func commit(_ changes: [BindingChange]) throws { try runtime.commit(changes, settling: removals.settle) }
    func isAboutOneChange(_ error: any Error) -> Bool { runtime.isAboutOneChange(error) }
    func encode(_ record: CallRecord, into batch: inout CallBatch) { runtime.encode(record, into: &batch) }
    func append(_ batch: CallBatch) throws { try runtime.append(batch) }
}
