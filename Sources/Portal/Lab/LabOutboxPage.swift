import ControlPlane
import Foundation

struct LabOutboxPage: Page {
    static let template = "lab/outbox"

    struct Message: Sendable {
        let recipient: String
        let subject: String
        let body: String
        let time: String

        init(_ letter: OutboxLetter) {
            recipient = letter.message.recipient
            subject = letter.message.subject ?? letter.message.kind
            body = letter.body ?? ""
            time = letter.message.createdAt.formatted(.iso8601)
        }
    }

    let messages: [Message]
    let isEmpty: Bool

    func title(_ words: Catalogue) -> String { words("lab.outbox.heading") }
}
