import Directory
import Foundation

/// A mail in the form that goes over the wire (RFC 5322), in text/plain and UTF-8.
struct MailMessage {
    /// RFC 5322 §2.1.1: what a line should not be longer than. A text with longer ones is encoded.
    private static let lineLimit = 78

    let sender: Mailbox
    let recipient: MailAddress
    let subject: String
    /// Lines end with a line feed.
    let body: String
    let language: String
    /// Milliseconds since the Unix epoch.
    let writtenAt: Int64
    /// The left side of the Message-ID: one for each event, so that a repeat is known as one.
    let id: String

    /// All of it, lines ending with CR LF.
    ///
    /// The date is that of writing and not of sending: what is sent once more is the same mail to the last octet.
    ///
    /// - Throws: ``NotificationError/lineBreak(header:)``.
    func text() throws(NotificationError) -> String {
        let isPlain = body.utf8.allSatisfy { $0 < 0x80 && $0 != 0x0D } && longestLine <= Self.lineLimit
        let headers = [
            ("Date", Self.date(writtenAt)),
            ("From", try Self.mailbox(sender)),
            ("To", recipient.text),
            ("Subject", try EncodedWord.header("Subject", subject)),
            ("Message-ID", "<\(id)@\(sender.address.domain)>"),
            // RFC 3834 §5: so that no out-of-office note comes back.
            ("Auto-Submitted", "auto-generated"),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Language", language),
            ("Content-Transfer-Encoding", isPlain ? "7bit" : "base64"),
        ]
        let head = headers.map { "\($0.0): \($0.1)\r\n" }.joined()
        return head + "\r\n" + (isPlain ? withLineEnds(body) : Self.base64(withLineEnds(body)))
    }

    private var longestLine: Int {
        body.utf8.split(separator: UInt8(ascii: "\n")).map(\.count).max() ?? 0
    }

    private func withLineEnds(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n")
    }

    /// RFC 2045 §6.8: lines of 76 characters.
    private static func base64(_ text: String) -> String {
        Data(text.utf8).base64EncodedString(options: [
            .lineLength76Characters, .endLineWithCarriageReturn, .endLineWithLineFeed,
        ])
            + "\r\n"
    }

    private static func mailbox(_ mailbox: Mailbox) throws(NotificationError) -> String {
        guard let name = mailbox.name else { return mailbox.address.text }
        return try EncodedWord.phrase("From", name) + " <\(mailbox.address.text)>"
    }

    /// RFC 5322 §3.3: `Sat, 21 Nov 2026 06:12:52 +0000`.
    private static func date(_ milliseconds: Int64) -> String { InternetDate.text(milliseconds) + " +0000" }
}
