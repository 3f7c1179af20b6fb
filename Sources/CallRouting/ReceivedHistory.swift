internal import CallPlanning
internal import SIPMessage

/// Where the History-Info of a request ends, and how it goes on (RFC 7044 §10.3).
struct ReceivedHistory {
    /// An index longer than this is not continued: each hop makes it longer.
    private static let longestIndex = 64

    /// The index of the entry for the number that was called, there or to be written.
    let nextIndex: String
    /// Whether the last entry is the Request-URI that came.
    let isComplete: Bool
    /// Where headers of the last entry's URI go, and whether it has some.
    let headerPlace: Int
    let hasHeaders: Bool

    /// Nil: the request has none.
    init?(_ request: SIPMessage) {
        guard request.first(.historyInfo) != nil, let element = request.elements(.historyInfo).last,
            let address = NameAddress(request.bytes, element.range)
        else { return nil }
        let told = ParameterList(request.bytes, address.parameters)?.text("index") ?? ""
        let index = Self.isIndex(told) ? told : "1"
        let uri = SIPURI(request.bytes, address.uri)
        let requested = request.requestURI.flatMap { SIPURI(request.bytes, $0) }
        isComplete =
            told == index && uri?.user == requested?.user && uri?.host.lowercased() == requested?.host.lowercased()
        // A zero stands for what was not written down.
        nextIndex = isComplete ? index : index + ".0.1"
        headerPlace = address.uri.upperBound
        hasHeaders = uri?.hasHeaders == true
    }

    private static func isIndex(_ text: String) -> Bool {
        text.utf8.count <= longestIndex
            && text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { part in
                !part.isEmpty && part.utf8.allSatisfy(ASCII.isDigit)
            }
    }
}

/// The diversions that a request has behind it when it comes, read from the one header so that the other can tell them
/// too (RFC 7544).
enum ReceivedDiversions {
    /// Far more than the limit of diversions lets through.
    private static let limit = 30

    /// From Diversion, the oldest first (RFC 7544 §7.1).
    static func fromDiversion(_ request: SIPMessage, domain: String) -> [ToldDiversion] {
        request.elements(.diversion).prefix(limit).reversed().compactMap { element in
            guard let address = NameAddress(request.bytes, element.range),
                let uri = uri(request, address, domain), let list = ParameterList(request.bytes, address.parameters)
            else { return nil }
            let reason = list.text("reason") ?? "unknown"
            let privacy = list.text("privacy")?.lowercased() ?? "off"
            return ToldDiversion(
                from: uri, reason: reason, cause: DiversionReason.cause(forToken: reason), isPrivate: privacy != "off")
        }
    }

    /// From History-Info, the oldest first: an entry with a cause tells why the one before it sent the call on
    /// (RFC 7544 §7.2).
    static func fromHistory(_ request: SIPMessage, domain: String) -> [ToldDiversion] {
        var told: [ToldDiversion] = []
        var previous: (uri: String, isPrivate: Bool)?
        for element in request.elements(.historyInfo).suffix(limit) {
            guard let address = NameAddress(request.bytes, element.range), let text = uri(request, address, domain),
                let uri = SIPURI(request.bytes, address.uri)
            else { continue }
            if let cause = uri.parameter("cause")?.value.flatMap({ Int($0) }), let previous {
                let reason = DiversionReason(cause: cause)
                told.append(
                    ToldDiversion(
                        from: previous.uri, reason: reason.token, cause: reason.cause, isPrivate: previous.isPrivate))
            }
            let isPrivate = uri.headers.contains {
                $0.name.lowercased() == "privacy" && $0.value?.lowercased() != "none"
            }
            previous = (text, isPrivate)
        }
        return told
    }

    /// The URI alone, without cause and headers; a telephone number as a sip: URI, which can have parameters.
    private static func uri(_ request: SIPMessage, _ address: NameAddress, _ domain: String) -> String? {
        guard var uri = SIPURI(request.bytes, address.uri) else { return nil }
        switch uri.scheme {
        case .other: return nil
        case .tel: return "sip:\(uri.user ?? "")@\(domain);user=phone"
        case .sip, .sips:
            uri.parameters.removeAll { $0.name.lowercased() == "cause" }
            return uri.description
        }
    }
}
