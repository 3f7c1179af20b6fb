internal import SIPMessage

/// A Contact's URI as the phone gave it, and as it is compared (RFC 3261 §19.1.4).
struct ContactURI {
    let text: String
    let uri: SIPURI

    init(_ text: String, _ uri: SIPURI) {
        self.text = text
        self.uri = uri
    }

    /// Nil if it is no URI.
    init?(_ text: String) {
        guard let uri = SIPURI(text) else { return nil }
        self.init(text, uri)
    }

    func isEquivalent(to other: ContactURI) -> Bool { uri.isEquivalent(to: other.uri) }
}
