import ControlPlane
import Foundation
import SignIn

/// What is kept of a user, with what can be done now.
struct UserPage: Page {
    static let template = "portal/user"

    struct Fact: Sendable {
        let name: String
        let value: String
    }

    let name: String
    let state: StateMark?
    /// Until when a lock holds.
    let lockedUntil: ShownTime?
    let facts: [Fact]
    let base: String
    let canUnlock: Bool
    let canInvite: Bool
    let canSendResetLink: Bool
    let canResume: Bool
    let canSuspend: Bool
    let canResetTOTP: Bool

    /// - Parameter isOwn: nobody resets their own second factor.
    init(_ user: PortalUserState, isOwn: Bool, in zone: TimeZone, _ words: Catalogue) {
        name = user.profile.name
        state = user.status?.mark(words)
        lockedUntil = user.standing?.lockedUntil.map { ShownTime($0, in: zone) }
        facts = Self.facts(of: user, in: zone, words)
        base = "/portal/users/\(user.id)"
        canUnlock = user.standing?.lockedUntil != nil
        canInvite = user.status == .invited
        canSendResetLink = user.standing?.hasPassword == true && !user.isSuspended
        canResume = user.isSuspended
        canSuspend = !user.isSuspended
        canResetTOTP = user.standing?.hasTOTP == true && !isOwn
    }

    func title(_ words: Catalogue) -> String { name }

    /// Everything that was set, in the order of the form.
    static func facts(of user: PortalUserState, in zone: TimeZone, _ words: Catalogue) -> [Fact] {
        let profile = user.profile
        let values = [
            ("email", profile.email), ("telephone", profile.telephone), ("factor", profile.secondFactor.text(words)),
            ("role", profile.role.text(words)), ("language", words("user.language.\(profile.language.rawValue)")),
            ("time-zone", profile.timeZone), ("title", profile.title), ("mobile-number", profile.mobileNumber),
            ("notifications", words("user.notifications.\(profile.wantsNotifications ? "on" : "off")")),
            ("groups", profile.groups.joined(separator: words("list.and"))), ("comment", profile.comment),
            ("created", ShownTime(user.createdAt, in: zone).text),
        ]
        return values.filter { !$0.1.isEmpty }.map { Fact(name: words("profile.\($0.0)"), value: $0.1) }
    }
}
