internal import CallPlanning
internal import Directory
internal import SIPMessage
internal import SIPTransaction

/// Writes the copy of a request that goes to one target (RFC 3261 §16.6 steps 1 to 9), by splicing: what no step
/// changes stays as it came.
extension CallRouter {
    /// - Parameters:
    ///   - stage: the address that it is sent for; nil: no service has a part in it.
    ///   - breadth: what of the request's breadth the copy may have (RFC 5393 §5.3).
    mutating func compose(
        _ proxied: ProxiedRequest, _ target: Target, _ stage: Stage?, _ breadth: Int, _ hop: Hop,
        _ branch: BranchParameter
    ) -> [UInt8] {
        let request = proxied.request
        editor.reset()
        replaceRequestURI(proxied, target)
        removeRoutes(proxied)
        editMaxForwards(request, proxied.head.maxForwards)
        if let value = proxied.receivedVia.value { editor.replace(proxied.receivedVia.range, with: value) }

        var lines: [UInt8] = []
        swap(&lines, &scratch)
        lines.removeAll(keepingCapacity: true)
        appendVia(hop, branch, to: &lines)
        if proxied.edits.recordsRoute { appendRecordRoute(proxied, target, hop, to: &lines) }
        for route in target.routes { lines.append(contentsOf: "Route: \(route)\r\n".utf8) }
        editBreadth(request, breadth, &lines)
        editIdentity(proxied, target, hop, &lines)
        editDiversions(proxied, stage, target, hop, &lines)
        if hop.transport.isReliable, request.first(.contentLength) == nil {
            lines.append(contentsOf: "Content-Length: \(request.body.count)\r\n".utf8)
        }
        // Before all others of their kinds, wherever those stand (§16.6 step 4, RFC 5806).
        editor.insert(lines, at: request.headersStart)
        swap(&lines, &scratch)
        return editor.apply(to: request)
    }

    private mutating func replaceRequestURI(_ proxied: ProxiedRequest, _ target: Target) {
        guard let range = proxied.request.requestURI else { return }
        let route = proxied.edits.route
        let uri = target.uri ?? route.rewrittenURI
        if let strict = route.strictURI {
            // §16.6 step 6: the target goes to the end of the route, the strict router's URI to the front.
            editor.replace(range, with: proxied.request.bytes[strict])
            let last = uri ?? Array(proxied.request.bytes[range])
            let end = proxied.request.last(.route)?.line.upperBound ?? proxied.request.headersEnd
            editor.insert(Array("Route: <".utf8) + last + Array(">\r\n".utf8), at: end)
        } else if let uri {
            editor.replace(range, with: uri)
        }
    }

    private mutating func removeRoutes(_ proxied: ProxiedRequest) {
        let consumed = proxied.edits.route.consumed
        guard !consumed.isEmpty else { return }
        if consumed.allSatisfy(\.isAlone) {
            for route in consumed { editor.remove(route.removal) }
        } else {
            editor.remove(consumed, of: proxied.request)
        }
    }

    private mutating func editMaxForwards(_ request: SIPMessage, _ maxForwards: Int?) {
        if let field = request.first(.maxForwards) {
            editor.replace(field.value, withNumber: (maxForwards ?? 71) - 1)
        } else {
            editor.insert("Max-Forwards: 70\r\n", at: request.headersEnd)
        }
    }

    mutating func appendVia(_ hop: Hop, _ branch: BranchParameter, to lines: inout [UInt8]) {
        lines.append(contentsOf: ownLines(for: hop.local, hop.transport).via)
        branch.append(to: &lines)
        lines.append(ASCII.carriageReturn)
        lines.append(ASCII.lineFeed)
    }

    /// §16.6 step 4; two where the sides differ in address or transport, so that each side can reach its own.
    private mutating func appendRecordRoute(
        _ proxied: ProxiedRequest, _ target: Target, _ hop: Hop, to lines: inout [UInt8]
    ) {
        let value = signedNote(proxied, target, hop)
        appendRecordRoute(hop.local, hop.transport, value, to: &lines)
        if hop.local != proxied.flow.local || hop.transport != proxied.flow.transport {
            appendRecordRoute(proxied.flow.local, proxied.flow.transport, value, to: &lines)
        }
    }

    private mutating func appendRecordRoute(
        _ local: Endpoint, _ transport: TransportProtocol, _ value: [UInt8], to lines: inout [UInt8]
    ) {
        lines.append(contentsOf: ownLines(for: local, transport).recordRoute)
        lines.append(contentsOf: value)
        lines.append(ASCII.greater)
        lines.append(ASCII.carriageReturn)
        lines.append(ASCII.lineFeed)
    }

    /// The same for all copies of a request, but for one to a phone that is not reached by its Contact.
    private mutating func signedNote(_ proxied: ProxiedRequest, _ target: Target, _ hop: Hop) -> [UInt8] {
        if let made = proxied.edits.routeNote, !target.isBehindNAT { return made }
        let callID = proxied.request.first(.callID).map { proxied.request.bytes[$0.value] } ?? []
        let value = signer.value(routeNote(proxied, target, hop), callID: callID)
        if !target.isBehindNAT { proxied.edits.routeNote = value }
        return value
    }

    /// RFC 5393 §5.3.3.1.
    private mutating func editBreadth(_ request: SIPMessage, _ breadth: Int, _ lines: inout [UInt8]) {
        if let field = request.first(.maxBreadth) {
            editor.replace(field.value, withNumber: breadth)
        } else if request.method != .ack, request.tag(.to) == nil {
            lines.append(word: "Max-Breadth: ")
            lines.append(decimal: breadth)
            lines.append(ASCII.carriageReturn)
            lines.append(ASCII.lineFeed)
        }
    }

    /// What is written for one of our listening addresses.
    mutating func ownLines(for local: Endpoint, _ transport: TransportProtocol) -> OwnLines {
        for lines in linesMade where lines.local == local && lines.transport == transport { return lines }
        let lines = OwnLines(local, transport, sentBy: configuration.sentBy(local))
        linesMade.append(lines)
        return lines
    }
}

/// The beginnings of the lines that name one of our listening addresses: the same for all requests.
final class OwnLines {
    let local: Endpoint
    let transport: TransportProtocol
    /// To be followed by the branch. RFC 3581: whoever is behind a NAT or not, the response is to come back where it
    /// was sent from.
    let via: [UInt8]
    /// To be followed by the note and the closing bracket.
    let recordRoute: [UInt8]

    init(_ local: Endpoint, _ transport: TransportProtocol, sentBy: String) {
        self.local = local
        self.transport = transport
        via = Array("Via: SIP/2.0/\(transport.viaText) \(sentBy);rport;branch=".utf8)
        let parameter = transport == .tcp ? ";transport=tcp" : ""
        recordRoute = Array("Record-Route: <sip:\(sentBy)\(parameter);lr;\(RouteSigner.parameterName)=".utf8)
    }
}
