import Directory
package import SignIn
import Storage

/// What a row of a table says of a login ID.
package struct LoginRow: Sendable {
    package let name: Stated<String>
    /// Nil: one that is there stays where it is.
    package var contract: Stated<String>?
    /// All of its numbers; nil: they stay.
    package var numbers: Stated<[String]>?
    /// Empty: none; nil: it stays.
    package var smsNumber: Stated<String>?
    /// Nil inside: none is chosen; nil: it stays.
    package var language: Stated<Language?>?

    package init(name: Stated<String>) { self.name = name }

    package init(_ state: LoginIDState) {
        name = Stated(state.loginID)
        contract = Stated(state.contract)
        numbers = Stated(state.numbers)
        smsNumber = Stated(state.smsNumber ?? "")
        language = Stated(state.language)
    }
}

extension ControlSession {
    /// Adds and sets the login IDs of a table; others stay. All of it or, when a row is refused, nothing. Passwords are
    /// not in it: one that is added has none yet.
    ///
    /// - Throws: as ``importNumbers(from:commits:)``.
    package func importLoginIDs(from rows: some ImportedRows<LoginRow>, commits: Bool = true) throws -> ImportOutcome {
        try importing(.importLoginIDs, rows, commits: commits) { session, table, transaction in
            var names = NamedLines()
            try table.pass { row, line, marks in
                let name = try row.name.doing(AccountText.signInName)
                if let first = names.name(name.lowercased(), at: line) {
                    throw BlueprintRefusal(
                        place: row.name.place, reason: "\(name) is there already, in line \(first)")
                }
                try session.take(row, name, orWait: true, &marks, in: transaction)
            }
            // A number may be another's, who gives it up further down, or takes one in turn.
            var formers: [String: LoginIDEntry] = [:]
            try table.passWaiting { row in
                let name = try AccountText.signInName(row.name.value)
                guard let entry = try transaction.snapshot.loginID(name) else { return }
                formers[name] = entry
                try transaction.takeNumbers(fromLogin: entry.account.id)
            } _: { row, mayWait, marks in
                let name = try AccountText.signInName(row.name.value)
                try session.take(row, name, orWait: mayWait, from: formers[name], &marks, in: transaction)
            }
            try table.pass { row, _, marks in
                let name = try AccountText.signInName(row.name.value)
                if let stated = row.smsNumber, try session.setSMSNumber(stated, of: name, in: transaction) {
                    marks.insert(.changed)
                }
                guard let stated = row.language else { return }
                let entry = try session.require(loginID: name, in: transaction.snapshot)
                guard stated.value != entry.account.chosenLanguage else { return }
                _ = try session.set(stated.value, of: entry, in: transaction)
                marks.insert(.changed)
            }
        }
    }

    private func take(
        _ row: LoginRow, _ name: String, orWait mayWait: Bool, from former: LoginIDEntry? = nil,
        _ marks: inout RowMarks, in transaction: ControlTransaction
    ) throws {
        let present = try former ?? transaction.snapshot.loginID(name)
        let numbers = try row.numbers?.doing { try $0.map { try Self.parsed($0) } }
        if let present, let contract = row.contract, ContractText.code(contract.value) != present.contract {
            throw BlueprintRefusal(
                place: contract.place,
                reason:
                    "\(name) is a login ID of contract \(present.contract), and stays that: remove it, and add another")
        }
        if let present, numbers == nil || Set(numbers ?? []) == Set(present.numbers.map(\.number)) { return }
        for number in numbers ?? [] where mayWait {
            if let holder = try transaction.snapshot.loginID(of: number), holder != present?.account.name {
                marks.insert(.waiting)
                return
            }
        }
        guard let contract = row.contract?.value ?? present?.contract else {
            throw BlueprintPlace.missing("contract", at: row.name)
        }
        try (row.numbers?.place ?? row.name.place).doing {
            if let present {
                _ = try assign(numbers ?? [], to: present, in: transaction)
            } else {
                _ = try add(login: name, to: contract, numbers: numbers ?? [], in: transaction)
            }
        }
        marks.insert(present == nil ? .added : .changed)
    }

    private func setSMSNumber(
        _ stated: Stated<String>, of name: String, in transaction: ControlTransaction
    ) throws -> Bool {
        let entry = try require(loginID: name, in: transaction.snapshot)
        let digits: String?
        do {
            digits = stated.value.isEmpty ? nil : try MobileNumber(typed: stated.value).digits
        } catch {
            throw BlueprintRefusal(place: stated.place, reason: "\(error)")
        }
        guard digits != entry.account.smsNumber else { return false }
        try transaction.setSMSNumber(digits, of: entry.account.id)
        let after = try require(loginID: name, in: transaction.snapshot)
        try record(
            "login sms", of: .loginID(entry.account.id), from: LoginIDState(entry), to: LoginIDState(after),
            in: transaction)
        return true
    }
}
