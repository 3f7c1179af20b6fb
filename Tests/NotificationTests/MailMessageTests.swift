import Foundation
import Testing

@testable import Notification

@Suite struct MailMessageTests {
    private func message(
        from: String = "Tsunagi <noreply@example.jp>", subject: String = "Test", body: String = "Hello.\nBye.\n"
    ) throws -> String {
        try MailMessage(
            sender: Mailbox(from), recipient: MailAddress("taro@example.com"), subject: subject, body: body,
            language: "ja", writtenAt: 1_795_241_572_000, id: "0123"
        ).text()
    }

    private func header(_ name: String, _ text: String) -> String? {
        text.components(separatedBy: "\r\n").first { $0.hasPrefix(name + ": ") }.map {
            String($0.dropFirst(name.count + 2))
        }
    }

    @Test("a mail in ASCII is written as it is, with the headers that a mail from a machine has")
    func writesPlain() throws {
        let text = try message()
        #expect(header("Date", text) == "Sat, 21 Nov 2026 06:12:52 +0000")
        #expect(header("From", text) == "\"Tsunagi\" <noreply@example.jp>")
        #expect(header("To", text) == "taro@example.com")
        #expect(header("Subject", text) == "Test")
        #expect(header("Message-ID", text) == "<0123@example.jp>")
        #expect(header("Auto-Submitted", text) == "auto-generated")
        #expect(header("MIME-Version", text) == "1.0")
        #expect(header("Content-Type", text) == "text/plain; charset=utf-8")
        #expect(header("Content-Language", text) == "ja")
        #expect(header("Content-Transfer-Encoding", text) == "7bit")
        #expect(text.hasSuffix("\r\n\r\nHello.\r\nBye.\r\n"))
    }

    @Test("every line ends with CR LF and none is too long, whatever the text")
    func foldsLines() throws {
        let long = String(repeating: "転送の設定が完了しました。", count: 15)
        let text = try message(
            from: "\(long.prefix(40)) <noreply@example.jp>", subject: String(long.prefix(180)), body: long)
        for line in text.components(separatedBy: "\r\n") {
            #expect(line.utf8.count <= 78, "\(line)")
            #expect(!line.contains("\n") && !line.contains("\r") && line.utf8.allSatisfy { $0 < 0x80 })
        }
        #expect(header("Content-Transfer-Encoding", text) == "base64")
        let body = text.components(separatedBy: "\r\n\r\n")[1]
        let octets = try #require(Data(base64Encoded: body, options: .ignoreUnknownCharacters))
        #expect(String(decoding: octets, as: UTF8.self) == long)
    }

    @Test("a subject in Japanese comes back out of its encoded words, each of whole characters")
    func encodesSubject() throws {
        let subject = "繋ぎ ユーザー登録のお知らせ（ビジネスポータル・東京本社総務部の皆さま）"
        let value = try EncodedWord.header("Subject", subject)
        let words = value.components(separatedBy: "\r\n ")
        #expect(words.count > 1)
        let decoded = try words.map { word in
            #expect(word.hasPrefix("=?UTF-8?B?") && word.hasSuffix("?=") && word.utf8.count <= 75)
            let octets = try #require(Data(base64Encoded: String(word.dropFirst(10).dropLast(2))))
            return try #require(String(validating: octets, as: UTF8.self))
        }
        #expect(decoded.joined() == subject)
    }

    @Test("a text that only looks like an encoded word arrives as it was written")
    func encodesLookalike() throws {
        #expect(try EncodedWord.header("Subject", "=?UTF-8?B?SGk=?=") != "=?UTF-8?B?SGk=?=")
        #expect(try EncodedWord.phrase("From", "The \"Portal\" \\o/") == "\"The \\\"Portal\\\" \\\\o/\"")
    }

    @Test(
        "no line break gets into a header",
        arguments: ["a\r\nBcc: x@example.com", "a\nb", "a\rb", "a\u{0}b", "a\u{85}b"])
    func refusesLineBreaks(text: String) {
        #expect(throws: NotificationError.lineBreak(header: "Subject")) { try message(subject: text) }
        #expect(throws: NotificationError.self) { try message(from: "\(text) <noreply@example.jp>") }
        #expect(throws: NotificationError.self) { try MailAddress("\(text)@example.com") }
        #expect(throws: NotificationError.self) { try MailAddress("taro@\(text)") }
    }

    @Test(
        "what is no mail address is refused",
        arguments: [
            "", "taro", "@example.jp", "taro@", "a@b@c", "a b@example.jp", "a..b@example.jp", ".a@example.jp",
            "a@-example.jp", "a@example..jp", "a@exa_mple.jp", "<a@example.jp>", "太郎@example.jp", "a@例え.jp",
            "a@example.jp>", String(repeating: "a", count: 65) + "@example.jp",
        ])
    func refusesAddresses(text: String) {
        #expect(throws: NotificationError.mailAddress(text)) { try MailAddress(text) }
    }

    @Test("a mailbox is an address, with a name or without")
    func readsMailboxes() throws {
        #expect(try Mailbox("a@b.jp").name == nil)
        #expect(try Mailbox("ビジネスポータル <a@b.jp>").name == "ビジネスポータル")
        #expect(try Mailbox("\"Portal, Tokyo\" <a@b.jp>").name == "Portal, Tokyo")
        #expect(try Mailbox("<o'hara+portal@b.example>").address.text == "o'hara+portal@b.example")
        #expect(throws: NotificationError.self) { try Mailbox("Portal <a@b.jp") }
    }
}
