package import Storage

/// Short messages through a gateway that takes HTTP requests, each as its operator wants them: a template.
package struct SMSGateway: Delivery {
    package enum Method: String, Sendable, CaseIterable {
        case post, put, get
    }

    package var method = Method.post
    package var url: RequestTemplate
    /// Each as `Name: value`.
    package var headers: [RequestTemplate]
    /// Not sent with GET.
    package var body: RequestTemplate
    /// What `{from}` stands for.
    package var sender: String
    /// What `{secret}` stands for; nil: there is none.
    package var secret: String?
    /// What the answer has to contain besides a status of 2xx; nil: nothing. Some gateways refuse with a 200.
    package var success: String?
    /// Certificates to trust instead of the system's, PEM; nil: the system's.
    package var certificates: String?
    /// For one message.
    package var timeoutSeconds = 30

    package init(url: RequestTemplate, headers: [RequestTemplate], body: RequestTemplate, sender: String) {
        self.url = url
        self.headers = headers
        self.body = body
        self.sender = sender
    }

    package func deliver(_ message: OutboxEntry, stop: StopSignal) -> DeliveryOutcome {
        let values = values(for: message)
        let lines = headers.map { $0.filled(with: values, .plain) }
        // A line break would begin another header (RFC 9110 §5.5).
        guard lines.allSatisfy({ $0.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control } }) else {
            return .refused(reason: "a header of the request would have a line break in it")
        }
        guard
            let transfer = CurlTransfer(
                url: url.filled(with: values, .percent), timeoutSeconds: timeoutSeconds, stop: stop)
        else { return CurlTransfer.outOfMemory }
        if let certificates { transfer.trust(certificatesIn: certificates) }
        for line in lines { transfer.add(header: line) }
        let escaping = RequestTemplate.Escaping(contentType: Self.contentType(lines))
        let answer = transfer.send(
            method: method.rawValue.uppercased(), body: method == .get ? "" : body.filled(with: values, escaping))
        // A gateway may say what it was told, and an error is kept and logged for longer than a code may be known.
        let quotes = !message.isSecret
        return answer.broken
            ?? judge(status: answer.status, text: answer.text, quotes: quotes, retryAfter: answer.retryAfter)
    }

    private func values(for message: OutboxEntry) -> [RequestTemplate.Placeholder: String] {
        let to = message.recipient
        var values: [RequestTemplate.Placeholder: String] = [
            .to: to, .text: message.body ?? "", .from: sender, .id: EventID.text(of: message.event),
        ]
        values[.e164] = to.hasPrefix("0") ? "+81" + to.dropFirst() : to
        values[.secret] = secret
        return values
    }

    private static func contentType(_ headers: [String]) -> String {
        for header in headers {
            let parts = header.split(separator: ":", maxSplits: 1)
            if parts.count == 2, parts[0].lowercased() == "content-type" { return String(parts[1]) }
        }
        return ""
    }

    /// RFC 9110 §15. What is wrong with a message or its recipient, only 400 and its like can say: other refusals are of
    /// the request as such, its address or its secret. After a 500 nobody knows how far the gateway had come, and 502,
    /// 504 and the codes above 505 come from something in between that does not know it either.
    func judge(status: Int, text: String, quotes: Bool = true, retryAfter: Int) -> DeliveryOutcome {
        let quote = quotes && !text.isEmpty ? " \"\(text.prefix(200))\"" : ""
        let reason = "the gateway answers \(status)" + quote
        switch status {
        case 200..<300:
            guard let success, !text.contains(success) else { return .accepted }
            return .refused(reason: reason + ", without \"\(success)\"")
        case 400, 409, 413, 414, 422, 431: return .refused(reason: reason)
        case 408, 425, 429, 503: return .postponed(reason: reason, after: retryAfter)
        case 500, 502, 504, 506..<600: return .unknown(reason: reason)
        default: return .unavailable(reason: reason, cause: status)
        }
    }
}
