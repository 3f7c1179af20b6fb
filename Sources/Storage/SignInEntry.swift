/// A session as its row is. Sessions that are over have none.
package struct SessionEntry: Sendable, Equatable {
    package let id: String
    package let accountID: String
    package let accountKind: AccountKind
    /// What the account signs in with.
    package let accountName: String
    /// The login ID that the session acts for.
    package let representedID: String?
    package let representedName: String?
    /// The session's stored text.
    package let value: String
    /// The address that it was started from.
    package let source: String
    /// The account's sign-in before it, in milliseconds since the Unix epoch; nil: there was none.
    package let formerSignInAt: Int64?
}

/// A session to be kept. Times are milliseconds since the Unix epoch.
package struct NewSession: Sendable {
    package let id: String
    package let hash: String
    package let accountID: String
    package let representedID: String?
    package let parentID: String?
    package let source: String
    package let value: String
    package let startedAt: Int64

    package init(
        id: String, hash: String, accountID: String, representedID: String?, parentID: String?, source: String,
        value: String, startedAt: Int64
    ) {
        self.id = id
        self.hash = hash
        self.accountID = accountID
        self.representedID = representedID
        self.parentID = parentID
        self.source = source
        self.value = value
        self.startedAt = startedAt
    }
}

/// A sign-in that is under way, of which the password was right.
package struct SignInEntry: Sendable, Equatable {
    /// Of its token.
    package let hash: String
    package let accountID: String
    /// The stored text of how far it has come.
    package var value: String
    /// Sealed: of an authenticator app that is being set up.
    package var newTOTPSecret: String?
    /// Milliseconds since the Unix epoch.
    package let expiresAt: Int64

    package init(hash: String, accountID: String, value: String, newTOTPSecret: String?, expiresAt: Int64) {
        self.hash = hash
        self.accountID = accountID
        self.value = value
        self.newTOTPSecret = newTOTPSecret
        self.expiresAt = expiresAt
    }
}

/// A mailed link.
package struct LinkEntry: Sendable, Equatable {
    /// Of its token.
    package let hash: String
    package let accountID: String
    package var value: String
    /// Milliseconds since the Unix epoch.
    package let expiresAt: Int64

    package init(hash: String, accountID: String, value: String, expiresAt: Int64) {
        self.hash = hash
        self.accountID = accountID
        self.value = value
        self.expiresAt = expiresAt
    }
}

/// What messages are counted for.
package enum SendPurpose: String, Sendable {
    case code, link
}

/// カスタマーポータル規約: a text that portal users accept.
package struct TermsEntry: Sendable, Equatable {
    package let version: String
    package let japanese: String
    package let english: String
    /// Milliseconds since the Unix epoch.
    package let publishedAt: Int64

    package init(version: String, japanese: String, english: String, publishedAt: Int64) {
        self.version = version
        self.japanese = japanese
        self.english = english
        self.publishedAt = publishedAt
    }
}
