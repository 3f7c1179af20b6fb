package import SignIn

extension PortalUserProfile {
    /// What is to be different in a profile; nil: it stays.
    package struct Change: Decodable, Sendable {
        package var email: String?
        package var name: String?
        package var telephone: String?
        package var language: Language?
        package var secondFactor: SecondFactor?
        package var role: Role?
        package var title: String?
        package var mobileNumber: String?
        package var timeZone: String?
        package var groups: [String]?
        package var comment: String?
        package var wantsNotifications: Bool?

        package init() {}
    }

    package mutating func apply(_ change: Change) {
        email = change.email ?? email
        name = change.name ?? name
        telephone = change.telephone ?? telephone
        language = change.language ?? language
        secondFactor = change.secondFactor ?? secondFactor
        role = change.role ?? role
        title = change.title ?? title
        mobileNumber = change.mobileNumber ?? mobileNumber
        timeZone = change.timeZone ?? timeZone
        groups = change.groups ?? groups
        comment = change.comment ?? comment
        wantsNotifications = change.wantsNotifications ?? wantsNotifications
    }
}
