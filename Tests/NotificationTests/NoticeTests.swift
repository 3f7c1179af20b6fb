import Foundation
import SignIn
import Storage
import Testing

@testable import Notification

@Suite struct NoticeTests {
    private static let letterhead = Letterhead(serviceName: "ビジネスポータル", portalURL: "https://portal.example.jp")
    /// 2026-12-01 00:00:36 UTC.
    private static let moment = Timestamp(milliseconds: 1_796_083_236_000)
    private static let token: LinkToken = {
        var generator = SystemRandomNumberGenerator()
        return LinkToken(using: &generator)
    }()

    private static let all: [Notice] = [
        .invitation(token, expires: moment), .passwordReset(token, expires: moment),
        .mailCode("012345", expires: moment), .smsCode("012345", expires: moment), .passwordReissued(at: moment),
        .passwordChanged(at: moment), .secondFactorReset(at: moment), .locked(until: moment), .unlocked(at: moment),
        .mailTest(at: moment), .smsTest(at: moment),
    ]

    private func recipient(
        _ channel: OutboxChannel, _ language: Language, _ zone: String = "Asia/Tokyo"
    ) throws -> Recipient {
        Recipient(
            channel == .mail
                ? .mail(try MailAddress("taro@example.jp")) : .mobile(try MobileNumber(typed: "09012345678")),
            language: language, timeZone: try #require(TimeZone(identifier: zone)))
    }

    @Test("every kind of notice has a text in every language, and every placeholder in it is filled")
    func hasAllTexts() throws {
        #expect(Set(Self.all.map(\.kind)) == Set(NoticeKind.allCases))
        for language in Language.allCases {
            #expect(Set(NoticeText.catalogue(language).keys) == Set(NoticeKind.allCases))
            for notice in Self.all {
                let message = try notice.message(
                    for: "e", to: recipient(notice.kind.channel, language), from: Self.letterhead)
                #expect(!(message.subject + message.body).contains { "{}".contains($0) }, "\(message)")
                #expect(message.body.contains("ビジネスポータル"))
                #expect(message.subject.isEmpty == (notice.kind.channel == .sms))
                #expect(message.language == language.rawValue)
            }
        }
    }

    @Test("both languages say the same: the same facts stand in both texts")
    func sameFacts() throws {
        for kind in NoticeKind.allCases {
            let facts = try Language.allCases.map { language in
                let text = try NoticeText.text(kind, in: language)
                return Set(
                    NoticeText.Placeholder.allCases.filter {
                        (text.subject.text + text.body.text).contains("{\($0.rawValue)}")
                    })
            }
            #expect(facts[0] == facts[1], "\(kind)")
        }
    }

    @Test("an invitation has the link, which is used once, and its expiry in the person's zone")
    func invitation() throws {
        let notice = Notice.invitation(Self.token, expires: Self.moment)
        let japanese = try notice.message(for: "e", to: recipient(.mail, .japanese), from: Self.letterhead)
        #expect(japanese.body.contains("https://portal.example.jp/invitation/\(Self.token.text)\n"))
        #expect(japanese.body.contains("有効期限: 2026/12/01 09:00:36 (Asia/Tokyo)"))
        #expect(japanese.subject == "ビジネスポータル ユーザー登録受付メール")
        let english = try notice.message(
            for: "e", to: recipient(.mail, .english, "America/New_York"), from: Self.letterhead)
        #expect(english.body.contains("until 30 Nov 2026 19:00:36 (America/New_York)"))
        #expect(english.isSecret && english.isRepeatable && english.expiresAt == Self.moment.milliseconds)
    }

    @Test("a code is secret, has its expiry, and is not sent a second time blindly")
    func codes() throws {
        let sms = try Notice.smsCode("012345", expires: Self.moment)
            .message(for: "e", to: recipient(.sms, .japanese), from: Self.letterhead)
        #expect(sms.body == "【ビジネスポータル】認証コード 012345（09:00まで有効）")
        #expect(sms.recipient == "09012345678" && sms.isSecret && !sms.isRepeatable)
        let mail = try Notice.mailCode("012345", expires: Self.moment)
            .message(for: "e", to: recipient(.mail, .japanese), from: Self.letterhead)
        #expect(mail.body.contains("パスワード: 012345\n有効期限: 2026/12/01 09:00:36"))
        #expect(mail.isSecret && !mail.isRepeatable && mail.expiresAt == Self.moment.milliseconds)
    }

    @Test("a re-issued password is told of, and is not in the mail")
    func reissued() throws {
        let mail = try Notice.passwordReissued(at: Self.moment)
            .message(for: "e", to: recipient(.mail, .english), from: Self.letterhead)
        #expect(!mail.isSecret && mail.expiresAt == nil)
    }

    @Test("what only tells of a change is optional, and what somebody needs to go on is not")
    func optional() throws {
        let optional = try Self.all.filter { notice in
            try notice.message(for: "e", to: recipient(notice.kind.channel, .english), from: Self.letterhead).isOptional
        }
        #expect(
            Set(optional.map(\.kind)) == [.passwordReissued, .passwordChanged, .secondFactorReset, .locked, .unlocked])
    }

    @Test("a notice goes by its own channel")
    func refusesWrongChannel() throws {
        #expect(throws: NotificationError.wrongChannel(.smsCode, needed: .sms)) {
            try Notice.smsCode("1", expires: Self.moment)
                .message(for: "e", to: recipient(.mail, .japanese), from: Self.letterhead)
        }
    }

    @Test("what a value says is never taken for a placeholder")
    func fillsOnce() {
        let line = NoticeText.Line(text: "{service} {code} {else}")
        #expect(line.filled(with: [.service: "{code}", .code: "1"]) == "{code} 1 {else}")
    }
}
