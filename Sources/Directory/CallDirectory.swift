/// What routing reads while it handles a message. An implementation answers at once, from memory or from its own
/// read-only connection, and always with the last committed state as of the start of the batch that is handled.
package protocol CallDirectory: AnyObject {
    /// The record of one of our numbers; nil if it is not ours.
    func record(of number: PhoneNumber) throws(DirectoryUnavailable) -> NumberRecord?
    /// The number that signs in with this digest username; nil if there is none.
    func record(signingInAs username: String) throws(DirectoryUnavailable) -> NumberRecord?
    func trunks() throws(DirectoryUnavailable) -> TrunkTable
    /// What calls may not be sent on to. Asked when a phone sends one on.
    func forbiddenDestinations() throws(DirectoryUnavailable) -> Set<DestinationClass>
    /// What day and time of day it is at home at a moment, in milliseconds since the Unix epoch. Asked only for numbers
    /// whose rules depend on it.
    func localMoment(at milliseconds: Int64) throws(DirectoryUnavailable) -> LocalMoment
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
    package var forbidden = Set(DestinationClass.allCases)
    package var clock = MemoryClock()

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

    package func forbiddenDestinations() throws(DirectoryUnavailable) -> Set<DestinationClass> { forbidden }

    package func localMoment(at milliseconds: Int64) throws(DirectoryUnavailable) -> LocalMoment {
        clock.localMoment(at: milliseconds)
    }
}

/// The time at home in a ``MemoryDirectory``: in a zone that is always as far from Greenwich.
package struct MemoryClock: Sendable {
    /// Seconds east of Greenwich. Japan's by default.
    package var utcOffset = 9 * 3600
    package var holidays: [CivilDay: String] = [:]
    /// Milliseconds by which it is later at home than what is asked for, so that old calls can be played at another time.
    package var lead: Int64 = 0

    package init() {}

    package func localMoment(at milliseconds: Int64) -> LocalMoment {
        LocalMoment(milliseconds: milliseconds + lead, utcOffset: utcOffset) { holidays[$0] }
    }

    /// The point in time at which the clock shows this.
    package func deadline(_ day: CivilDay, minute: Int) -> Deadline {
        Deadline(
            milliseconds: (Int64(day.number) * 86_400 + Int64(minute * 60 - utcOffset)) * 1000,
            text: day.description + " " + DailyHours.text(minute: minute))
    }
}
