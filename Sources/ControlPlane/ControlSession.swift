import Directory
package import Foundation
package import Storage

/// What one person does to the service: every use case, in the name of a ``Principal``.
///
/// A use case is judged by itself (``UseCase``, ``Permission``), changes what it has to, and writes the history in the same
/// transaction. Commands and web sites call these, and nothing else writes.
package struct ControlSession: Sendable {
    package let principal: Principal
    private(set) var database: ControlDatabase
    private let clock: @Sendable () -> Date
    /// The last entry of the history that the principal has seen; nil: whatever happened since does not matter.
    private var seenChange: Int64?

    /// - Parameter clock: gives the time of each change.
    package init(
        _ database: ControlDatabase, principal: Principal, clock: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.database = database
        self.principal = principal
        self.clock = clock
    }

    /// The same person, who decides on grounds of what stood when this was the last entry of the history: a use case that
    /// would change what was changed since is refused with ``ControlError/changedSince(_:by:id:action:)``, and changes
    /// nothing. So of two people who change the same at once, one learns of the other.
    ///
    /// What there is no entry of yet can't have been seen, and would protect nothing: then every use case that changes
    /// something is refused with ``ControlError/notChangedYet(_:)``.
    ///
    /// - Parameter change: the id of an entry; 0: before the first.
    package func unlessChanged(since change: Int64) -> ControlSession {
        var session = self
        session.seenChange = change
        return session
    }

    /// The same person, in a copy of the database.
    func session(on copy: ControlDatabase) -> ControlSession {
        var session = self
        session.database = copy
        return session
    }

    /// The one way of a use case to what it shows: judged before the work, on the same moment's rows.
    func read<T>(_ useCase: UseCase, on matter: Matter, _ work: (ControlSnapshot) throws -> T) throws -> T {
        try database.read { snapshot in
            try judge(useCase, on: matter, in: snapshot)
            return try work(snapshot)
        }
    }

    /// The one way of a use case to what it changes.
    func write<T>(_ useCase: UseCase, on matter: Matter, _ work: (ControlTransaction) throws -> T) throws -> T {
        try database.write { transaction in
            try judge(useCase, on: matter, in: transaction.snapshot)
            try requireSeen(in: transaction)
            return try work(transaction)
        }
    }

    /// Several use cases as one: what they change is committed together, or, when the work throws, nothing of it. What
    /// one of them refuses is taken back alone, if the work goes on.
    func together<T>(_ useCase: UseCase, _ work: (ControlSnapshot) throws -> T) throws -> T {
        try database.together { transaction in
            try judge(useCase, on: .service, in: transaction.snapshot)
            try requireSeen(in: transaction)
            return try work(transaction.snapshot)
        }
    }

    /// Milliseconds since the Unix epoch.
    package var now: Int64 { clock().milliseconds }

    /// Writes down what a use case has changed; nothing when it has changed nothing.
    func record(
        _ action: String, of object: ChangedObject, from before: (some Encodable)?, to after: (some Encodable)?,
        in transaction: ControlTransaction
    ) throws {
        let (old, new) = (try before.map { try HistoryText.encode($0) }, try after.map { try HistoryText.encode($0) })
        guard old != new else { return }
        try requireUnchanged(object, in: transaction)
        try transaction.append(
            HistoryEntry(
                at: now, actor: principal.actor, source: principal.source, onBehalfOf: principal.onBehalfOf,
                object: object.kind, key: object.key, action: action, before: old, after: new))
    }

    /// Refuses to change what somebody else has changed since the principal looked. What the same transaction has changed
    /// before is the principal's own.
    private func requireUnchanged(_ object: ChangedObject, in transaction: ControlTransaction) throws {
        guard let seenChange else { return }
        let later = try transaction.snapshot.changes(of: object.kind, key: object.key, after: seenChange, by: [])
        guard let change = later.last(where: { $0.id < transaction.firstEntry }) else { return }
        throw ControlError.changedSince(seenChange, by: change.actor, id: change.id, action: change.action)
    }

    private func requireSeen(in transaction: ControlTransaction) throws {
        guard let seenChange, seenChange >= transaction.firstEntry else { return }
        throw ControlError.notChangedYet(seenChange)
    }

    /// The record of a number of ours as it was set, whether or not all of it applies.
    func require(_ number: PhoneNumber, in snapshot: ControlSnapshot) throws -> NumberRecord {
        guard let saved = try snapshot.savedRecord(of: number) else { throw ControlError.noSuchNumber(number) }
        return saved.record
    }
}

/// What a history entry is about.
enum ChangedObject {
    case number(PhoneNumber)
    case trunk(prefix: String)
    case setting(Setting)
    case company(String)
    /// A contract with its sites and voice contracts.
    case contract(String)
    /// In the outbox.
    case message(Int64)
    /// By the account's id, as the others below: it outlives every name.
    case user(String)
    /// By the group's id.
    case group(String)
    case administratorID(String)
    case loginID(String)
    /// What portal users accept.
    case terms
    /// Days of the table of holidays: one, or `import`.
    case holiday(String)
    /// An address that asks for something.
    case source(String)
    /// Everything at once, by what a file of this name held.
    case backup(file: String)

    var kind: String {
        switch self {
        case .number: "number"
        case .trunk: "trunk"
        case .setting: "setting"
        case .company: "company"
        case .contract: "contract"
        case .message: "message"
        case .terms: "terms"
        case .user: "user"
        case .group: "group"
        case .administratorID: "admin"
        case .loginID: "login"
        case .holiday: "holiday"
        case .source: "source"
        case .backup: "backup"
        }
    }

    var key: String {
        switch self {
        case .number(let number): number.canonical
        case .trunk(let prefix): prefix
        case .setting(let setting): setting.rawValue
        case .company(let name): name
        case .contract(let number): number
        case .message(let id): String(id)
        case .terms: "terms"
        case .user(let id), .group(let id), .administratorID(let id), .loginID(let id): id
        case .holiday(let day): day
        case .source(let address): address
        case .backup(let file): file
        }
    }
}

enum HistoryText {
    static func encode(_ value: some Encodable) throws -> String {
        if let state = value as? any HistoryWritten { return state.historyText }
        return try JSONText.encode(value, times: .iso8601)
    }

    static func decode<Value: Decodable>(_ type: Value.Type, from text: String) throws -> Value {
        try JSONText.decode(type, from: Data(text.utf8))
    }
}

/// Stands for "there was none" where history has nothing to compare.
typealias Nothing = String?

extension Date {
    package var milliseconds: Int64 { Int64((timeIntervalSince1970 * 1000).rounded()) }

    package init(milliseconds: Int64) {
        self.init(timeIntervalSince1970: Double(milliseconds) / 1000)
    }
}
