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
    /// Whether the one that it names is to be kept from those beyond the circle of trust.
    var isPrivate: Bool

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
        isPrivate =
            element.field.name == .diversion
            ? Self.isPrivate(diversion: parameters) : headers.contains { Self.isPrivacy(header: $0) }
    }

    /// RFC 5806's `privacy`. What can't be read may ask for it.
    private static func isPrivate(diversion parameters: ParameterList?) -> Bool {
        guard let parameters else { return true }
        return parameters.text("privacy")?.lowercased() ?? "off" != "off"
    }

    /// RFC 7044 §10.1: a Privacy header in the URI of History-Info.
    private static func isPrivacy(header: Substring) -> Bool {
        let parts = header.split(separator: "=", maxSplits: 1)
        return parts.first?.lowercased() == "privacy" && parts.last?.lowercased() != "none"
    }

    /// Display name and URI, with the brackets.
    var naming: Range<Int> { element.range.lowerBound..<address.parameters.lowerBound }

    /// What stands in place of display name and URI beyond the circle of trust: nobody is named, but the cause, and the
    /// response behind it, tell what happened (RFC 7044 §10.1.2).
    ///
    /// - Parameter reason: one more header of the URI.
    func anonymised(adding reason: String? = nil) -> String {
        let cause = uri?.parameter("cause").map { ";cause" + ($0.value.map { "=" + $0 } ?? "") } ?? ""
        var kept = headers.filter { $0.lowercased().hasPrefix("reason=") }.map(String.init)
        if let reason { kept.append(reason) }
        let query = kept.isEmpty ? "" : "?" + kept.joined(separator: "&")
        return "<\(ToldDiversion.anonymousURI)\(cause)\(query)>"
    }

    /// The URI alone, without cause and headers; a telephone number as a sip: URI, which can have parameters. Nil: it is
    /// neither.
    func place(domain: String) -> String? {
        guard var uri else { return nil }
        switch uri.scheme {
        case .other: return nil
        case .tel: return "sip:\(uri.user ?? "")@\(domain);user=phone"
        case .sip, .sips:
            uri.removeCause()
            return uri.description
        }
    }
}

extension SIPURI {
    /// Removes RFC 4458's `cause`, however often it is there.
    mutating func removeCause() {
        guard has("cause") else { return }
        parameters.removeAll { $0.name.lowercased() == "cause" }
    }
}

/// Where the History-Info of a request begins and ends, and how it goes on (RFC 7044 §10.3).
struct ReceivedHistory {
    /// An index longer than this is not continued: each hop makes it longer.
    private static let longestIndex = 64

    private let entries: [ReceivedEntry]
    /// The index of the entry for the number that was called, there or to be written.
    let nextIndex: String
    /// Whether the last entry is the Request-URI that came.
    let isComplete: Bool

    /// Nil: there is none that can be read.
    ///
    /// - Parameter isRequested: whether a URI names the one whom the Request-URI names.
    init?(_ entries: [ReceivedEntry], isRequested: (SIPURI) -> Bool) {
        guard let last = entries.last else { return nil }
        self.entries = entries
        let told = last.parameters?.text("index") ?? ""
        let index = Self.isIndex(told) ? told : "1"
        isComplete = told == index && last.uri.map(isRequested) == true
        // A zero stands for what was not written down.
        nextIndex = isComplete ? index : index + ".0.1"
    }

    /// An index for what was before the first entry, of which no other entry is a part: a zero stands for what was not
    /// written down. More than one, if a peer has used it for the same.
    var earlierIndex: String {
        let indices = entries.compactMap { $0.parameters?.text("index") }
        var index = "0"
        while index.utf8.count < Self.longestIndex,
            indices.contains(where: { $0 == index || $0.hasPrefix(index + ".") })
        {
            index += ".0"
        }
        return index
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
    private(set) var diversion: [ReceivedEntry] = []
    /// History-Info, the oldest first.
    private(set) var history: [ReceivedEntry] = []
    /// Elements of either that name nobody whom one can make out.
    private(set) var unreadable: [HeaderElement] = []

    init(_ request: SIPMessage) {
        diversion = read(request, .diversion)
        history = read(request, .historyInfo)
    }

    private mutating func read(_ request: SIPMessage, _ header: HeaderName) -> [ReceivedEntry] {
        request.elements(header).compactMap { element in
            let entry = ReceivedEntry(request, element)
            if entry == nil { unreadable.append(element) }
            return entry
        }
    }

    /// Makes all entries private of which this is true.
    mutating func withhold(_ isWithheld: (ReceivedEntry) -> Bool) {
        for place in diversion.indices where isWithheld(diversion[place]) { diversion[place].isPrivate = true }
        for place in history.indices where isWithheld(history[place]) { history[place].isPrivate = true }
    }

    /// For how many diversions the Diversion that came stands.
    var diversionCount: Int { diversion.reduce(0) { $0 + DiversionHeaders.counter($1.parameters) } }

    /// Of how many diversions the History-Info that came tells.
    var historyCount: Int { history.count { $0.uri?.parameter("cause") != nil } }

    /// Whom the first entry of History-Info names, as one whose reason to send the call on is not known; none: no entry
    /// came.
    func historyStart(domain: String) -> [ToldDiversion] {
        history.prefix(1).map { entry in
            ToldDiversion(
                from: entry.place(domain: domain) ?? ToldDiversion.unknownURI, reason: DiversionReason.unknown.token,
                cause: DiversionReason.unknown.cause, isPrivate: entry.isPrivate)
        }
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

    /// From History-Info, the oldest first: an entry with a cause tells why another one sent the call on
    /// (RFC 7544 §7.2). That is the one that its `mp` names (RFC 7044 §5), else the one before it.
    func fromHistory(domain: String) -> [ToldDiversion] {
        var told: [ToldDiversion] = []
        var previous: ReceivedEntry?
        var indexed: [String: ReceivedEntry] = [:]
        for (place, entry) in history.enumerated() {
            defer { if let index = entry.parameters?.text("index") { indexed[index] = entry } }
            guard let uri = entry.uri else { continue }
            if place >= history.count - Self.limit, let cause = uri.parameter("cause") {
                let reason = cause.value.flatMap { Int($0) }.map { DiversionReason(cause: $0) } ?? .unknown
                let diverting = entry.parameters?.text("mp").flatMap { indexed[$0] } ?? previous
                told.append(
                    ToldDiversion(
                        from: diverting?.place(domain: domain) ?? ToldDiversion.unknownURI, reason: reason.token,
                        cause: reason.cause, isPrivate: diverting?.isPrivate == true))
            }
            previous = entry
        }
        return told
    }
}
