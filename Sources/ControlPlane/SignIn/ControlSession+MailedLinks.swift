package import Foundation
import SignIn
import Storage

/// A link that was mailed to a user, without the link.
package struct MailedLink: Codable, Sendable, Equatable {
    package let email: String
    package let purpose: String
    /// It works until then, or until another one is mailed.
    package let expiresAt: Date
}

/// Links that an administrator has mailed to a user.
extension ControlSession {
    /// Mails another invitation; the one before is void.
    ///
    /// - Throws: ``AccountRefusal/hasPassword(_:)``, ``AccountRefusal/linkTooSoon(_:)`` and other refusals.
    package func inviteUser(_ text: String) throws -> MailedLink {
        try mailLink(.inviteUser, "user invite", text) { user throws(AccountRefusal) in
            guard user.account.passwordHash == nil else { throw .hasPassword(user.account.name) }
        }
    }

    /// Mails a link for another password; the present one holds until it is used.
    ///
    /// - Throws: ``AccountRefusal/noPassword(_:)``, ``AccountRefusal/linkTooSoon(_:)`` and other refusals.
    package func sendResetLink(toUser text: String) throws -> MailedLink {
        try mailLink(.sendResetLink, "user reset-link", text) { user throws(AccountRefusal) in
            guard user.account.passwordHash != nil else { throw .noPassword(user.account.name) }
        }
    }

    private func mailLink(
        _ useCase: UseCase, _ action: String, _ text: String, _ judge: (PortalUserEntry) throws(AccountRefusal) -> Void
    ) throws -> MailedLink {
        try refusing {
            let email = try AccountText.email(text)
            return try write(useCase, on: .user(email)) { transaction in
                let (user, moment) = (try require(user: email, in: transaction.snapshot), Timestamp(milliseconds: now))
                try judge(user)
                guard !user.isSuspended else { throw AccountRefusal.suspended(email) }
                guard try transaction.takeSend(to: user.account.id, for: .link, at: moment) == nil else {
                    throw AccountRefusal.linkTooSoon(email)
                }
                let link = try transaction.sendLink(to: user, at: moment)
                let mailed = MailedLink(
                    email: user.account.name, purpose: link.purpose.rawValue,
                    expiresAt: Date(milliseconds: link.expires.milliseconds))
                try record(action, of: .user(user.account.id), from: Nothing.none, to: mailed, in: transaction)
                return mailed
            }
        }
    }
}
