internal import CCurl
package import Storage

/// Mail over SMTP, to the server that takes our mail (submission, RFC 6409).
package struct SMTPDelivery: Delivery {
    package enum Security: String, Sendable, CaseIterable {
        /// In the clear.
        case none
        /// STARTTLS (RFC 3207) if the server offers it.
        case optional
        /// STARTTLS, or nothing is sent.
        case starttls
        /// TLS from the first octet (RFC 8314 §3).
        case implicit

        /// RFC 8314 §3.3, RFC 6409 §3.1.
        package var defaultPort: Int { self == .implicit ? 465 : 587 }

        var upgrade: ccurl_tls {
            switch self {
            case .none, .implicit: .none
            case .optional: .optional
            case .starttls: .required
            }
        }
    }

    package struct Login: Sendable {
        package let username: String
        package let password: String

        package init(username: String, password: String) {
            self.username = username
            self.password = password
        }
    }

    /// A name or an address; an IPv6 address in brackets.
    package var host: String
    package var port: Int
    package var security: Security
    package var sender: Mailbox
    /// Nil: we do not sign in.
    package var login: Login?
    /// Certificates to trust instead of the system's, PEM; nil: the system's.
    package var certificates: String?
    /// For one mail.
    package var timeoutSeconds: Int

    package init(
        host: String, port: Int? = nil, security: Security = .starttls, sender: Mailbox, login: Login? = nil,
        certificates: String? = nil, timeoutSeconds: Int = 30
    ) {
        self.host = host
        self.port = port ?? security.defaultPort
        self.security = security
        self.sender = sender
        self.login = login
        self.certificates = certificates
        self.timeoutSeconds = timeoutSeconds
    }

    package func deliver(_ message: OutboxEntry, stop: StopSignal) -> DeliveryOutcome {
        let mail: String
        let recipient: MailAddress
        do {
            recipient = try MailAddress(message.recipient)
            mail = try MailMessage(
                sender: sender, recipient: recipient, subject: message.subject, body: message.body ?? "",
                language: message.language, writtenAt: message.createdAt, id: EventID.text(of: message.event)
            ).text()
        } catch {
            return .refused(reason: "\(error)")
        }
        let scheme = security == .implicit ? "smtps" : "smtp"
        guard
            let transfer = CurlTransfer(
                url: "\(scheme)://\(host):\(port)", timeoutSeconds: timeoutSeconds, stop: stop)
        else { return CurlTransfer.outOfMemory }
        if let certificates { transfer.trust(certificatesIn: certificates) }
        if let login { transfer.signIn(as: login.username, password: login.password) }
        return transfer.send(mail: mail, tls: security.upgrade, from: sender.address.text, to: recipient.text)
    }
}
