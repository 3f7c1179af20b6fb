import ControlPlane
import Foundation
import SignIn
import Storage

struct LabOutboxPage: Page {
    static let template = "lab/outbox"

    struct Message: Sendable {
        let recipient: String
        /// Nil: a short message, which has none.
        let subject: String?
        /// What it is, in its place.
        let kind: String
        let body: String
        let time: ShownTime
        /// A letter is in its reader's language, not in that of the page.
        let code: String
        let links: [String]

        init(_ letter: OutboxLetter, in zone: TimeZone, _ words: Catalogue) {
            recipient = letter.message.recipient
            subject = letter.message.subject
            kind = words(letter.message.channel == .sms ? "lab.outbox.short-message" : "lab.outbox.mail")
            body = letter.body ?? ""
            time = ShownTime(letter.message.createdAt, in: zone)
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
