internal import CallPlanning
internal import Directory
internal import SIPMessage

/// Diversion (RFC 5806) and History-Info (RFC 7044): how often a call has been diverted before, and what a diverted
/// request tells. Both are written from the same list of diversions, so that they always tell the same story.
enum DiversionHeaders {
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
            let counter = ParameterList(request.bytes, address.parameters)?.text("counter").flatMap { Int($0) } ?? 1
            return sum + min(max(counter, 1), 1000)
        }
    }

    private static func historyCount(_ request: SIPMessage) -> Int {
        request.elements(.historyInfo).count { element in
            guard let address = NameAddress(request.bytes, element.range) else { return false }
            return SIPURI(request.bytes, address.uri)?.parameter("cause") != nil
        }
    }

    /// Diversion lines for the newest first, to stand above those that came.
    static func diversionLines(_ diversions: [Diversion], domain: String, hidden: Bool) -> String {
        diversions.reversed().map { diversion in
            "Diversion: <\(uri(diversion.from, domain))>;reason=\(diversion.reason.token);counter=1"
                + ";privacy=\(hidden ? "full" : "off")\r\n"
        }.joined()
    }

    /// History-Info lines in the order of events, to stand below those that came.
    ///
    /// - Parameters:
    ///   - received: where the history that came ended; nil: none came.
    ///   - target: the Request-URI of the copy that goes out.
    static func historyLines(
        _ diversions: [Diversion], received: HistoryEnd?, target: String, isContact: Bool, domain: String
    ) -> String {
        guard let first = diversions.first else { return "" }
        var lines = ""
        var index: String
        switch received {
        case nil: index = "1"
        case .matching(let last)?: index = last
        // RFC 7044 §10.3: a zero stands for what was not written down.
        case .gap(let last)?: index = last + ".0.1"
        }
        if case .matching? = received {
            // The entry of the number that was called is there already.
        } else {
            lines += line(uri(first.from, domain) + reason(first), index, "")
        }
        for (place, diversion) in diversions.enumerated() {
            let isLast = place == diversions.count - 1
            let number = isLast ? nil : diversions[place + 1].from
            var to = number.map { uri($0, domain) } ?? destination(diversion, target, isContact, domain)
            if !to.contains(";cause=") { to += ";cause=\(diversion.reason.cause)" }
            if !isLast { to += reason(diversions[place + 1]) }
            lines += line(to, index + ".1", ";mp=\(index)")
            index += ".1"
            if isLast, isContact { lines += line(target, index + ".1", ";rc=\(index)") }
        }
        return lines
    }

    /// Where the history that came ends.
    enum HistoryEnd {
        /// The last entry is the Request-URI that came.
        case matching(index: String)
        case gap(index: String)
    }

    static func historyEnd(of request: SIPMessage) -> HistoryEnd? {
        guard let last = request.elements(.historyInfo).last, let address = NameAddress(request.bytes, last.range)
        else { return nil }
        let index = ParameterList(request.bytes, address.parameters)?.text("index") ?? "1"
        guard let uri = SIPURI(request.bytes, address.uri), let range = request.requestURI,
            let requested = SIPURI(request.bytes, range), uri.user == requested.user,
            uri.host.lowercased() == requested.host.lowercased()
        else { return .gap(index: index) }
        return .matching(index: index)
    }

    private static func destination(_ diversion: Diversion, _ target: String, _ isContact: Bool, _ domain: String)
        -> String
    {
        guard isContact, case .number(let number)? = diversion.destination else { return target }
        return uri(number, domain)
    }

    private static func line(_ uri: String, _ index: String, _ parameter: String) -> String {
        "History-Info: <\(uri)>;index=\(index)\(parameter)\r\n"
    }

    /// The response that caused it, in the entry of the number that was called (RFC 7044 §10.2).
    private static func reason(_ diversion: Diversion) -> String {
        diversion.causingStatus.map { "?Reason=SIP%3Bcause%3D\($0)" } ?? ""
    }

    private static func uri(_ number: PhoneNumber, _ domain: String) -> String {
        number.kind == .global
            ? "sip:\(number.canonical)@\(domain);user=phone" : "sip:\(Escaping.encoded(number.canonical))@\(domain)"
    }
}
