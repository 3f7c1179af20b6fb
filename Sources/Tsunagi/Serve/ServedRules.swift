import Directory
import SIPTransport
import Storage

/// What one shard reads: the rules, and with them the registrations that a command has removed.
///
/// A command that removes registrations writes its history into `control.db` after it has removed them. So the look at
/// that file at the start of each batch tells of both, and the next INVITE finds the phone gone.
///
/// The look is put off until something is asked, because most batches hold only messages of calls that are set up,
/// which ask for nothing.
final class ServedRules: ShardDirectory {
    private let rules: ControlReader
    private let removals: RemovedRegistrations
    private var isStale = true

    init(_ rules: ControlReader, _ removals: RemovedRegistrations) {
        self.rules = rules
        self.removals = removals
    }

    func refresh() { isStale = true }

    private func look() {
        guard isStale else { return }
        isStale = false
        // It waits for the disk at most once for each administrator's change.
        if rules.refresh() { removals.take() }
    }

    func record(of number: PhoneNumber) throws(DirectoryUnavailable) -> NumberRecord? {
        look()
        return try rules.record(of: number)
    }

    func record(signingInAs username: String) throws(DirectoryUnavailable) -> NumberRecord? {
        look()
        return try rules.record(signingInAs: username)
    }

    func trunks() throws(DirectoryUnavailable) -> TrunkTable {
        look()
        return try rules.trunks()
    }

    func forbiddenDestinations() throws(DirectoryUnavailable) -> Set<DestinationClass> {
        look()
        return try rules.forbiddenDestinations()
    }

    func localMoment(at milliseconds: Int64) throws(DirectoryUnavailable) -> LocalMoment {
        look()
        return try rules.localMoment(at: milliseconds)
    }
}
