import CCurl
import Storage
import Testing

@testable import Notification

@Suite struct OutboxJournalTests {
    private func entry(_ id: Int64 = 7, to recipient: String = "taro@example.jp") -> OutboxEntry {
        OutboxEntry(
            id: id, event: "e", kind: "invitation", channel: recipient.contains("@") ? .mail : .sms,
            recipient: recipient, language: "ja", subject: "s", body: "b", isSecret: true, isRepeatable: true,
            createdAt: 1, queuedAt: 1, expiresAt: nil, state: .sending, attempts: 1, nextAttemptAt: nil,
            lastError: nil, settledAt: nil)
    }

    private func event(_ id: Int64 = 7, unavailable reason: String, cause: Int) -> OutboxEvent {
        .settled(entry(id), .unavailable(reason: reason, cause: cause), .waiting(until: 9, reason: reason))
    }

    @Test(
        "a reply is about the mail when it is said to the recipient or the content, and else about us",
        arguments: [
            (550, .recipient, 0), (554, .content, 0), (552, .content, 0), (451, .recipient, 1), (452, .content, 1),
            (530, .sender, 2), (550, .sender, 2), (535, .session, 2), (554, .session, 2), (421, .session, 2),
            (451, .sender, 2), (530, .recipient, 2), (503, .content, 2),
        ] as [(Int, ccurl_stage, Int)])
    func judgesReplies(status: Int, stage: ccurl_stage, expected: Int) {
        let outcomes: [DeliveryOutcome] = [
            .refused(reason: "r"), .postponed(reason: "r"), .unavailable(reason: "r", cause: status),
        ]
        #expect(CurlTransfer.judge(reply: status, text: "", stage: stage, reason: "r") == outcomes[expected])
    }

    @Test(
        "a server that relays no mails for us is ours to mend, whichever recipient it says that to",
        arguments: [
            ("550 5.7.1 <taro@example.jp>: Relay access denied", true), ("554 5.7.1 Unable to relay", true),
            ("454 4.7.1 <taro@example.jp>: Relay access denied", true), ("550 relay not permitted", true),
            ("550 Relaying denied", true), ("550-5.7.1 denied", true),
            ("550 5.1.1 relay@example.jp: no such user", false),
            ("550 5.1.2 no such host", false), ("550 5.7.17 no", false), ("550 no such user", false),
            ("552 5.2.2 mailbox full", false),
        ])
    func judgesRelay(text: String, isOurs: Bool) throws {
        let status = try #require(Int(text.prefix(3)))
        let outcome = CurlTransfer.judge(reply: status, text: text, stage: .recipient, reason: "r")
        #expect((outcome == .unavailable(reason: "r", cause: status)) == isOurs)
        // What the content is refused for is about this mail.
        #expect(
            CurlTransfer.judge(reply: 554, text: text, stage: .content, reason: "r") == .refused(reason: "r"))
    }

    @Test("what keeps all messages from going out is an error once, as long as it stays the same")
    func tellsOnce() {
        var journal = OutboxJournal()
        let events = [
            event(1, unavailable: "535 denied (1 ms)", cause: 535),
            event(2, unavailable: "535 denied (2 ms)", cause: 535), event(1, unavailable: "no route", cause: -7),
            event(2, unavailable: "no route", cause: -7), .settled(entry(1), .accepted, .sent),
            event(2, unavailable: "no route", cause: -7),
        ]
        let lines = events.map { journal.line(for: $0) }
        #expect(lines.map(\.level) == [.error, .debug, .error, .debug, .info, .error])
        #expect(lines[0].text == "mail can't be sent: 535 denied (1 ms)")
    }

    @Test("a message that is given up is told of by itself, also while none goes out")
    func tellsGivenUp() {
        var journal = OutboxJournal()
        _ = journal.line(for: event(1, unavailable: "535", cause: 535))
        let line = journal.line(
            for: .settled(entry(), .unavailable(reason: "535", cause: 535), .failed(reason: "given up: 535")))
        #expect(line == .init(.error, "mail 7 (invitation) is not sent: given up: 535"))
    }

    @Test(
        "whom a message goes to is not in the log, however the server writes it",
        arguments: [
            (
                "RCPT failed: 550: the server says \"550 5.1.1 <taro@example.jp>: no such user\"",
                "RCPT failed: 550: the server says \"550 5.1.1 <***>: no such user\""
            ),
            ("450 4.2.1 mailbox of Taro.Yamada+x@mail.example.com is busy", "450 4.2.1 mailbox of *** is busy"),
            ("550 unknown user taro; see rtaro7", "550 unknown user ***; see rtaro7"),
            ("no /taro%40example.jp here", "no *** here"),
            ("Failed to connect to 192.168.100.200 port 25 after 12 ms", nil),
            ("550 5.7.1 2026-11-21: IP 10.0.0.1", nil),
        ] as [(String, String?)])
    func masksMail(reason: String, expected: String?) {
        #expect(LogMask(entry()).text(reason) == expected ?? reason)
        var journal = OutboxJournal()
        for settlement in [OutboxSettlement.failed(reason: reason), .waiting(until: 1, reason: reason)] {
            let line = journal.line(for: .settled(entry(), .refused(reason: reason), settlement))
            #expect(line.text.hasSuffix(": " + (expected ?? reason)))
        }
    }

    @Test(
        "nor is a number, however the gateway writes it",
        arguments: ["09012345678", "+819012345678", "090-1234-5678", "+81 (90) 1234 5678", "8190 1234 5678"])
    func masksNumbers(number: String) {
        let text = LogMask(entry(to: "09012345678")).text("the gateway answers 400 \"{\"to\":\"\(number)\"}\"")
        #expect(text == "the gateway answers 400 \"{\"to\":\"***\"}\"")
    }
}
