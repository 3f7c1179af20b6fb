import Notification

extension ServerConfiguration {
    struct Mail: Equatable {
        enum Delivery: String, CaseIterable { case outbox, smtp }

        var delivery = Delivery.outbox
        /// `smtp.example.jp`, `smtp.example.jp:587`, `[2001:db8::1]:25`; nil: there is none.
        var server: String?
        /// `noreply@example.jp`, `Portal <noreply@example.jp>`; nil: there is none.
        var from: String?
        var tls = SMTPDelivery.Security.starttls
        /// Nil: we do not sign in.
        var username: String?
        /// A file with the password in its first line.
        var passwordFile: String?
        /// Certificates to trust instead of the system's, PEM.
        var certificates: String?
        /// Seconds for one mail.
        var timeout = 30
    }

    struct SMS: Equatable {
        enum Delivery: String, CaseIterable { case outbox, http }

        var delivery = Delivery.outbox
        var url: String?
        var method = SMSGateway.Method.post
        var headers = ["Content-Type: application/json"]
        var body: String? = #"{"to":"{to}","from":"{from}","text":"{text}","id":"{id}"}"#
        /// What `{from}` stands for.
        var from: String? = "Tsunagi"
        /// A file with what `{secret}` stands for in its first line.
        var secretFile: String?
        /// What the answer has to contain besides a status of 2xx; nil: nothing.
        var success: String?
        /// Certificates to trust instead of the system's, PEM.
        var certificates: String?
        /// Seconds for one message.
        var timeout = 30
    }

    struct Outbox: Equatable {
        /// Seconds to the second attempt, and that no wait is longer than.
        var initialDelay = 10
        var maximumDelay = 900
        /// Seconds in the line after which a message is given up.
        var patience = 86_400
        /// Days that a message stays in the outbox after it was sent or given up.
        var keep = 30
    }

    /// A host with a port behind it or without one.
    static func server(_ text: String) -> (host: String, port: Int?)? {
        var host = text[...]
        var port: Int?
        if let colon = text.lastIndex(of: ":"), text[..<colon].last == "]" || !text[..<colon].contains(":") {
            guard let number = UInt16(text[text.index(after: colon)...]), number > 0 else { return nil }
            port = Int(number)
            host = text[..<colon]
        }
        if host.hasPrefix("["), host.hasSuffix("]") {
            return IPText.isAddress(host.dropFirst().dropLast()) ? (String(host), port) : nil
        }
        let isName =
            !host.isEmpty && host.utf8.count <= 253
            && host.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == ".") }
        return isName ? (String(host), port) : nil
    }

    /// What is wrong between the keys of mails and short messages; nil: nothing.
    var messagesContradiction: String? {
        if mail.delivery == .smtp, mail.server == nil || mail.from == nil {
            return "mail.delivery is smtp, which needs mail.server and mail.from"
        }
        if (mail.username == nil) != (mail.passwordFile == nil) {
            return "mail.username and mail.password.file belong together: give both, or neither"
        }
        if mail.username != nil, mail.tls != .starttls, mail.tls != .implicit {
            return "with mail.tls \(mail.tls.rawValue) the password of mail.username could travel in the clear: "
                + "set mail.tls to starttls or implicit"
        }
        if outbox.initialDelay > outbox.maximumDelay {
            return "outbox.retry.initial (\(outbox.initialDelay)) is more than outbox.retry.maximum "
                + "(\(outbox.maximumDelay)): lower the first or raise the second"
        }
        guard sms.delivery == .http else { return nil }
        guard let url = sms.url else { return "sms.delivery is http, which needs sms.url" }
        let request = RequestTemplate(url + (sms.method == .get ? "" : sms.body ?? ""))
        guard request.contains(.text), request.contains(.to) || request.contains(.e164) else {
            return "neither sms.url nor sms.body has both {text} and {to} (or {e164}): no message would arrive"
        }
        let everything = [url, sms.body ?? ""] + sms.headers
        if sms.secretFile == nil, everything.contains(where: { RequestTemplate($0).contains(.secret) }) {
            return "{secret} needs sms.secret.file"
        }
        return nil
    }
}
