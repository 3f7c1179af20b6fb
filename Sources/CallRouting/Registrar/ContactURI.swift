internal import SIPMessage

/// A Contact's URI as the phone gave it, and as it is compared (RFC 3261 §19.1.4).
struct ContactURI {
    let text: String
    let uri: SIPURI
    /// The `?name=value` part, unescaped and in order: it always counts in a comparison.
    private let headers: [String]

    /// Nil if it is no URI.
    init?(_ text: String) {
        guard let uri = SIPURI(text) else { return nil }
        self.text = text
        self.uri = uri
        headers = uri.hasHeaders ? Self.headers(of: text) : []
    }

    func isEquivalent(to other: ContactURI) -> Bool {
        uri.isEquivalent(to: other.uri) && headers == other.headers
    }

    /// A question mark may stand in the user part too, an @ nowhere behind it (§25.1).
    private static func headers(of text: String) -> [String] {
        let host = text.lastIndex(of: "@") ?? text.startIndex
        guard let mark = text[host...].firstIndex(of: "?") else { return [] }
        return text[text.index(after: mark)...].split(separator: "&").map { header in
            let sides = header.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = Escaping.decoded(sides[0]).lowercased()
            return name + "=" + (sides.count > 1 ? Escaping.decoded(sides[1]) : "")
        }.sorted()
    }
}
