/// A portal user with the account that it belongs to.
package struct PortalUserEntry: Sendable, Equatable {
    package let account: AccountEntry
    package let company: String
    package let details: PortalUserDetails
    package let isSuspended: Bool
    /// The version of the terms that was accepted last.
    package let termsVersion: String?
    /// Milliseconds since the Unix epoch.
    package let termsAcceptedAt: Int64?
    /// By their names, in order.
    package let groups: [String]
}

/// What is kept of a portal user beside what signing in needs. The values have been judged by who sets them.
package struct PortalUserDetails: Sendable, Equatable {
    package var name: String
    package var telephone: String
    /// `ja`, `en`.
    package var language: String
    /// `totp`, `mail`, `none`, `open`.
    package var secondFactor: String
    /// `general`, `administrator`.
    package var role: String
    /// Empty: none; so too for the other texts that may be left out.
    package var title: String
    package var mobileNumber: String
    /// Such as `Asia/Tokyo`.
    package var timeZone: String
    package var comment: String
    package var wantsNotifications: Bool

    package init(
        name: String, telephone: String, language: String, secondFactor: String, role: String, title: String,
        mobileNumber: String, timeZone: String, comment: String, wantsNotifications: Bool
    ) {
        self.name = name
        self.telephone = telephone
        self.language = language
        self.secondFactor = secondFactor
        self.role = role
        self.title = title
        self.mobileNumber = mobileNumber
        self.timeZone = timeZone
        self.comment = comment
        self.wantsNotifications = wantsNotifications
    }
}

package struct UserGroupEntry: Sendable, Equatable {
    package let id: String
    package let company: String
    package let name: String
    /// By their numbers, in order.
    package let contracts: [String]
    /// By their e-mail addresses, in order.
    package let members: [String]
}
