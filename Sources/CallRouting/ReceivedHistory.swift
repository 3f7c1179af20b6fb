internal import CallPlanning
internal import Directory
internal import SIPMessage

/// One element of Diversion or History-Info as it came.
struct ReceivedEntry {
    let element: HeaderElement
    let address: NameAddress
    /// Without its headers; nil: it can't be read.
    let uri: SIPURI?
    /// The headers of the URI: `Reason=…`, `Privacy=history`.
    let headers: [Substring]
    /// Nil: they can't be read.
    let parameters: ParameterList?

    init?(_ message: SIPMessage, _ element: HeaderElement) {
        guard let address = NameAddress(message.bytes, element.range) else { return nil }
        self.element = element
        self.address = address
        let whole = message.bytes[address.uri]
        // A user part may have a question mark too. A tel: URI has no headers, but is given some all the same.
        let host = whole.firstIndex(of: UInt8(ascii: "@")) ?? whole.startIndex
        let question = whole[host...].firstIndex(of: UInt8(ascii: "?")) ?? whole.endIndex
        uri = SIPURI(message.bytes, whole.startIndex..<question)
        headers = message.text(question..<whole.endIndex).dropFirst().split(separator: "&")
        parameters = ParameterList(message.bytes, address.parameters)
    }

    /// Whether the one that it names is to be kept from those beyond the circle of trust: Diversion's `privacy`
    /// (RFC 5806), or the Privacy header of History-Info's URI (RFC 7044 §10.1). What can't be read may ask for it.
    var isPrivate: Bool {
        guard element.field.name == .historyInfo else {
            guard let parameters else { return true }
            return parameters.text("privacy")?.lowercased() ?? "off" != "off"
        }
        return headers.contains { header in
            let parts = header.split(separator: "=", maxSplits: 1)
            return parts.first?.lowercased() == "privacy" && parts.last?.lowercased() != "none"
        }
    }

    /// The URI alone, without cause and headers; a telephone number as a sip: URI, which can have parameters. Nil: it is
    /// neither.
    func place(domain: String) -> String? {
        guard var uri else { return nil }
        switch uri.scheme {
        case .other: return nil
        case .tel: return "sip:\(uri.user ?? "")@\(domain);user=phone"
        case .sip, .sips:
            if uri.has("cause") { uri.parameters.removeAll { $0.name.lowercased() == "cause" } }
            return uri.description
        }
    }
}

/// Where the History-Info of a request ends, and how it goes on (RFC 7044 §10.3).
struct ReceivedHistory {
    /// An index longer than this is not continued: each hop makes it longer.
    private static let longestIndex = 64

    let last: ReceivedEntry
    /// The index of the entry for the number that was called, there or to be written.
    let nextIndex: String
    /// Whether the last entry is the Request-URI that came.
    let isComplete: Bool

    /// Nil: there is none that can be read.
    ///
    /// - Parameter isRequested: whether a URI names the one whom the Request-URI names.
    init?(_ entries: [ReceivedEntry], isRequested: (SIPURI) -> Bool) {
        guard let last = entries.last else { return nil }
        self.last = last
        let told = last.parameters?.text("index") ?? ""
        let index = Self.isIndex(told) ? told : "1"
        isComplete = told == index && last.uri.map(isRequested) == true
        // A zero stands for what was not written down.
        nextIndex = isComplete ? index : index + ".0.1"
    }

    private static func isIndex(_ text: String) -> Bool {
        text.utf8.count <= longestIndex
            && text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { part in
                !part.isEmpty && part.utf8.allSatisfy(ASCII.isDigit)
            }
    }
}

/// The diversions that a request has behind it when it comes, read from the one header so that the other can tell them
/// too (RFC 7544). They are as many as ``DiversionHeaders/count(in:)`` counts.
struct ReceivedDiversions {
    /// Far more than the limit of diversions lets through.
    private static let limit = 30

    /// Diversion, the newest first.
    let diversion: [ReceivedEntry]
    /// History-Info, the oldest first.
    let history: [ReceivedEntry]

    init(_ request: SIPMessage) {
        diversion = request.elements(.diversion).compactMap { ReceivedEntry(request, $0) }
        history = request.elements(.historyInfo).compactMap { ReceivedEntry(request, $0) }
    }

    /// From Diversion, the oldest first (RFC 7544 §7.1). A counter above 1 stands for diversions before this one by
    /// numbers that nobody has written down.
    func fromDiversion(domain: String) -> [ToldDiversion] {
        var told: [ToldDiversion] = []
        for entry in diversion {
            let reason = entry.parameters?.text("reason") ?? "unknown"
            told.append(
                ToldDiversion(
                    from: entry.place(domain: domain) ?? ToldDiversion.unknownURI, reason: reason,
                    cause: DiversionReason.cause(forToken: reason), isPrivate: entry.isPrivate))
            let others = min(DiversionHeaders.counter(entry.parameters) - 1, Self.limit - told.count)
            guard others >= 0 else { break }
            told += Array(repeating: .unknown, count: others)
        }
        return told.prefix(Self.limit).reversed()
    }

    /// From History-Info, the oldest first: an entry with a cause tells why the one before it sent the call on
    /// (RFC 7544 §7.2).
    func fromHistory(domain: String) -> [ToldDiversion] {
        var told: [ToldDiversion] = []
        var previous: ReceivedEntry?
        for entry in history.suffix(Self.limit) {
            guard let uri = entry.uri else { continue }
            if let cause = uri.parameter("cause") {
                let reason = cause.value.flatMap { Int($0) }.map { DiversionReason(cause: $0) } ?? .unknown
                told.append(
                    ToldDiversion(
                        from: previous?.place(domain: domain) ?? ToldDiversion.unknownURI, reason: reason.token,
                        cause: reason.cause, isPrivate: previous?.isPrivate == true))
            }
            previous = entry
        }
        return told
    }
}
