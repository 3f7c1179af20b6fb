import Foundation
import Notification
import Storage

extension ServerConfiguration {
    /// Where the messages of each channel go.
    ///
    /// - Throws: ``NotificationError`` for a secret's file that can't be read, or an address that is none.
    func deliveries() throws -> [(OutboxChannel, any Delivery)] {
        [(.mail, try mailDelivery()), (.sms, try smsDelivery())]
    }

    private func mailDelivery() throws -> any Delivery {
        guard mail.delivery == .smtp, let server = mail.server.flatMap(Self.server) else {
            return OutboxOnlyDelivery()
        }
        var delivery = SMTPDelivery(
            host: server.host, port: server.port, security: mail.tls, sender: try Mailbox(mail.from ?? ""))
        if let username = mail.username, let path = mail.passwordFile {
            delivery.login = .init(username: username, password: try Self.firstLine(of: path))
        }
        delivery.certificates = try mail.certificates.map(Self.readable)
        delivery.timeoutSeconds = mail.timeout
        return delivery
    }

    private func smsDelivery() throws -> any Delivery {
        guard sms.delivery == .http, let url = sms.url else { return OutboxOnlyDelivery() }
        var gateway = SMSGateway(
            url: RequestTemplate(url), headers: sms.headers.map { RequestTemplate($0) },
            body: RequestTemplate(sms.body ?? ""), sender: sms.from ?? "")
        gateway.method = sms.method
        gateway.secret = try sms.secretFile.map(Self.firstLine)
        gateway.success = sms.success
        gateway.certificates = try sms.certificates.map(Self.readable)
        gateway.timeoutSeconds = sms.timeout
        return gateway
    }

    private static func readable(_ path: String) throws -> String {
        guard FileManager.default.isReadableFile(atPath: path) else {
            throw NotificationError.noCertificates(path: path)
        }
        return path
    }

    private static func firstLine(of path: String) throws -> String {
        let text: String
        do {
            text = try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            throw NotificationError.noSecret(path: path, reason: "it is missing, not ours to read, or not text")
        }
        guard let line = text.split(whereSeparator: \.isNewline).first else {
            throw NotificationError.noSecret(path: path, reason: "it is empty")
        }
        return String(line)
    }
}

extension RetryPolicy {
    init(_ outbox: ServerConfiguration.Outbox) {
        self.init(
            initialDelay: outbox.initialDelay, maximumDelay: outbox.maximumDelay, patience: outbox.patience)
    }
}
