package import Foundation
import SignIn
import Storage

/// How an account stands with signing in: what is shown of it, but never recorded. No secret is in it.
package struct AccountStanding: Codable, Sendable, Equatable {
    package let hasPassword: Bool
    /// Nil without a password.
    package let passwordSetAt: Date?
    package let mustChangePassword: Bool
    /// Nil: not locked.
    package let lockedUntil: Date?
    /// An authenticator app is set up.
    package let hasTOTP: Bool

    /// - Throws: ``AccountRefusal/signIn(_:)`` when what is stored was altered.
    init(_ entry: AccountEntry, at now: Int64) throws {
        hasPassword = entry.passwordHash != nil
        passwordSetAt = entry.passwordSetAt.map(Date.init(milliseconds:))
        mustChangePassword = entry.mustChangePassword
        lockedUntil = try entry.readLockout().lockedUntil(at: Timestamp(milliseconds: now))
            .map { Date(milliseconds: $0.milliseconds) }
        hasTOTP = entry.totpSecret != nil
    }
}

extension AccountEntry {
    func readLockout() throws(AccountRefusal) -> Lockout {
        do {
            return try Lockout(stored: lockout)
        } catch {
            throw .signIn(error)
        }
    }
}
