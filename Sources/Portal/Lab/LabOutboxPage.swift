import ControlPlane
import Foundation
import SignIn

struct LabOutboxPage: Page {
    static let template = "lab/outbox"

    struct Message: Sendable {
        let recipient: String
        let subject: String
        let body: String
        let time: String
        /// A letter is in its reader's language, not in that of the page.
        let code: String
        let links: [String]

        init(_ letter: OutboxLetter) {
            recipient = letter.message.recipient
            subject = letter.message.subject ?? letter.message.kind
            body = letter.body ?? ""
            time = letter.message.createdAt.formatted(.iso8601)
            let isJapanese = body.unicodeScalars.contains { Self.kana.contains($0.value) }
            code = (isJapanese ? Language.japanese : .english).rawValue
            links = body.split(whereSeparator: \.isWhitespace).filter { $0.hasPrefix("http") }.map(String.init)
        }

        private static let kana: ClosedRange<UInt32> = 0x3041...0x30FF
    }

    let messages: [Message]
    let isEmpty: Bool

    func title(_ words: Catalogue) -> String { words("lab.outbox.heading") }
}
