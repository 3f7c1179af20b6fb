package import Directory
package import Foundation
package import Storage

/// A phone that is registered, for showing and for history.
package struct RegistrationState: Codable, Sendable, Equatable {
    package let number: String
    package let contact: String
    /// 0 to 1.
    package let q: Double
    package let expiresAt: Date
    /// Where the phone is, when that is not what the contact says.
    package let received: String?
    package let path: [String]
    package let userAgent: String?

    init(_ number: PhoneNumber, _ binding: Binding) {
        self.number = number.national
        contact = binding.contact
        q = Double(binding.q) / 1000
        expiresAt = Date(milliseconds: binding.expiresAt)
        received = binding.received
        path = binding.path
        userAgent = binding.userAgent
    }
}

extension ControlSession {
    /// - Parameter number: nil: of all numbers.
    package func registrations(of number: PhoneNumber? = nil, in runtime: RuntimeDatabase) throws
        -> [RegistrationState]
    {
        try runtime.bindings(of: number, now: now).flatMap { change in
            change.bindings.map { RegistrationState(change.number, $0) }
        }
    }

    /// Takes a number's phones off. A running server forgets them within a second; the phone may register again.
    ///
    /// - Parameter contact: one contact; nil: all.
    /// - Throws: ``ControlError/notRegistered(_:contact:)``.
    package func removeRegistrations(
        of number: PhoneNumber, contact: String? = nil, in runtime: RuntimeDatabase
    ) throws -> [RegistrationState] {
        // The two are different files: history goes first, and is not committed when the removal fails.
        try database.write { transaction in
            let removed = try runtime.removeBindings(of: number, contact: contact, now: now)
                .map { RegistrationState(number, $0) }
            guard !removed.isEmpty else { throw ControlError.notRegistered(number, contact: contact) }
            try record(
                "registrations remove", of: .number(number), from: removed, to: Nothing.none, in: transaction)
            return removed
        }
    }

    /// Newest first.
    package func calls(_ filter: CallFilter, in runtime: RuntimeDatabase) throws -> [CallSummary] {
        try runtime.calls(filter)
    }

    package func call(id: String, in runtime: RuntimeDatabase) throws -> CallRecord {
        guard let call = try runtime.call(id: id) else { throw ControlError.noSuchCall(id) }
        return call
    }

    /// What was changed about everything, newest first.
    package func history(limit: Int) throws -> [HistoryEntry] {
        try database.read { try $0.history(limit: limit) }
    }

    /// What was changed about a company, newest first; a renamed one has its changes under the name of their time.
    package func history(ofCompany text: String, limit: Int) throws -> [HistoryEntry] {
        try refusing { try history(of: .company(ContractText.name(text)), limit: limit) }
    }

    /// What was changed about a contract, its sites and its voice contracts, newest first.
    package func history(ofContract text: String, limit: Int) throws -> [HistoryEntry] {
        try history(of: .contract(ContractText.code(text)), limit: limit)
    }

    private func history(of object: ChangedObject, limit: Int) throws -> [HistoryEntry] {
        let entries = try database.read { try $0.history(of: object.kind, key: object.key, limit: limit) }
        guard !entries.isEmpty else { throw ControlError.noHistoryOf("\(object.kind) \(object.key)") }
        return entries
    }

    /// How many entries the history has, when all of them are as they were written.
    ///
    /// - Throws: ``ControlError/historyFlawed(_:)``.
    package func verifyHistory() throws -> Int64 {
        do {
            return try database.read { try $0.verifyHistory() }
        } catch let flaw as HistoryFlaw {
            throw ControlError.historyFlawed(flaw)
        }
    }

    /// What was changed about a number, newest first; of one that was removed too.
    package func history(of number: PhoneNumber, limit: Int) throws -> [HistoryEntry] {
        try database.read { snapshot in
            let entries = try snapshot.history(of: "number", key: number.canonical, limit: limit)
            guard try !entries.isEmpty || snapshot.hasNumber(number) else {
                throw ControlError.noHistory(number.description)
            }
            return entries
        }
    }
}
