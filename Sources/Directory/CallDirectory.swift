/// What routing reads while it handles a message. An implementation answers at once, from memory or from its own
/// read-only connection, and always with the last committed state as of the start of the batch that is handled.
package protocol CallDirectory: AnyObject {
    /// The record of one of our numbers; nil if it is not ours.
    func record(of number: PhoneNumber) throws(DirectoryUnavailable) -> NumberRecord?
    /// The number that signs in with this digest username; nil if there is none.
    func record(signingInAs username: String) throws(DirectoryUnavailable) -> NumberRecord?
    func trunks() throws(DirectoryUnavailable) -> TrunkTable
}

/// The rules can't be read now; the caller is told to try again later (503).
package struct DirectoryUnavailable: Error, CustomStringConvertible {
    package let reason: String
    package init(reason: String) { self.reason = reason }
    package var description: String { "the rules can't be read: \(reason)" }
}

/// A directory held in memory: for scripts, tests and dry runs.
package final class MemoryDirectory: CallDirectory {
    package var records: [PhoneNumber: NumberRecord]
    package var trunkTable: TrunkTable

    package init(records: [NumberRecord] = [], trunks: TrunkTable = .init()) {
        self.records = Dictionary(records.map { ($0.number, $0) }, uniquingKeysWith: { _, last in last })
        trunkTable = trunks
    }

    package func record(of number: PhoneNumber) throws(DirectoryUnavailable) -> NumberRecord? { records[number] }

    package func record(signingInAs username: String) throws(DirectoryUnavailable) -> NumberRecord? {
        guard let number = try? PhoneNumber(username) else { return nil }
        return records[number]
    }

    package func trunks() throws(DirectoryUnavailable) -> TrunkTable { trunkTable }
}
