import Notification

extension ConfigurationKey {
    static let messages: [ConfigurationKey] = mail + sms + outbox

    private static let mail: [ConfigurationKey] = [
        .choice("mail.delivery", \.mail.delivery, "where mail goes: nowhere but into the outbox, or to a server"),
        .text(
            "mail.server", \.mail.server, allowed: "a host such as smtp.example.jp or smtp.example.jp:587",
            "the server that takes our mail"
        ) { ServerConfiguration.server($0) != nil },
        .text(
            "mail.from", \.mail.from, allowed: "an address such as Portal <noreply@example.jp>", "the sender of mails"
        ) { (try? Mailbox($0)) != nil },
        .choice(
            "mail.tls", \.mail.tls,
            "whether the connection is encrypted: STARTTLS if offered, STARTTLS always, from the start"),
        .text("mail.username", \.mail.username, allowed: "a name on one line", "what we sign in as", where: isOneLine),
        .text(
            "mail.password.file", \.mail.passwordFile, allowed: "a path", "a file with the password in its first line",
            where: isOneLine),
        .text(
            "mail.ca.file", \.mail.certificates, allowed: "a path",
            "certificates (PEM) to trust instead of the system's", where: isOneLine),
        .integer("mail.timeout", \.mail.timeout, 1...600, "seconds for one mail"),
    ]

    private static let sms: [ConfigurationKey] = [
        .choice(
            "sms.delivery", \.sms.delivery,
            "where short messages go: nowhere but into the outbox, or to an HTTP gateway"),
        .text(
            "sms.url", \.sms.url, allowed: "a URL such as https://sms.example/send?to={to}",
            "the gateway; {to}, {e164}, {text}, {from}, {id} and {secret} stand for what differs"
        ) { isOneLine($0) && ($0.hasPrefix("http://") || $0.hasPrefix("https://")) },
        .choice("sms.method", \.sms.method, "the request's method"),
        .list(
            "sms.headers", \.sms.headers, allowed: "a list such as Authorization: Bearer {secret}",
            "the request's headers; Content-Type decides how the body is escaped"
        ) { isOneLine($0) && ($0.firstIndex(of: ":") ?? $0.startIndex) > $0.startIndex },
        .text("sms.body", \.sms.body, allowed: "any text", "the request's body, with the same placeholders") { _ in true
        },
        .text("sms.from", \.sms.from, allowed: "a text on one line", "the sender of short messages", where: isOneLine),
        .text(
            "sms.secret.file", \.sms.secretFile, allowed: "a path",
            "a file with what {secret} stands for in its first line",
            where: isOneLine),
        .text(
            "sms.success", \.sms.success, allowed: "any text",
            "what the gateway's answer has to contain besides a status of 2xx"
        ) { _ in true },
        .text(
            "sms.ca.file", \.sms.certificates, allowed: "a path", "certificates (PEM) to trust instead of the system's",
            where: isOneLine),
        .integer("sms.timeout", \.sms.timeout, 1...600, "seconds for one short message"),
    ]

    private static let outbox: [ConfigurationKey] = [
        .integer(
            "outbox.retry.initial", \.outbox.initialDelay, 1...86_400,
            "seconds to the second attempt; each further one waits twice as long"),
        .integer("outbox.retry.maximum", \.outbox.maximumDelay, 1...86_400, "seconds that no wait is longer than"),
        .integer(
            "outbox.retry.patience", \.outbox.patience, 1...2_592_000, "seconds after which a message is given up"),
        .integer("outbox.keep", \.outbox.keep, 1...3_650, "days that a message stays after it was sent or given up"),
    ]

    private static func isOneLine(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    }
}
