internal import SIPMessage
internal import SIPTransaction

/// What our Record-Route carries from the first request of a dialog to the later ones, so that it holds even after a
/// restart: proof that the dialog was set up through us, whether its caller is hidden, and where a side is reached
/// whose Contact can't be.
struct RouteNote: Equatable {
    /// The hash of the From tag of a caller whose number is withheld (184); nil: nobody is hidden.
    var hiddenTag: UInt64?
    /// The hash of the caller's tag, which tells the two sides apart; nil where no flow is kept.
    var callerTag: UInt64?
    /// The way to the caller, and to the one that was called, in place of the address in their Contact.
    var callerFlow: DialogFlow?
    var calledFlow: DialogFlow?

    init() {}

    /// As it stands in a Record-Route: `p` or `h` and a tag, then what else there is behind full stops.
    func append(to text: inout [UInt8]) {
        if let hiddenTag {
            text.append(UInt8(ascii: "h"))
            text.append(contentsOf: String(hiddenTag, radix: 16).utf8)
        } else {
            text.append(UInt8(ascii: "p"))
        }
        guard let callerTag, callerFlow != nil || calledFlow != nil else { return }
        text.append(contentsOf: ".g".utf8)
        text.append(contentsOf: String(callerTag, radix: 16).utf8)
        if let callerFlow { text.append(contentsOf: ".c\(callerFlow.text)".utf8) }
        if let calledFlow { text.append(contentsOf: ".t\(calledFlow.text)".utf8) }
    }

    /// Reads it back; nil if it was not written so.
    init?(_ text: ArraySlice<UInt8>) {
        if text.elementsEqual([UInt8(ascii: "p")]) { return }
        for (place, part) in text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).enumerated() {
            let value = String(decoding: part.dropFirst(), as: UTF8.self)
            switch part.first {
            case UInt8(ascii: "p") where place == 0 && value.isEmpty: break
            case UInt8(ascii: "h") where place == 0:
                guard let tag = UInt64(value, radix: 16) else { return nil }
                hiddenTag = tag
            case UInt8(ascii: "g") where place > 0:
                guard let tag = UInt64(value, radix: 16) else { return nil }
                callerTag = tag
            case UInt8(ascii: "c") where place > 0:
                guard let flow = DialogFlow(value) else { return nil }
                callerFlow = flow
            case UInt8(ascii: "t") where place > 0:
                guard let flow = DialogFlow(value) else { return nil }
                calledFlow = flow
            default: return nil
            }
        }
    }
}

/// Where one side of a dialog is reached: the address that its own messages came from.
struct DialogFlow: Hashable {
    let transport: TransportProtocol
    let endpoint: Endpoint

    init(_ transport: TransportProtocol, _ endpoint: Endpoint) {
        self.transport = transport
        self.endpoint = endpoint
    }

    /// `u` or `t`, the address in hex, the port in four hex digits: nothing that a URI parameter can't hold.
    var text: String {
        let address =
            switch endpoint.address {
            case .v4(let address): Self.hex(UInt64(address), 8)
            case .v6(let high, let low): Self.hex(high, 16) + Self.hex(low, 16)
            }
        return (transport == .tcp ? "t" : "u") + address + Self.hex(UInt64(endpoint.port), 4)
    }

    init?(_ text: String) {
        let digits = text.dropFirst()
        guard text.first == "u" || text.first == "t", digits.utf8.allSatisfy(ASCII.isHexDigit),
            let port = UInt16(digits.suffix(4), radix: 16)
        else { return nil }
        let host = digits.dropLast(4)
        let address: IPAddress
        switch host.utf8.count {
        case 8:
            guard let value = UInt32(host, radix: 16) else { return nil }
            address = .v4(value)
        case 32:
            guard let high = UInt64(host.prefix(16), radix: 16), let low = UInt64(host.suffix(16), radix: 16) else {
                return nil
            }
            address = .v6(high: high, low: low)
        default: return nil
        }
        self.init(text.first == "t" ? .tcp : .udp, Endpoint(address: address, port: port))
    }

    private static func hex(_ value: UInt64, _ digits: Int) -> String {
        let text = String(value, radix: 16)
        return String(repeating: "0", count: digits - text.utf8.count) + text
    }
}

extension CallRouter {
    /// What the Record-Route of a copy says that goes out by this hop.
    mutating func routeNote(_ context: ProxiedRequest, _ target: Target, _ hop: Hop) -> RouteNote {
        var note = RouteNote()
        let request = context.request
        guard let tag = request.tag(.from) else { return note }
        note.hiddenTag =
            context.edits.hidesCaller ? RouteSigner.hash(ofTag: request.bytes[tag]) : context.edits.note?.hiddenTag
        note.callerFlow = callerFlow(context)
        if target.isBehindNAT { note.calledFlow = DialogFlow(hop.transport, hop.remote) }
        if note.callerFlow != nil || note.calledFlow != nil {
            note.callerTag = RouteSigner.hash(ofTag: request.bytes[tag])
        }
        return note
    }

    /// The rules are those of the registrar, which a caller need not have met.
    private mutating func callerFlow(_ context: ProxiedRequest) -> DialogFlow? {
        let request = context.request
        guard let element = request.firstElement(.contact), let address = NameAddress(request.bytes, element.range),
            let contact = uris.uri(request.bytes, address.uri),
            ContactSource.received(contact: contact, via: context.receivedVia.via, flow: context.flow) != nil
        else { return nil }
        return DialogFlow(context.flow.transport, context.flow.remote)
    }

    /// A request in a dialog whose next stop is the other side itself: it goes by the way that the note tells.
    func reached(_ target: Target, by note: RouteNote?, _ request: SIPMessage) -> Target {
        guard let note, let callerTag = note.callerTag, let tag = request.tag(.from) else { return target }
        let isFromCaller = RouteSigner.hash(ofTag: request.bytes[tag]) == callerTag
        guard let flow = isFromCaller ? note.calledFlow : note.callerFlow else { return target }
        let way = Candidate.address(flow.transport, flow.endpoint)
        // A connection may be gone, and then the Contact is worth a try; through a translator nothing else leads.
        target.candidates = flow.transport.isReliable ? [way] + target.candidates : [way]
        target.isBehindNAT = true
        return target
    }
}
