internal import SIPMessage

/// The route set of a request after what was meant for us is taken off (RFC 3261 §16.4).
struct ReceivedRoute {
    /// The Request-URI as it counts: a strict router's is put right.
    var uri: SIPURI
    /// The octets that take its place, if they are not those that came.
    var rewrittenURI: [UInt8]?
    /// Lines or elements to take out of the message.
    var consumed: [Range<Int>] = []
    /// Whether a Route is left.
    var hasRoute = false
    var next: HeaderElement?
    /// From our own Record-Route, if its signature holds: the request belongs to a dialog that we know.
    var note: RouteNote?
    /// Whether a Route named us at all.
    var namedUs = false
}

extension CallRouter {
    /// - Returns: nil if a Route is malformed.
    mutating func preprocessRoute(_ request: SIPMessage, _ uri: SIPURI) -> ReceivedRoute? {
        var route = ReceivedRoute(uri: uri)
        var elements = request.first(.route) == nil ? [] : request.elements(.route)
        let callID = request.first(.callID).map { request.bytes[$0.value] } ?? []
        if uri.parameter(RouteSigner.parameterName) != nil, isOurRoute(uri), let last = elements.last {
            // A strict router has put our Record-Route into the Request-URI and the target at the end.
            guard let address = NameAddress(request.bytes, last.range),
                let target = uris.uri(request.bytes, address.uri)
            else { return nil }
            route.note = note(in: uri, callID)
            route.namedUs = true
            route.uri = target
            route.rewrittenURI = Array(request.bytes[address.uri])
            route.consumed.append(last.removal)
            elements.removeLast()
        }
        var index = 0
        while index < elements.count {
            guard let address = NameAddress(request.bytes, elements[index].range), address.isBracketed,
                let uri = uris.uri(request.bytes, address.uri)
            else {
                return nil
            }
            guard isOurRoute(uri) else { break }
            route.namedUs = true
            if route.note == nil { route.note = note(in: uri, callID) }
            route.consumed.append(elements[index].removal)
            index += 1
        }
        if index < elements.count {
            route.hasRoute = true
            route.next = elements[index]
        }
        if elements[..<index].contains(where: { !$0.isAlone }) {
            route.consumed = merged(route.consumed, elements, upTo: index, request)
        }
        return route
    }

    private func isOurRoute(_ uri: SIPURI) -> Bool {
        (uri.user == nil || uri.parameter(RouteSigner.parameterName) != nil)
            && configuration.isOurSocket(host: uri.host, port: uri.port)
    }

    private func note(in uri: SIPURI, _ callID: ArraySlice<UInt8>) -> RouteNote? {
        guard let value = uri.parameter(RouteSigner.parameterName)?.value else { return nil }
        return signer.note(value, callID: callID)
    }

    /// Where all elements of a line are consumed, the whole line goes.
    private func merged(
        _ consumed: [Range<Int>], _ elements: [HeaderElement], upTo count: Int, _ request: SIPMessage
    ) -> [Range<Int>] {
        var removals: [Range<Int>] = []
        for field in request.fields where field.name == .route {
            let inLine = elements.enumerated().filter { $0.element.field.line == field.line }
            let gone = inLine.filter { $0.offset < count || consumed.contains($0.element.removal) }
            if gone.count == inLine.count, !inLine.isEmpty {
                removals.append(field.line)
            } else if let last = gone.last, let survivor = inLine.first(where: { $0.offset > last.offset }) {
                // The consumed elements lead the line: everything up to the first that stays goes.
                removals.append(field.value.lowerBound..<survivor.element.range.lowerBound)
            } else {
                removals.append(contentsOf: gone.map(\.element.removal))
            }
        }
        return removals
    }
}
