internal import CCurl

/// One mail or request over libcurl. All that touches libcurl is here, and judging what came of it.
@safe struct CurlTransfer: ~Copyable {
    /// What libcurl's codes mean that need more than their text.
    private enum Code {
        static let ok: CInt = 0
        /// CURLE_LOGIN_DENIED.
        static let loginDenied: CInt = 67
    }

    private let handle: OpaquePointer

    /// Nil: there is no memory.
    init?(url: String, timeoutSeconds: Int, stop: StopSignal) {
        guard let handle = unsafe ccurl_open(url, timeoutSeconds, stop.pointer) else { return nil }
        unsafe self.handle = handle
    }

    deinit {
        unsafe ccurl_close(handle)
    }

    func trust(certificatesIn path: String) { unsafe ccurl_set_ca_file(handle, path) }

    func signIn(as username: String, password: String) { unsafe ccurl_set_login(handle, username, password) }

    func add(header: String) { unsafe ccurl_add_header(handle, header) }

    func send(mail text: String, tls: ccurl_tls, from sender: String, to recipient: String) -> DeliveryOutcome {
        var text = text
        let code = text.withUTF8 { octets in
            unsafe octets.withMemoryRebound(to: CChar.self) { characters in
                unsafe ccurl_send_mail(handle, tls, sender, recipient, characters.baseAddress, characters.count)
            }
        }
        if code == Code.ok { return .accepted }
        if unsafe ccurl_is_stopped(handle) { return .stopped }
        let status = unsafe ccurl_status(handle)
        guard (400..<600).contains(status) else { return broken(code) }
        return Self.judge(
            reply: status, text: text, stage: unsafe ccurl_stage_reached(handle), reason: reason(reply: true))
    }

    /// RFC 5321 §4.2.1: 4yz may succeed later, 5yz never will, as long as all stays as it is. What is said to RCPT or to
    /// the content is about this mail; what is said before that is about us, and would be said to any mail.
    ///
    /// - Parameter text: the reply, its status first.
    static func judge(reply status: Int, text: String, stage: ccurl_stage, reason: String) -> DeliveryOutcome {
        // RFC 4954 §6: a server may ask for a sign-in or for TLS as late as that; 503 is how some of them do it.
        let isAboutUs = [503, 530, 534, 535, 538].contains(status)
        switch stage {
        case .recipient where !isAboutUs && !refusesRelay(text), .content where !isAboutUs:
            return status < 500 ? .postponed(reason: reason) : .refused(reason: reason)
        case .session, .sender, .recipient, .content: return .unavailable(reason: reason, cause: status)
        }
    }

    /// Whether the server does not take mails from us for this domain: a fault of the configuration, which is told only at
    /// RCPT, to every recipient. By the enhanced status code X.7.1, delivery not authorized (RFC 3463 §3.8), or, where there
    /// is no such code, by what servers say in its place.
    private static func refusesRelay(_ text: String) -> Bool {
        if let code = text.firstMatch(of: /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})\b/)?.1 { return code.hasSuffix(".7.1") }
        return text.lowercased().contains("relay")
    }

    /// Sends a request; the answer is the caller's to judge.
    func send(method: String, body: String) -> (status: Int, text: String, retryAfter: Int, broken: DeliveryOutcome?) {
        var body = body
        let code = body.withUTF8 { octets in
            unsafe octets.withMemoryRebound(to: CChar.self) { characters in
                unsafe ccurl_send_request(handle, method, characters.baseAddress, characters.count)
            }
        }
        let status = unsafe ccurl_status(handle)
        let answer = (status: status, text: text, retryAfter: unsafe ccurl_retry_after(handle))
        // A body that breaks off does not unmake the status before it.
        guard code != Code.ok, status == 0 else { return (answer.status, answer.text, answer.retryAfter, nil) }
        return (0, "", 0, unsafe ccurl_is_stopped(handle) ? .stopped : broken(code))
    }

    /// What the other side has said, on one line.
    private var text: String {
        let text = unsafe String(cString: ccurl_text(handle))
        return text.split(whereSeparator: \.isNewline).joined(separator: " ")
    }

    private func reason(reply: Bool) -> String {
        let error = unsafe String(cString: ccurl_error(handle))
        return reply && !text.isEmpty ? "\(error): the server says \"\(text)\"" : error
    }

    /// It ended without an answer that says why.
    private func broken(_ code: CInt) -> DeliveryOutcome {
        let reason = reason(reply: false)
        let cause = -Int(code)
        if code == Code.loginDenied {
            return .unavailable(reason: "the server offers no way to sign in that is known here", cause: cause)
        }
        return unsafe ccurl_is_handed_over(handle)
            ? .unknown(reason: reason) : .unavailable(reason: reason, cause: cause)
    }

    static let outOfMemory = DeliveryOutcome.postponed(reason: "there is no memory for it")
}
