package import SignIn
package import Storage

/// Something that a person is told by mail or short message, before it has a language.
///
/// A use case makes one, renders it for its recipient and puts it into the outbox in the transaction of what it tells:
///
///     let notice = Notice.invitation(token, expires: link.expires)
///     let letterhead = try Letterhead(transaction.snapshot)
///     try transaction.enqueue(
///         notice.message(for: "invitation \(link.hash.text)", to: recipient, from: letterhead), at: now)
package enum Notice: Sendable {
    case invitation(LinkToken, expires: Timestamp)
    case passwordReset(LinkToken, expires: Timestamp)
    /// Six digits.
    case mailCode(String, expires: Timestamp)
    /// Six digits.
    case smsCode(String, expires: Timestamp)
    case passwordReissued(at: Timestamp)
    case passwordChanged(at: Timestamp)
    case secondFactorReset(at: Timestamp)
    case locked(until: Timestamp)
    case unlocked(at: Timestamp)
    case mailTest(at: Timestamp)
    case smsTest(at: Timestamp)

    package var kind: NoticeKind {
        switch self {
        case .invitation: .invitation
        case .passwordReset: .passwordReset
        case .mailCode: .mailCode
        case .smsCode: .smsCode
        case .passwordReissued: .passwordReissued
        case .passwordChanged: .passwordChanged
        case .secondFactorReset: .secondFactorReset
        case .locked: .locked
        case .unlocked: .unlocked
        case .mailTest: .mailTest
        case .smsTest: .smsTest
        }
    }

    /// From when on it is worth nothing, and is not sent any more.
    private var expires: Timestamp? {
        switch self {
        case .invitation(_, let expires), .passwordReset(_, let expires), .mailCode(_, let expires),
            .smsCode(_, let expires), .locked(let expires):
            expires
        case .passwordReissued, .passwordChanged, .secondFactorReset, .unlocked, .mailTest, .smsTest: nil
        }
    }

    /// The message for the outbox, in the recipient's language and with times in the recipient's zone.
    ///
    /// - Parameter event: what happened, so named that no other event has the same name, such as the id of a link. For
    ///   one event there is one message, however often it is put into the outbox. Nothing secret: it is shown in lists.
    /// - Throws: ``NotificationError``.
    package func message(
        for event: String, to recipient: Recipient, from letterhead: Letterhead
    ) throws(NotificationError) -> OutboxMessage {
        let kind = kind
        guard recipient.address.channel == kind.channel else {
            throw .wrongChannel(kind, needed: kind.channel)
        }
        let text = try NoticeText.text(kind, in: recipient.language)
        let values = values(for: recipient, from: letterhead)
        return OutboxMessage(
            event: event, kind: kind.rawValue, channel: kind.channel, recipient: recipient.address.text,
            language: recipient.language.rawValue, subject: text.subject.filled(with: values),
            body: text.body.filled(with: values), isSecret: kind.isSecret, isRepeatable: kind.isRepeatable,
            expiresAt: expires?.milliseconds, isOptional: kind.isOptional)
    }

    /// What stands in the text for each of its placeholders.
    private func values(for recipient: Recipient, from letterhead: Letterhead) -> [NoticeText.Placeholder: String] {
        let times = MomentText(language: recipient.language, timeZone: recipient.timeZone)
        var values: [NoticeText.Placeholder: String] = [
            .service: letterhead.serviceName, .portal: letterhead.portalURL,
        ]
        switch self {
        case .invitation(let token, let expires):
            values[.link] = letterhead.link(.invitation, token)
            values[.expires] = times.text(expires)
        case .passwordReset(let token, let expires):
            values[.link] = letterhead.link(.passwordReset, token)
            values[.expires] = times.text(expires)
        case .mailCode(let code, let expires):
            values[.code] = code
            values[.expires] = times.text(expires)
        case .smsCode(let code, let expires):
            values[.code] = code
            values[.clock] = times.clock(expires)
        case .locked(let end): values[.moment] = times.text(end)
        case .passwordReissued(let moment), .passwordChanged(let moment), .secondFactorReset(let moment),
            .unlocked(let moment), .mailTest(let moment):
            values[.moment] = times.text(moment)
        case .smsTest(let moment): values[.clock] = times.clock(moment)
        }
        return values
    }
}
