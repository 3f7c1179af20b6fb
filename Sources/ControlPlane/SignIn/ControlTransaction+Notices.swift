import Foundation
import Notification
import SignIn
import Storage

/// How a person is told something: in their language, with times in their zone, in the transaction of what it tells of.
extension ControlTransaction {
    /// What only tells of something is not sent to who receives no notices (通知設定).
    ///
    /// - Parameter now: milliseconds since the Unix epoch.
    func tell(_ user: PortalUserEntry, _ notice: Notice, at now: Int64) throws {
        let profile = PortalUserProfile(user)
        guard profile.wantsNotifications || !notice.kind.isOptional else { return }
        let recipient = Recipient(
            .mail(try MailAddress(profile.email)), language: profile.language,
            timeZone: TimeZone(identifier: profile.timeZone) ?? .gmt)
        try enqueue(
            notice.message(for: Self.event(notice), to: recipient, from: Letterhead(snapshot)), at: now)
    }

    /// An administrator ID or a login ID, which has a mobile number and no time zone of its own: by the service's clock.
    func tell(mobile account: AccountEntry, _ notice: Notice, at now: Int64) throws {
        let recipient = Recipient(
            .mobile(try MobileNumber(typed: account.smsNumber ?? "")), language: account.chosenLanguage ?? .japanese,
            timeZone: try snapshot.clock().zone)
        try enqueue(
            notice.message(for: Self.event(notice), to: recipient, from: Letterhead(snapshot)), at: now)
    }

    /// Nil: one more may be sent to an account, and is counted. Otherwise when.
    func takeSend(to accountID: String, for purpose: SendPurpose, at now: Timestamp) throws -> Timestamp? {
        var sends =
            try snapshot.sendHistory(of: accountID, for: purpose).map { try SendHistory(stored: $0) } ?? SendHistory()
        if case .refused(let until) = sends.take(at: now) { return until }
        try setSendHistory(sends.stored, of: accountID, for: purpose, at: now.milliseconds)
        return nil
    }

    /// The person has what was sent last, so that what was sent before counts no longer.
    func settleSends(to accountID: String, for purpose: SendPurpose, at now: Timestamp) throws {
        guard var sends = try snapshot.sendHistory(of: accountID, for: purpose).map({ try SendHistory(stored: $0) })
        else { return }
        sends.arrived()
        try setSendHistory(sends.stored, of: accountID, for: purpose, at: now.milliseconds)
    }

    /// Each of them is something that happens once, when it is told.
    private static func event(_ notice: Notice) -> String {
        "\(notice.kind.rawValue) \(UUID().uuidString.lowercased())"
    }
}
