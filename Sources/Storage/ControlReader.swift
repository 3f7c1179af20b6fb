package import Directory
import GRDB

/// The rules as one shard reads them: its own read-only connection to `control.db` and a bounded cache.
///
/// ``refresh()`` at the start of each batch of messages makes a change that any process has committed hold from
/// then on. Between two of them, lookups are answered from the cache, the memory of all numbers, or the connection. While
/// the database can't be read, what is known still answers; anything else throws ``DirectoryUnavailable``.
///
/// Not Sendable: made on the thread that uses it (from a ``DataDirectory``, which may travel), and only used there.
package final class ControlReader: CallDirectory {
    package static let defaultCacheCapacity = 10_000
    /// When more objects than this have changed at once, everything is forgotten instead of each by itself.
    private static let selectiveLimit = 1_000
    /// How often it is looked again because the memory has changed meanwhile.
    private static let patience = 10
    /// Octets; no username that is stored has more, and no stranger's text is remembered that does.
    private static let longestUsername = 255

    private let queue: DatabaseQueue
    private let memory: RuleMemory?
    private let dataVersion: DataVersion
    private var seenVersion: Int64?
    private var seen: ChangeFeed.Position

    /// A nil record remembers that the number is not ours.
    private var records: RecentEntries<PhoneNumber, NumberRecord?>
    /// By octets, as the database compares.
    private var usernames: RecentEntries<[UInt8], PhoneNumber?>
    private var trunkTable: TrunkTable?
    private var forbidden: Set<DestinationClass>?
    private var realmName: String?
    private var clock: LocalClock?
    /// The last one that was asked for: calls of the same minute find it made.
    private var lastMoment: LocalMoment?

    /// Opens `control.db`, which a ``ControlDatabase`` has made before.
    ///
    /// - Parameters:
    ///   - cacheCapacity: records kept, numbers that are not ours included.
    ///   - memory: of the same directory; asked for what is not kept.
    /// - Throws: ``StorageError``.
    package init(
        _ directory: DataDirectory, cacheCapacity: Int = defaultCacheCapacity, memory: RuleMemory? = nil
    ) throws {
        self.memory = memory
        let path = directory.controlPath
        queue = try DatabaseFile.openForReading(path, schema: ControlSchema.schema)
        (dataVersion, seen) = try StorageError.translating(path) { [queue] in
            try queue.unsafeRead { db in (try DataVersion(db), try ChangeFeed.position(db)) }
        }
        seenVersion = dataVersion.current()
        // Nobody will tell it of what has changed before.
        memory?.forgetEverything()
        records = RecentEntries(limit: cacheCapacity)
        usernames = RecentEntries(limit: cacheCapacity)
    }

    /// Takes up what has been committed since the last time. Costs some nanoseconds when nothing has.
    ///
    /// - Returns: whether anything has been committed, be it to the rules or to their history.
    @discardableResult
    package func refresh() -> Bool {
        var hasChanged = false
        dataVersion.whenChanged {
            guard let version = dataVersion.current() else { return false }
            guard version != seenVersion else { return true }
            hasChanged = takeChanges(as: version)
            return hasChanged
        }
        return hasChanged
    }

    private func takeChanges(as version: Int64) -> Bool {
        // While it is looked, others may tell the memory what they have found.
        for _ in 0..<Self.patience {
            if let isTaken = tryToTakeChanges(as: version) { return isTaken }
        }
        memory?.forgetEverything()
        return tryToTakeChanges(as: version) ?? false
    }

    /// - Returns: nil: again.
    private func tryToTakeChanges(as version: Int64) -> Bool? {
        // The position first: what is committed in between is told again the next time.
        let remembered = memory?.position
        guard
            let (position, goesOn, changes) = try? queue.unsafeRead({ db in
                let position = try ChangeFeed.position(db)
                let goesOn =
                    try ChangeFeed.goesOn(from: seen, db)
                    && (remembered.map { try ChangeFeed.goesOn(from: $0, db) } ?? true)
                let changes =
                    goesOn ? try ChangeFeed.changes(after: seen.revision, limit: Self.selectiveLimit, db) : nil
                return (position, goesOn, changes)
            })
        else { return false }
        if let changes {
            let numbers = changes.filter { $0.object == .number }.map(\.key)
            let isTold =
                memory?.forget(numbers, after: seen.revision, at: position, from: remembered) ?? true
            guard isTold else { return nil }
            forget(changes)
        }
        (seenVersion, seen) = (version, position)
        if changes == nil {
            memory?.forgetEverything(before: goesOn ? position.revision : nil, from: remembered)
            forgetEverything()
        }
        return true
    }

    package func record(of number: PhoneNumber) throws(DirectoryUnavailable) -> NumberRecord? {
        if let known = records.use(number) { return known }
        let record: NumberRecord?
        if case .record(let remembered)? = memory?.answer(for: number) {
            record = remembered
        } else {
            record = try read { db in try NumberRecordQuery.fetch(number, db) }
        }
        records.put(record, for: number)
        return record
    }

    package func record(signingInAs username: String) throws(DirectoryUnavailable) -> NumberRecord? {
        guard username.utf8.count <= Self.longestUsername else { return nil }
        let number: PhoneNumber?
        let key = Array(username.utf8)
        if let known = usernames.use(key) {
            number = known
        } else {
            number = try read { db in try NumberRecordQuery.number(signingInAs: username, db) }
            usernames.put(number, for: key)
        }
        guard let number, let record = try record(of: number) else { return nil }
        return record.credentials?.username == username ? record : nil
    }

    package func trunks() throws(DirectoryUnavailable) -> TrunkTable {
        if let trunkTable { return trunkTable }
        let table = try read { db in try TrunkQuery.fetch(db) }
        trunkTable = table
        return table
    }

    package func forbiddenDestinations() throws(DirectoryUnavailable) -> Set<DestinationClass> {
        if let forbidden { return forbidden }
        let classes = try read { db in DestinationClass.classes(stored: try Setting.value(.forbiddenDestinations, db)) }
        forbidden = classes
        return classes
    }

    /// The realm that passwords are hashed for and phones are challenged with (RFC 3261 §22.1).
    package func realm() throws(DirectoryUnavailable) -> String {
        if let realmName { return realmName }
        let name = try read { db in try Setting.value(.realm, db) }
        realmName = name
        return name
    }

    package func localMoment(at milliseconds: Int64) throws(DirectoryUnavailable) -> LocalMoment {
        if let lastMoment, lastMoment.milliseconds / 60_000 == milliseconds / 60_000 {
            return lastMoment.moved(to: milliseconds)
        }
        let clock = try localClock()
        let moment = clock.moment(at: milliseconds)
        lastMoment = moment
        return moment
    }

    /// The data directory's time zone and holidays.
    package func localClock() throws(DirectoryUnavailable) -> LocalClock {
        if let clock { return clock }
        let fetched = try read { db in try LocalClock.fetch(db) }
        clock = fetched
        return fetched
    }

    private func read<T>(_ work: (Database) throws -> T) throws(DirectoryUnavailable) -> T {
        do {
            return try queue.unsafeRead(work)
        } catch {
            throw DirectoryUnavailable(reason: Self.reason(error, path: queue.path))
        }
    }

    private static func reason(_ error: any Error, path: String) -> String {
        (error as? DatabaseError).map { StorageError($0, path: path).description } ?? "\(error)"
    }

    private func forget(_ changes: [ChangeFeed.Change]) {
        for change in changes {
            switch change.object {
            case .number:
                records.remove(PhoneNumber(trustedCanonical: change.key))
                usernames.removeAll()
            case .trunk: trunkTable = nil
            case .setting: forgetSettings()
            }
        }
    }

    private func forgetSettings() {
        forbidden = nil
        realmName = nil
        clock = nil
        lastMoment = nil
        // They tell ends of rules as the clock shows them.
        records.removeAll()
    }

    private func forgetEverything() {
        forgetSettings()
        usernames.removeAll()
        trunkTable = nil
    }
}
