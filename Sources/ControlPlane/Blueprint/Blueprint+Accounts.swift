package import SignIn

/// Who may sign in, and for what. Nothing that is signed in with is part of a blueprint, nor a lockout: an account that
/// it adds has no password yet.
extension Blueprint {
    /// A user group; its members are stated with the users.
    package struct Group: Sendable {
        package let name: Stated<String>
        package let company: Stated<String>
        package var isAbsent = false
        /// The contracts that it gives.
        package var contracts: Stated<[String]>?

        package init(name: Stated<String>, company: Stated<String>) {
            self.name = name
            self.company = company
        }
    }

    package struct User: Sendable {
        package let email: Stated<String>
        package var isAbsent = false
        package var company: Stated<String>?
        package var name: Stated<String>?
        package var telephone: Stated<String>?
        package var language: Stated<Language>?
        package var secondFactor: Stated<PortalUserProfile.SecondFactor>?
        package var role: Stated<PortalUserProfile.Role>?
        package var title: Stated<String>?
        package var mobileNumber: Stated<String>?
        package var timeZone: Stated<String>?
        /// By their names.
        package var groups: Stated<[String]>?
        package var comment: Stated<String>?
        package var wantsNotifications: Stated<Bool>?
        package var isSuspended: Stated<Bool>?

        package init(email: Stated<String>) { self.email = email }
    }

    package struct Administrator: Sendable {
        package let name: Stated<String>
        package var isAbsent = false
        package var contract: Stated<String>?
        /// Nil inside: codes go nowhere.
        package var smsNumber: Stated<String?>?
        /// Nil inside: none is chosen.
        package var language: Stated<Language?>?
        /// Kept although its contract has no option service any more.
        package var isKept = false

        package init(name: Stated<String>) { self.name = name }
    }

    package struct Login: Sendable {
        package let name: Stated<String>
        package var isAbsent = false
        package var contract: Stated<String>?
        /// None: it has lost those that it had.
        package var numbers: Stated<[String]>?
        /// Nil inside: codes go nowhere.
        package var smsNumber: Stated<String?>?
        /// Nil inside: none is chosen.
        package var language: Stated<Language?>?

        package init(name: Stated<String>) { self.name = name }
    }
}
