package import SignIn
import Storage

/// In which language administrator IDs and login IDs are told something. Those that have chosen none get messages in
/// Japanese, and pages in the language of their browser.
extension ControlSession {
    /// - Parameter language: nil: none is chosen from now on.
    /// - Throws: ``ControlError``, `StorageError`; so do the others here.
    package func setLanguage(_ language: Language?, ofAdministratorID text: String) throws -> AdministratorIDState {
        try refusing {
            let name = try AccountText.signInName(text)
            return try write(.editAdministratorID, on: .administratorID(name)) { transaction in
                let before = try require(administratorID: name, in: transaction.snapshot)
                let id = before.account.id
                try transaction.setLanguage(language?.rawValue, of: id)
                let entry = try require(administratorID: name, in: transaction.snapshot)
                try record(
                    "admin edit", of: .administratorID(id), from: AdministratorIDState(before),
                    to: AdministratorIDState(entry), in: transaction)
                return try AdministratorIDState(entry, at: now)
            }
        }
    }

    package func setLanguage(_ language: Language?, ofLogin text: String) throws -> LoginIDState {
        try refusing {
            let name = try AccountText.signInName(text)
            return try write(.editLoginID, on: .loginID(name)) { transaction in
                let entry = try set(
                    language, of: try require(loginID: name, in: transaction.snapshot), in: transaction)
                return try LoginIDState(entry, at: now)
            }
        }
    }

    func set(_ language: Language?, of before: LoginIDEntry, in transaction: ControlTransaction) throws
        -> LoginIDEntry
    {
        let id = before.account.id
        try transaction.setLanguage(language?.rawValue, of: id)
        let entry = try require(loginID: before.account.name, in: transaction.snapshot)
        try record("login edit", of: .loginID(id), from: LoginIDState(before), to: LoginIDState(entry), in: transaction)
        return entry
    }

    /// What the person who asks has chosen; nil: nothing.
    package func ownLanguage() throws -> Language? {
        try read(.showOwnUser, on: .reached) { snapshot in
            guard let id = principal.accountID, let account = try snapshot.account(id: id) else { return nil }
            return try snapshot.portalUser(id: id).map { PortalUserProfile($0).language } ?? account.chosenLanguage
        }
    }
}

extension AccountEntry {
    var chosenLanguage: Language? { language.flatMap(Language.init(rawValue:)) }
}
