internal import Directory
internal import SIPMessage
internal import SIPTransaction

/// The headers of the 200 to a REGISTER: every current binding with what is left of its time and the Date (RFC 3261 §10.3
/// step 8), and the Path that the request came with (RFC 3327 §5.3).
enum RegistrationAnswer {
    static func headers(bindings: [Binding], path: PathVector, at now: Instant) -> String {
        var headers: [UInt8] = []
        headers.reserveCapacity(512)
        for binding in bindings {
            headers.append(contentsOf: "Contact: <".utf8)
            headers.append(contentsOf: binding.contact.utf8)
            headers.append(ASCII.greater)
            // 1 is what a contact without q has.
            if binding.q < 1000 { headers.append(contentsOf: ";q=\(QValue.text(binding.q))".utf8) }
            headers.append(contentsOf: ";expires=".utf8)
            headers.append(decimal: Int(max(0, (binding.expiresAt - now.milliseconds + 999) / 1000)))
            headers.append(contentsOf: binding.parameters.utf8)
            headers.append(contentsOf: "\r\n".utf8)
        }
        for value in path.values { headers.append(contentsOf: "Path: \(value)\r\n".utf8) }
        // Many a phone has no other clock.
        headers.append(contentsOf: "Date: ".utf8)
        headers.append(contentsOf: InternetDate.text(now.milliseconds).utf8)
        headers.append(contentsOf: " GMT\r\n".utf8)
        return String(decoding: headers, as: UTF8.self)
    }
}
