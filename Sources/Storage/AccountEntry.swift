package import Directory

/// What an account is, and what its sign-in name has to be unique among.
package enum AccountKind: String, Sendable, CaseIterable {
    /// ポータル管理者 or 一般ユーザー; the name is the e-mail address.
    case portalUser = "portal-user"
    /// 管理者ID.
    case administratorID = "administrator-id"
    /// ログインID.
    case loginID = "login-id"
}

/// What all kinds of accounts have in common: the name and the means of signing in.
///
/// `lockout`, `totp`, `passwordHash`, `totpSecret` and `recoveryCodes` are the stored texts of the values of signing in.
package struct AccountEntry: Sendable, Equatable {
    /// Never changes, and is never given again.
    package let id: String
    package let kind: AccountKind
    /// What is typed at a sign-in; upper and lower case are the same.
    package let name: String
    /// Nil: none was set yet, so nobody can sign in.
    package let passwordHash: String?
    /// Milliseconds since the Unix epoch; nil with the hash.
    package let passwordSetAt: Int64?
    package let mustChangePassword: Bool
    package let lockout: String
    /// 11 digits that codes are sent to; never of a portal user.
    package let smsNumber: String?
    /// Sealed; nil: no authenticator app was set up.
    package let totpSecret: String?
    /// Which codes of the app were used.
    package let totp: String
    package let recoveryCodes: String?
    /// Milliseconds since the Unix epoch.
    package let createdAt: Int64
    /// `ja` or `en`; nil: none was chosen. Never of a portal user, whose profile has one.
    package let language: String?
}

package struct AdministratorIDEntry: Sendable, Equatable {
    package let account: AccountEntry
    package let company: String
    package let contract: String
}

package struct LoginIDEntry: Sendable, Equatable {
    package let account: AccountEntry
    package let contract: String
    /// In canonical order.
    package let numbers: [Number]

    /// One of its numbers.
    package struct Number: Sendable, Equatable {
        package let number: PhoneNumber
        package let kind: ContractedNumberKind
        /// Those of the contract that are not withheld.
        package let options: [OptionService]
    }
}

/// Login IDs of a page in the order of names.
package struct LoginIDEntryPage: Sendable {
    package let entries: [LoginIDEntry]
    /// How many there are on all pages.
    package let total: Int
    /// The first one is 1.
    package let page: Int
}
