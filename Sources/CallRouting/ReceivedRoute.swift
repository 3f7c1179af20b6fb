internal import SIPMessage

/// The route set of a request after what was meant for us is taken off (RFC 3261 §16.4). Filled in while it is read,
/// and left alone afterwards.
final class ReceivedRoute {
    /// The Request-URI as it counts: a strict router's is put right.
    var uri: SIPURI
    /// The octets that take its place, if they are not those that came.
    var rewrittenURI: [UInt8]?
    /// Routes to take out of the message: those that name us, and a strict router's, which becomes the Request-URI.
    var consumed: [HeaderElement] = []
    /// The element that the request goes to next, if a route is left.
    var next: HeaderElement?
    /// Where the URI of `next` lies, if it is a strict router (§16.6 step 6).
    var strictURI: Range<Int>?
    /// From our own Record-Route, if its signature holds: the request belongs to a dialog that we know. Never without
    /// a To tag: whoever has called once holds a signed route, and it must not open the door to new calls.
    var note: RouteNote?

    init(uri: SIPURI) { self.uri = uri }

    var hasRoute: Bool { next != nil }
}

extension CallRouter {
    /// - Returns: nil if a Route is malformed.
    mutating func preprocessRoute(_ request: SIPMessage, _ uri: SIPURI) -> ReceivedRoute? {
        let route = ReceivedRoute(uri: uri)
        guard request.first(.route) != nil else {
            stripOurMaddr(route)
            return route
        }
        let callID = request.first(.callID).map { request.bytes[$0.value] } ?? []
        let isStrictlyRouted = uri.parameter(RouteSigner.parameterName) != nil && isOurRoute(uri)
        if !isStrictlyRouted, request.count(.route) == 1, let only = request.firstElement(.route),
            only.range == only.field.value
        {
            stripOurMaddr(route)
            guard follow(only, of: request, callID, route) else { return nil }
        } else {
            guard followAll(of: request, isStrictlyRouted: isStrictlyRouted, callID, route) else { return nil }
        }
        if route.note != nil, request.tag(.to) == nil { route.note = nil }
        return route
    }

    /// - Returns: false if a Route is malformed.
    private mutating func followAll(
        of request: SIPMessage, isStrictlyRouted: Bool, _ callID: ArraySlice<UInt8>, _ route: ReceivedRoute
    ) -> Bool {
        var elements = request.elements(.route)
        // Where each line is one element, each is checked as it is followed.
        let isPlain = elements.allSatisfy { $0.range == $0.field.value } && elements.count == request.count(.route)
        guard isPlain || MessageValidation.routeFault(in: request) == nil else { return false }
        if isStrictlyRouted, let last = elements.last {
            // A strict router has put our Record-Route into the Request-URI and the target at the end.
            guard let address = NameAddress(request.bytes, last.range),
                let target = uris.uri(request.bytes, address.uri)
            else { return false }
            route.note = note(in: route.uri, callID)
            route.uri = target
            route.rewrittenURI = Array(request.bytes[address.uri])
            route.consumed.append(last)
            elements.removeLast()
        }
        stripOurMaddr(route)
        for element in elements {
            guard follow(element, of: request, callID, route) else { return false }
        }
        return true
    }

    /// Takes the next element of the route set.
    ///
    /// - Returns: false if it is malformed.
    private mutating func follow(
        _ element: HeaderElement, of request: SIPMessage, _ callID: ArraySlice<UInt8>, _ route: ReceivedRoute
    ) -> Bool {
        guard let address = NameAddress(request.bytes, element.range), address.isBracketed,
            ParameterList.isWellFormed(request.bytes, address.parameters)
        else { return false }
        if route.next == nil, takeOurOwn(request, address.uri, callID, route) {
            route.consumed.append(element)
            return true
        }
        guard let uri = uris.uri(request.bytes, address.uri) else { return false }
        // What comes after the next hop is for that to follow; it is read only to see that it can.
        guard route.next == nil else { return true }
        if isOurRoute(uri) {
            if route.note == nil { route.note = note(in: uri, callID) }
            route.consumed.append(element)
            return true
        }
        route.next = element
        if !uri.isLooseRouter {
            route.strictURI = address.uri
            route.consumed.append(element)
        }
        return true
    }

    /// Whether a URI is a Route of ours as we write it ourselves, found without decoding its parameters; its note is
    /// taken. Another form of one is seen by ``isOurRoute(_:)``.
    private mutating func takeOurOwn(
        _ request: SIPMessage, _ range: Range<Int>, _ callID: ArraySlice<UInt8>, _ route: ReceivedRoute
    ) -> Bool {
        let bytes = request.bytes
        guard let uri = uris.plainURI(bytes, range, with: RouteSigner.parameterName), uri.isLooseRouter,
            own.haveSocket(host: uri.head.host, port: uri.head.port)
        else { return false }
        if route.note == nil, let value = uri.value {
            route.note = signer.note(bytes.span.extracting(value), callID: callID)
        }
        return true
    }

    /// §16.4: a maddr that names us has done its work, and goes with the port and transport that led here.
    private func stripOurMaddr(_ route: ReceivedRoute) {
        guard let maddr = route.uri.parameter("maddr")?.value,
            own.haveSocket(host: maddr, port: route.uri.port)
        else { return }
        route.uri.parameters.removeAll { ["maddr", "transport"].contains($0.name.lowercased()) }
        route.uri.port = nil
        route.rewrittenURI = Array(route.uri.description.utf8)
    }

    private func isOurRoute(_ uri: SIPURI) -> Bool {
        (uri.user == nil || uri.isLooseRouter || uri.parameter(RouteSigner.parameterName) != nil)
            && own.haveSocket(host: uri.host, port: uri.port)
    }

    private func note(in uri: SIPURI, _ callID: ArraySlice<UInt8>) -> RouteNote? {
        guard let value = uri.parameter(RouteSigner.parameterName)?.value else { return nil }
        return signer.note(value, callID: callID)
    }
}
