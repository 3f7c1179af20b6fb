import SignIn
import Storage

/// SMS認証番号設定: the mobile numbers that codes are sent to, as they were typed, of one contract's accounts.
package struct SMSNumberForm: Sendable, Equatable {
    /// One login ID's.
    package struct Line: Sendable, Equatable {
        package let loginID: String
        /// Empty: no number; the one that there is is taken away.
        package let typed: String
        /// The number that the line was shown with, empty if none: one that was not touched is left as it is by now, and
        /// one that was is refused if it is another one by now. Nil: the line is set in any case.
        package let shown: String?

        package init(loginID: String, typed: String, shown: String? = nil) {
            self.loginID = loginID
            self.typed = typed
            self.shown = shown
        }
    }

    /// The administrator ID's own; nil: left as it is.
    package var administrator: String?
    /// As ``Line/shown``.
    package var administratorShown: String?
    /// Login IDs that are not in it are left as they are.
    package var lines: [Line]

    package init(administrator: String? = nil, administratorShown: String? = nil, lines: [Line]) {
        self.administrator = administrator
        self.administratorShown = administratorShown
        self.lines = lines
    }
}

/// Where codes go now.
package struct SMSNumberState: Codable, Sendable, Equatable {
    /// An administrator ID or a login ID.
    package let name: String
    package let smsNumber: String?
}

/// Where codes go now, and where they are to go.
package struct SMSNumberWish: Sendable, Equatable {
    /// An administrator ID or a login ID.
    package let name: String
    package let present: String?
    package let wanted: String?
    package let isAdministrator: Bool
}

extension ControlSession {
    /// Sets the numbers of all lines, or none of them when one is refused. What was not touched since it was shown is left
    /// as it is.
    ///
    /// - Returns: those that were given, in their order, the administrator's first.
    /// - Throws: ``AccountRefusal/smsNumbers(_:)`` with each line that is wrong and why; `StorageError`.
    package func setSMSNumbers(of contractText: String, _ form: SMSNumberForm) throws -> [SMSNumberState] {
        try refusing {
            try write(.setSMSNumbers, on: .contract(contractText)) { transaction in
                let contract = try require(contract: contractText, in: transaction.snapshot).number
                let (changes, flaws) = try judged(form, of: contract, in: transaction.snapshot)
                guard flaws.isEmpty else { throw AccountRefusal.smsNumbers(flaws) }
                for change in changes { try apply(change, transaction) }
                return changes.map { SMSNumberState(name: $0.account.name, smsNumber: $0.digits) }
            }
        }
    }

    /// What setting these would do: nothing is changed.
    ///
    /// - Throws: ``AccountRefusal/smsNumbers(_:)`` as setting them does.
    package func checkSMSNumbers(of contractText: String, _ form: SMSNumberForm) throws -> [SMSNumberWish] {
        try refusing {
            try read(.setSMSNumbers, on: .contract(contractText)) { snapshot in
                let contract = try require(contract: contractText, in: snapshot).number
                let (changes, flaws) = try judged(form, of: contract, in: snapshot)
                guard flaws.isEmpty else { throw AccountRefusal.smsNumbers(flaws) }
                return changes.map {
                    SMSNumberWish(
                        name: $0.account.name, present: $0.account.smsNumber, wanted: $0.digits,
                        isAdministrator: $0.account.kind == .administratorID)
                }
            }
        }
    }

    private struct SMSNumberChange {
        let account: AccountEntry
        let digits: String?
    }

    private func judged(_ form: SMSNumberForm, of contract: String, in snapshot: ControlSnapshot) throws
        -> (changes: [SMSNumberChange], flaws: [SMSNumberFlaw])
    {
        var (changes, flaws): ([SMSNumberChange], [SMSNumberFlaw]) = ([], [])
        func judge(_ typed: String, shown: String?, of account: AccountEntry) {
            let present = account.smsNumber
            func refuse(_ reason: SMSNumberFlaw.Reason) {
                flaws.append(
                    SMSNumberFlaw(
                        name: account.name, reason: reason, isAdministrator: account.kind == .administratorID))
            }
            guard typed != shown else { return changes.append(SMSNumberChange(account: account, digits: present)) }
            switch Self.digits(typed) {
            case .success(let digits):
                let isOvertaken = shown.map { $0 != present ?? "" } ?? false
                guard !isOvertaken || digits == present else { return refuse(.changedMeanwhile(present)) }
                changes.append(SMSNumberChange(account: account, digits: digits))
            case .failure(let refusal): refuse(.number(refusal))
            }
        }
        if let typed = form.administrator {
            if let entry = try snapshot.administratorID(of: contract) {
                judge(typed, shown: form.administratorShown, of: entry.account)
            } else {
                flaws.append(SMSNumberFlaw(name: contract, reason: .unknown, isAdministrator: true))
            }
        }
        var seen: Set<String> = []
        for line in form.lines {
            guard let entry = try snapshot.loginID(line.loginID), entry.contract == contract else {
                flaws.append(SMSNumberFlaw(name: line.loginID, reason: .unknown))
                continue
            }
            guard seen.insert(entry.account.id).inserted else {
                flaws.append(SMSNumberFlaw(name: line.loginID, reason: .twice))
                continue
            }
            judge(line.typed, shown: line.shown, of: entry.account)
        }
        return (changes, flaws)
    }

    private static func digits(_ typed: String) -> Result<String?, MobileNumberRefusal> {
        do {
            return .success(typed.isEmpty ? nil : try MobileNumber(typed: typed).digits)
        } catch {
            return .failure(error)
        }
    }

    private func apply(_ change: SMSNumberChange, _ transaction: ControlTransaction) throws {
        guard change.digits != change.account.smsNumber else { return }
        let (id, snapshot) = (change.account.id, transaction.snapshot)
        switch change.account.kind {
        case .administratorID:
            let before = try snapshot.administratorID(id: id).map { AdministratorIDState($0) }
            try transaction.setSMSNumber(change.digits, of: id)
            let after = try snapshot.administratorID(id: id).map { AdministratorIDState($0) }
            try record("admin sms", of: .administratorID(id), from: before, to: after, in: transaction)
        case .loginID:
            let before = try snapshot.loginID(id: id).map { LoginIDState($0) }
            try transaction.setSMSNumber(change.digits, of: id)
            let after = try snapshot.loginID(id: id).map { LoginIDState($0) }
            try record("login sms", of: .loginID(id), from: before, to: after, in: transaction)
        case .portalUser: return
        }
    }
}
