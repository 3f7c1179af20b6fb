internal import SIPMessage

/// A Contact's URI as the phone gave it, and as it is compared (RFC 3261 §19.1.4).
struct ContactURI {
    let text: String
    let uri: SIPURI

    /// Nil if it is no URI.
    init?(_ text: String) {
        guard let uri = SIPURI(text) else { return nil }
        self.text = text
        self.uri = uri
    }

    func isEquivalent(to other: ContactURI) -> Bool { uri.isEquivalent(to: other.uri) }
}
