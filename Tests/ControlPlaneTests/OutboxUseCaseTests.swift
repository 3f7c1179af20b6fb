import ControlPlane
import Foundation
import Notification
import SignIn
import Storage
import Testing

@Suite struct OutboxUseCaseTests {
    let fixture: ControlFixture
    let zone = TimeZone.gmt

    init() throws {
        fixture = try ControlFixture()
    }

    private var session: ControlSession { fixture.session }

    private func fail(_ id: Int64) throws {
        try fixture.database.write { transaction in
            _ = try transaction.claimMessage(.mail, at: .max)
            try transaction.settle(id, as: .failed(reason: "550 no such user"), at: 1)
        }
    }

    private func test(_ language: Language = .english) throws -> OutboxMessageState {
        try session.sendTest(mail: "taro@example.jp", in: language, timeZone: zone)
    }

    @Test("a test message has the service's name, in the language that was asked for, and stands in the history")
    func sendsTest() throws {
        try session.setServiceName("ビジネスポータル")
        let mail = try test(.japanese)
        #expect(mail.state == .waiting && mail.subject == "ビジネスポータル 送信テスト")
        #expect(try session.outboxLetter(mail.id).body?.contains("日時: 2027/01/15 08:00:00 (GMT)") == true)
        let sms = try session.sendTest(mobile: "０９０１２３４５６７８", in: .english, timeZone: zone)
        #expect(sms.channel == .sms && sms.recipient == "09012345678")
        #expect(try session.outboxLetter(sms.id).body == "ビジネスポータル: test (08:00)")
        let entry = try #require(try session.history(limit: 1).first)
        #expect(entry.action == "outbox send-test" && entry.object == "message" && entry.key == "\(sms.id)")
    }

    @Test("what is no address is refused with what it has to be")
    func refusesAddresses() {
        for text in ["taro", "taro@example.jp\r\nBcc: x@y.jp"] {
            #expect(throws: ControlError.self) { try session.sendTest(mail: text, in: .english, timeZone: zone) }
        }
        #expect(throws: ControlError.self) { try session.sendTest(mobile: "0312", in: .english, timeZone: zone) }
    }

    @Test("a message that failed is tried anew, and each time that is written down, without whom it goes to")
    func retries() throws {
        let message = try test()
        try fail(message.id)
        #expect(try session.retryMessage(message.id).state == .waiting)
        let entry = try #require(try session.history(limit: 1).first)
        #expect(entry.action == "outbox retry")
        #expect(entry.before?.contains("\"failed\"") == true && entry.after?.contains("\"waiting\"") == true)
        #expect(entry.before?.contains("taro") == false)
    }

    @Test("all messages that failed are tried anew at once")
    func retriesAll() throws {
        let ids = try (1...3).map { _ in try test().id }
        for id in ids.prefix(2) { try fail(id) }
        #expect(try session.retryFailedMessages().retried.map(\.id) == [ids[1], ids[0]])
        #expect(try session.retryFailedMessages().retried.isEmpty)
    }

    @Test("what may have been sent is not tried anew with the rest, but when that is said, or by its id")
    func holdsUncertain() throws {
        let (waiting, other) = (try test().id, try test().id)
        try session.recordRestoration(from: "b.tar", sums: [:])
        let failed = try test().id
        try fail(failed)
        #expect(try session.outboxLetter(waiting).message.mayHaveArrived)
        let (retried, held) = try session.retryFailedMessages()
        #expect(retried.map(\.id) == [failed] && held == 2)
        #expect(try session.retryMessage(other).mayHaveArrived == false)
        let rest = try session.retryFailedMessages(evenIfSent: true)
        #expect(rest.retried.map(\.id) == [waiting] && rest.held == 0)
    }

    @Test("what waited in a backup is not sent again by itself when that is restored")
    func holdsRestored() throws {
        let (waiting, sent) = (try test().id, try test().id)
        _ = try session.discardMessage(sent)
        try session.recordRestoration(from: "b.tar", sums: [:])
        let held = try session.outboxLetter(waiting).message
        #expect(held.state == .failed && held.lastError?.contains("may have been sent since") == true)
        #expect(try session.outboxLetter(sent).message.state == .discarded)
        #expect(try session.retryMessage(waiting).state == .waiting)
    }

    @Test("a discarded message is not sent, and stays discarded")
    func discards() throws {
        let id = try test().id
        #expect(try session.discardMessage(id).state == .discarded)
        #expect(throws: ControlError.outbox(.notWaiting(id, .discarded))) { try session.retryMessage(id) }
        #expect(throws: ControlError.outbox(.notWaiting(id, .discarded))) { try session.discardMessage(id) }
        #expect(throws: ControlError.outbox(.noSuchMessage(99))) { try session.outboxLetter(99) }
    }

    @Test("the portal's URL and the service's name are kept, in the history, and checked")
    func letterhead() throws {
        #expect(
            try session.letterhead() == Letterhead(serviceName: "Tsunagi", portalURL: "http://127.0.0.1:8080/portal"))
        try session.setPortalURL("https://portal.example.jp/")
        #expect(try session.letterhead().portalURL == "https://portal.example.jp")
        let change = try #require(try session.history(limit: 1).first)
        #expect(change.action == "settings portal-url")
        _ = try session.undo(change.id)
        #expect(try session.letterhead().portalURL == "http://127.0.0.1:8080/portal")
        for text in ["portal.example.jp", "ftp://x", "https://", "https://x/?a=b", "https://u@x", "https://x y", ""] {
            #expect(throws: ControlError.portalURL(text)) { try session.setPortalURL(text) }
        }
        for text in ["", " ", "a\nb", "a\u{9B}b", String(repeating: "x", count: 65)] {
            #expect(throws: ControlError.serviceName(text)) { try session.setServiceName(text) }
        }
    }
}
