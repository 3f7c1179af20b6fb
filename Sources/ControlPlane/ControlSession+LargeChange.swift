import Directory
import Storage

/// Changes of so much that others shall not have to wait for them.
extension ControlSession {
    /// So often a large change is tried out on a copy, when others have changed meanwhile what it depends on. Then it is
    /// done at once, and the others wait.
    private static let rehearsals = 3

    /// Does something large, or tells what it would do: all that has to be judged is judged on a copy, and what others may
    /// change meanwhile stays possible. Only what the rows that differ take to be written holds up other writers.
    ///
    /// That all of it may be is judged on the copy, on which it is done as it would be to the database itself. What others
    /// have changed since is looked at before it is taken over: if that could have had a say in it, it is done again on a
    /// new copy.
    ///
    /// - Parameters:
    ///   - isShort: it takes no longer than a copy would, and is done to the database at once.
    ///   - commits: false: only the copy is changed.
    ///   - work: does it in the session that it is given; false: there is nothing to take over.
    /// - Returns: what the work gave at last, and the session that it did it in.
    /// - Throws: ``ControlError``, `StorageError`, what the work throws.
    func doLarge<Outcome>(
        _ useCase: UseCase, isShort: Bool, commits: Bool,
        _ work: (ControlSession) throws -> (Outcome, changes: Bool)
    ) throws -> (Outcome, ControlSession) {
        if commits, isShort { return (try work(self).0, self) }
        // Whoever may not do it shall not have the database copied either.
        try database.read { try judge(useCase, on: .service, in: $0) }
        for _ in 1...Self.rehearsals {
            let rehearsal = try database.rehearsal()
            let session = session(on: rehearsal.database)
            let (outcome, changes) = try work(session)
            guard commits, changes, try !adopt(rehearsal, useCase) else { return (outcome, session) }
        }
        return try database.announcing(notice(of: useCase)) { (try work(self).0, self) }
    }

    /// - Returns: false: what others have changed stands in the way.
    private func adopt(_ rehearsal: ControlRehearsal, _ useCase: UseCase) throws -> Bool {
        try database.adopt(rehearsal, as: notice(of: useCase)) { transaction, others in
            try judge(useCase, on: .service, in: transaction.snapshot)
            return others.allSatisfy(\.isAside)
        } settling: { transaction, others in
            do {
                // Rules of theirs and of ours may make a circle that neither of them made alone.
                for number in Set(others.filter { $0.object == "number" }.map(\.key)) {
                    try checkLoops(of: PhoneNumber(trustedCanonical: number), in: transaction.snapshot)
                }
                return true
            } catch ControlError.loop {
                return false
            }
        }
    }

    private func notice(of useCase: UseCase) -> String { "\(principal.actor): \(useCase.phrase)" }
}

extension ChangeOutline {
    /// Whether this can't have had a say in what is allowed for anything but the object itself, and circles of rules.
    fileprivate var isAside: Bool {
        switch (object, subject) {
        case ("number", "forward"), ("number", "destination"), ("number", "temporary"), ("number", "anonymous"),
            ("number", "block"), ("message", _):
            true
        case ("number", _): action == "number password"
        case ("user", _), ("admin", _), ("login", _):
            ["password", "unlock", "lock", "totp", "terms", "invite", "reset-link", "session", "sms"]
                .contains { action == "\(object) \($0)" }
        default: false
        }
    }
}
