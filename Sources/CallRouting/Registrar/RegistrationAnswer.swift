internal import Directory
internal import SIPTransaction

/// The headers of the 200 to a REGISTER: every current binding with what is left of its time and the Date (RFC 3261 §10.3
/// step 8), and the Path that the request came with (RFC 3327 §5.3).
enum RegistrationAnswer {
    static func headers(bindings: [Binding], path: PathVector, at now: Instant) -> String {
        var headers = ""
        for binding in bindings {
            let left = max(0, (binding.expiresAt - now.milliseconds + 999) / 1000)
            headers += "Contact: <\(binding.contact)>"
            // 1 is what a contact without q has.
            if binding.q < 1000 { headers += ";q=\(QValue.text(binding.q))" }
            headers += ";expires=\(left)\(binding.parameters)\r\n"
        }
        for value in path.values { headers += "Path: \(value)\r\n" }
        // Many a phone has no other clock.
        return headers + "Date: \(InternetDate.text(now.milliseconds)) GMT\r\n"
    }
}
