internal import CallPlanning
internal import Directory
internal import SIPMessage

/// Diversion (RFC 5806) and History-Info (RFC 7044): how often a call has been diverted before, and what a diverted
/// request tells. Both are written from the same list of diversions, so that they always tell the same story.
enum DiversionHeaders {
    /// One Diversion line stands for at most so many.
    private static let largestCounter = 1000

    /// How often the call has been diverted before it came here: the sum of the counters, or the entries with a cause
    /// (RFC 7544 §5), whichever is more. The only place that counts. An untrusted sender's word counts as well: it
    /// can only bring the limit nearer.
    static func count(in request: SIPMessage) -> Int {
        var hasAny = false
        for field in request.fields where field.name == .diversion || field.name == .historyInfo { hasAny = true }
        return hasAny ? max(diversionCount(request), historyCount(request)) : 0
    }

    private static func diversionCount(_ request: SIPMessage) -> Int {
        request.elements(.diversion).reduce(0) { sum, element in
            guard let address = NameAddress(request.bytes, element.range) else { return sum }
            return sum + counter(ParameterList(request.bytes, address.parameters))
        }
    }

    /// For how many diversions one element of Diversion stands. Anything but a number counts as one, a number too large
    /// to read as very many.
    ///
    /// - Parameter parameters: of the element; nil: they can't be read.
    static func counter(_ parameters: ParameterList?) -> Int {
        let counter = parameters?.text("counter") ?? ""
        guard !counter.isEmpty, counter.utf8.allSatisfy(ASCII.isDigit) else { return 1 }
        return min(max(Int(counter) ?? largestCounter, 1), largestCounter)
    }

    private static func historyCount(_ request: SIPMessage) -> Int {
        request.elements(.historyInfo).count { element in
            guard let address = NameAddress(request.bytes, element.range) else { return false }
            return SIPURI(request.bytes, address.uri)?.parameter("cause") != nil
        }
    }

    /// Diversion lines, the newest first: ours to stand above those that came, older ones below.
    static func diversionLines(_ diversions: [ToldDiversion]) -> String {
        diversions.reversed().map { diversion in
            "Diversion: <\(diversion.from)>;reason=\(diversion.reason);counter=1"
                + ";privacy=\(diversion.isPrivate ? "full" : "off")\r\n"
        }.joined()
    }

    /// Where a diverted request goes now.
    struct Destination {
        /// The Request-URI of the copy. Of a call that was diverted here it ends with the cause, unless a registered
        /// contact is rung.
        let requestURI: String
        /// The number whose registered contact that is, if it is one.
        let number: String?
    }

    /// History-Info lines in the order of events, to stand below those that came.
    ///
    /// - Parameters:
    ///   - diversions: the oldest first; of those that came, only what no History-Info has told.
    ///   - received: where the history that came ended; nil: none came.
    static func historyLines(
        _ diversions: [ToldDiversion], after received: ReceivedHistory?, to destination: Destination
    ) -> String {
        guard let first = diversions.first else { return "" }
        var index = received?.nextIndex ?? "1"
        // An entry that came for the number that was called stands for it already.
        var lines = received?.isComplete == true ? "" : line(first.from + headers(of: first), index, "")
        lines += targetLines(diversions, to: destination.number ?? destination.requestURI, headers: "", &index)
        if destination.number != nil { lines += line(destination.requestURI, index + ".1", ";rc=\(index)") }
        return lines
    }

    /// History-Info lines of what was before the history that came, in the order of events, to stand above it.
    ///
    /// - Parameter next: whom the last of these diversions sent the call to.
    static func historyLines(
        _ diversions: [ToldDiversion], before received: ReceivedHistory, to next: ToldDiversion
    ) -> String {
        guard let first = diversions.first else { return "" }
        var index = received.earlierIndex
        var lines = line(first.from + headers(of: first), index, "")
        lines += targetLines(diversions, to: next.from, headers: headers(of: next), &index)
        return lines
    }

    /// Whom each of the diversions sent the call to, and why.
    ///
    /// - Parameter index: of the first that sent it on; then of the last that it was sent to.
    private static func targetLines(
        _ diversions: [ToldDiversion], to last: String, headers lastHeaders: String, _ index: inout String
    ) -> String {
        var lines = ""
        for (place, diversion) in diversions.enumerated() {
            let next = place + 1 < diversions.count ? diversions[place + 1] : nil
            var to = next?.from ?? last
            let cause = ";cause=\(diversion.cause)"
            if !to.hasSuffix(cause) { to += cause }
            lines += line(to + (next.map(headers) ?? lastHeaders), index + ".1", ";mp=\(index)")
            index += ".1"
        }
        return lines
    }

    private static func line(_ uri: String, _ index: String, _ parameter: String) -> String {
        "History-Info: <\(uri)>;index=\(index)\(parameter)\r\n"
    }

    /// That the number is private, and the response that made it send the call on (RFC 7044 §10.2).
    private static func headers(of diversion: ToldDiversion) -> String {
        let asksForPrivacy = diversion.isPrivate && diversion.from != ToldDiversion.anonymousURI
        let parts = [asksForPrivacy ? "Privacy=history" : nil, diversion.reasonHeader].compactMap(\.self)
        return parts.isEmpty ? "" : "?" + parts.joined(separator: "&")
    }
}

/// One diversion as the headers tell it, whoever made it.
struct ToldDiversion: Equatable {
    /// Stands for a number that is withheld (RFC 7044 §10.1.2).
    static let anonymousURI = "sip:anonymous@anonymous.invalid"
    /// Stands for a number that was not told.
    static let unknownURI = "sip:unknown@unknown.invalid"
    /// A diversion of which nothing is known but that it was one.
    static let unknown = ToldDiversion(
        from: unknownURI, reason: DiversionReason.unknown.token, cause: DiversionReason.unknown.cause, isPrivate: false)

    /// The URI of the number that sent the call on.
    private(set) var from: String
    /// Diversion's `reason`.
    let reason: String
    /// RFC 4458's `cause`.
    let cause: Int
    var causingStatus: Int?
    var isPrivate = false

    /// `Reason=…` as it stands escaped in a URI.
    var reasonHeader: String? { causingStatus.map { "Reason=SIP%3Bcause%3D\($0)" } }

    /// As those beyond the circle of trust are told of it.
    var anonymised: ToldDiversion {
        guard isPrivate else { return self }
        var told = self
        told.from = Self.anonymousURI
        return told
    }

    init(from: String, reason: String, cause: Int, isPrivate: Bool) {
        self.from = from
        self.reason = reason
        self.cause = cause
        self.isPrivate = isPrivate
    }

    init(_ diversion: Diversion, domain: String) {
        from = Self.uri(of: diversion.from, domain: domain)
        reason = diversion.reason.token
        cause = diversion.reason.cause
        causingStatus = diversion.causingStatus
    }

    static func uri(of number: PhoneNumber, domain: String) -> String {
        number.kind == .global
            ? "sip:\(number.canonical)@\(domain);user=phone" : "sip:\(Escaping.encoded(number.canonical))@\(domain)"
    }
}
