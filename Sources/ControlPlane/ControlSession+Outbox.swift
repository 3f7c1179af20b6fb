package import Foundation
import Notification
package import SignIn
package import Storage

extension ControlSession {
    /// Messages, the newest first; ``OutboxFilter/before`` gives the next page.
    package func outbox(_ filter: OutboxFilter) throws -> [OutboxMessageState] {
        try read(.listMessages, on: .service) { try $0.outbox(filter).map(OutboxMessageState.init) }
    }

    /// A message with its text, with the code or the link in it as long as it is there: for the operator only.
    ///
    /// - Throws: ``ControlError/outbox(_:)``; so do the others here.
    package func outboxLetter(_ id: Int64) throws -> OutboxLetter {
        try read(.showMessage, on: .service) { OutboxLetter(try require(message: id, in: $0)) }
    }

    /// Has a message that failed, or that waits, sent at the next opportunity, and its attempts counted anew.
    package func retryMessage(_ id: Int64) throws -> OutboxMessageState {
        try write(.retryMessage, on: .service) { try retry(id, in: $0) }
    }

    /// Every message that failed and can still be sent.
    ///
    /// - Parameter evenIfSent: also those that may have been sent all the same.
    /// - Returns: those that are tried again, and how many are not because they may have been sent.
    package func retryFailedMessages(
        evenIfSent: Bool = false
    ) throws -> (retried: [OutboxMessageState], held: Int) {
        try write(.retryMessage, on: .service) { transaction in
            let failed = try transaction.snapshot.outbox(OutboxFilter(state: .failed, limit: .max))
            let chosen = failed.filter { evenIfSent || !$0.mayHaveArrived }
            return (try chosen.map { try retry($0.id, in: transaction) }, failed.count - chosen.count)
        }
    }

    private func retry(_ id: Int64, in transaction: ControlTransaction) throws -> OutboxMessageState {
        try change(message: id, "outbox retry", in: transaction) { try $0.requeueMessage(id, at: now) }
    }

    /// Gives up a message that failed or waits: it is not sent, and what is secret in it is erased.
    package func discardMessage(_ id: Int64) throws -> OutboxMessageState {
        try write(.discardMessage, on: .service) { transaction in
            try change(message: id, "outbox discard", in: transaction) { try $0.discardMessage(id, at: now) }
        }
    }

    /// Puts a message into the outbox that shows whether mail goes out.
    package func sendTest(
        mail address: String, in language: Language, timeZone: TimeZone
    ) throws -> OutboxMessageState {
        do {
            let recipient = Recipient(.mail(try MailAddress(address)), language: language, timeZone: timeZone)
            return try enqueueTest(.mailTest(at: Timestamp(milliseconds: now)), to: recipient)
        } catch let error as NotificationError {
            throw ControlError.outbox(.notAddress("\(error)"))
        }
    }

    /// Puts a message into the outbox that shows whether short messages go out.
    package func sendTest(
        mobile number: String, in language: Language, timeZone: TimeZone
    ) throws -> OutboxMessageState {
        do {
            let recipient = Recipient(.mobile(try MobileNumber(typed: number)), language: language, timeZone: timeZone)
            return try enqueueTest(.smsTest(at: Timestamp(milliseconds: now)), to: recipient)
        } catch let refusal as MobileNumberRefusal {
            throw ControlError.outbox(.notAddress("\"\(number)\" is not a mobile number: \(refusal)"))
        }
    }

    private func enqueueTest(_ notice: Notice, to recipient: Recipient) throws -> OutboxMessageState {
        try write(.sendTestMessage, on: .service) { transaction in
            let message = try notice.message(
                for: "test \(UUID().uuidString.lowercased())", to: recipient, from: Letterhead(transaction.snapshot))
            guard let id = try transaction.enqueue(message, at: now) else {
                throw StorageError.refused(reason: "the event \(message.event) has a message already")
            }
            let entry = try require(message: id, in: transaction.snapshot)
            try record(
                "outbox send-test", of: .message(id), from: Nothing.none, to: OutboxChange(entry), in: transaction)
            return OutboxMessageState(entry)
        }
    }

    private func change(
        message id: Int64, _ action: String, in transaction: ControlTransaction,
        _ work: (ControlTransaction) throws -> Bool
    ) throws -> OutboxMessageState {
        let before = try require(message: id, in: transaction.snapshot)
        guard try work(transaction) else { throw ControlError.outbox(.notWaiting(id, before.state)) }
        let after = try require(message: id, in: transaction.snapshot)
        try record(action, of: .message(id), from: OutboxChange(before), to: OutboxChange(after), in: transaction)
        return OutboxMessageState(after)
    }

    private func require(message id: Int64, in snapshot: ControlSnapshot) throws -> OutboxEntry {
        guard let entry = try snapshot.outboxEntry(id) else { throw ControlError.outbox(.noSuchMessage(id)) }
        return entry
    }
}
