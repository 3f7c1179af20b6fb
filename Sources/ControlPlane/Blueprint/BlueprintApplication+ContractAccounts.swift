import Directory
import SignIn
import Storage

/// Administrator IDs and login IDs.
extension BlueprintApplication {
    func applyContractAccounts() throws {
        let (administrators, logins) = (blueprint.administrators, blueprint.logins)
        try BlueprintPlace.unique(administrators.map(\.name)) { try AccountText.signInName($0).lowercased() }
        try BlueprintPlace.unique(logins.map(\.name)) { try AccountText.signInName($0).lowercased() }
        // Who goes leaves the contract, and the numbers, to others.
        for administrator in administrators where administrator.isAbsent {
            try administrator.name.doing { name in
                if try session.administratorIDIfThere(name) != nil { _ = try session.removeAdministratorID(name) }
            }
        }
        for login in logins where login.isAbsent {
            try login.name.doing { if try session.loginIDIfThere($0) != nil { _ = try session.removeLoginID($0) } }
        }
        for administrator in administrators where !administrator.isAbsent { try apply(administrator) }
        try apply(logins.filter { !$0.isAbsent })
    }

    private func apply(_ administrator: Blueprint.Administrator) throws {
        let name = administrator.name
        let present = try name.doing(session.administratorIDIfThere) ?? add(administrator)
        try administrator.contract?.doing { contract in
            guard ContractText.code(contract) != present.contract else { return }
            throw AccountRefusal.administratorIDStands(present.administratorID, contract: present.contract)
        }
        try administrator.smsNumber?.doing { typed in
            guard typed.map(Self.digits) != present.smsNumber else { return }
            let form = SMSNumberForm(administrator: typed ?? "", lines: [])
            _ = try session.setSMSNumbers(of: present.contract, form)
        }
        try administrator.language?.doing { language in
            guard language != present.language else { return }
            _ = try session.setLanguage(language, ofAdministratorID: present.administratorID)
        }
    }

    private func add(_ administrator: Blueprint.Administrator) throws -> AdministratorIDState {
        guard let contract = administrator.contract else {
            throw BlueprintPlace.missing("contract", at: administrator.name)
        }
        return try contract.doing {
            try session.addAdministratorID(
                administrator.name.value, to: $0, needsOption: !administrator.isKept)
        }
    }

    private func apply(_ logins: [Blueprint.Login]) throws {
        let present = try logins.map { try $0.name.doing(session.loginIDIfThere) }
        for (login, state) in zip(logins, present) {
            guard let state else { continue }
            try login.contract?.doing { contract in
                guard ContractText.code(contract) != state.contract else { return }
                throw AccountRefusal.loginIDStands(state.loginID, contract: state.contract)
            }
        }
        try session.divideNumbers(among: logins)
        for (login, state) in zip(logins, present) {
            let state = try state ?? add(login)
            try login.smsNumber?.doing { typed in
                guard typed.map(Self.digits) != state.smsNumber else { return }
                let line = SMSNumberForm.Line(loginID: state.loginID, typed: typed ?? "")
                _ = try session.setSMSNumbers(of: state.contract, SMSNumberForm(lines: [line]))
            }
            try login.language?.doing { language in
                guard language != state.language else { return }
                _ = try session.setLanguage(language, ofLogin: state.loginID)
            }
        }
    }

    private func add(_ login: Blueprint.Login) throws -> LoginIDState {
        guard let contract = login.contract else { throw BlueprintPlace.missing("contract", at: login.name) }
        guard let numbers = login.numbers else { throw BlueprintPlace.missing("numbers", at: login.name) }
        _ = try contract.doing { try session.contract($0) }
        return try numbers.doing { texts in
            try session.addLoginID(
                login.name.value, to: contract.value, numbers: try texts.map(ControlSession.parsed), mayBeEmpty: true)
        }
    }

    /// What can't be a number is left to the use case, which says what is wrong with it.
    private static func digits(_ typed: String) -> String { (try? MobileNumber(typed: typed).digits) ?? typed }
}

extension ControlSession {
    /// Gives login IDs that are there the numbers that are stated for them, and no others, as if all of them changed
    /// hands at once.
    fileprivate func divideNumbers(among logins: [Blueprint.Login]) throws {
        try write(.applyBlueprint, on: .service) { transaction in
            var changed: [(login: Blueprint.Login, former: LoginIDEntry)] = []
            for login in logins {
                guard let numbers = login.numbers,
                    let entry = try transaction.snapshot.loginID(AccountText.signInName(login.name.value)),
                    try numbers.doing({ Set(try $0.map(Self.parsed)) }) != Set(entry.numbers.map(\.number))
                else { continue }
                try judge(.assignLoginNumbers, on: .loginID(entry.account.name), in: transaction.snapshot)
                try transaction.takeNumbers(fromLogin: entry.account.id)
                changed.append((login, entry))
            }
            for (login, former) in changed {
                try login.numbers?.doing { try give(try $0.map(Self.parsed), to: former, transaction) }
                let entry = try require(loginID: former.account.name, in: transaction.snapshot)
                try record(
                    "login assign", of: .loginID(entry.account.id), from: LoginIDState(former),
                    to: LoginIDState(entry), in: transaction)
            }
        }
    }
}
