internal import CallPlanning
internal import Directory
internal import SIPMessage
internal import SIPTransaction

/// Writes the copy of a request that goes to one target (RFC 3261 §16.6 steps 1 to 9), by splicing: what no step
/// changes stays as it came.
extension CallRouter {
    mutating func compose(_ context: ResponseContext, _ index: Int, _ hop: Hop, _ client: SlotID) -> [UInt8] {
        let request = context.request
        let branch = context.branches[index]
        let stage = context.stages[branch.stage]
        editor.reset()
        replaceRequestURI(context, branch.target)
        if context.edits.routes.allSatisfy(\.isAlone) {
            for route in context.edits.routes { editor.remove(route.removal) }
        } else {
            editor.remove(context.edits.routes, of: request)
        }
        editMaxForwards(request, context.head.maxForwards)
        if let value = context.receivedVia.value { editor.replace(context.receivedVia.range, with: value) }

        var lines: [UInt8] = []
        lines.reserveCapacity(512)
        appendVia(hop, client, context.loopHash, to: &lines)
        if context.edits.recordsRoute { appendRecordRoute(context, branch.target, hop, to: &lines) }
        for route in branch.target.routes { lines.append(contentsOf: "Route: \(route)\r\n".utf8) }
        editBreadth(request, branch, &lines)
        editIdentity(context, branch.target, hop, &lines)
        if !stage.diversions.isEmpty { editDiversions(context, stage, branch.target, &lines) }
        if hop.transport.isReliable, request.first(.contentLength) == nil {
            lines.append(contentsOf: "Content-Length: \(request.body.count)\r\n".utf8)
        }
        editor.insert(lines, at: request.first(.via)?.line.lowerBound ?? request.headersStart)
        return editor.apply(to: request)
    }

    private mutating func replaceRequestURI(_ context: ResponseContext, _ target: Target) {
        guard let range = context.request.requestURI else { return }
        let uri = target.uri ?? context.edits.requestURI
        if let strict = context.edits.strictRoute {
            // §16.6 step 6: the target goes to the end of the route, the strict router's URI to the front.
            editor.replace(range, with: context.request.bytes[strict])
            let last = uri ?? Array(context.request.bytes[range])
            let end = context.request.last(.route)?.line.upperBound ?? context.request.headersEnd
            editor.insert(Array("Route: <".utf8) + last + Array(">\r\n".utf8), at: end)
        } else if let uri {
            editor.replace(range, with: uri)
        }
    }

    private mutating func editMaxForwards(_ request: SIPMessage, _ maxForwards: Int?) {
        if let field = request.first(.maxForwards) {
            editor.replace(field.value, with: String((maxForwards ?? 71) - 1))
        } else {
            editor.insert("Max-Forwards: 70\r\n", at: request.headersEnd)
        }
    }

    mutating func appendVia(_ hop: Hop, _ client: SlotID, _ loopHash: UInt64, to lines: inout [UInt8]) {
        lines.append(contentsOf: "Via: SIP/2.0/".utf8)
        lines.append(contentsOf: hop.transport.viaText.utf8)
        lines.append(ASCII.space)
        lines.append(contentsOf: sentBy(hop.local))
        // RFC 3581: whoever is behind a NAT or not, the response is to come back where it was sent from.
        lines.append(contentsOf: ";rport;branch=".utf8)
        transactions.branch(of: client, loopHash: loopHash).append(to: &lines)
        lines.append(ASCII.carriageReturn)
        lines.append(ASCII.lineFeed)
    }

    /// §16.6 step 4; two where the sides differ in address or transport, so that each side can reach its own.
    private mutating func appendRecordRoute(
        _ context: ResponseContext, _ target: Target, _ hop: Hop, to lines: inout [UInt8]
    ) {
        let value = signedNote(context, target)
        appendRecordRoute(hop.local, hop.transport, value, to: &lines)
        if hop.local != context.flow.local || hop.transport != context.flow.transport {
            appendRecordRoute(context.flow.local, context.flow.transport, value, to: &lines)
        }
    }

    private mutating func appendRecordRoute(
        _ local: Endpoint, _ transport: TransportProtocol, _ value: [UInt8], to lines: inout [UInt8]
    ) {
        lines.append(contentsOf: "Record-Route: <sip:".utf8)
        lines.append(contentsOf: sentBy(local))
        if transport == .tcp { lines.append(contentsOf: ";transport=tcp".utf8) }
        lines.append(contentsOf: ";lr;tsu=".utf8)
        lines.append(contentsOf: value)
        lines.append(contentsOf: ">\r\n".utf8)
    }

    /// The same for all copies of a request, but for one to a phone that is not reached by its Contact.
    private mutating func signedNote(_ context: ResponseContext, _ target: Target) -> [UInt8] {
        if let made = context.edits.routeNote, !target.isBehindNAT { return made }
        let callID = context.request.first(.callID).map { context.request.bytes[$0.value] } ?? []
        let value = signer.value(routeNote(context, target), callID: callID)
        if !target.isBehindNAT { context.edits.routeNote = value }
        return value
    }

    /// RFC 5393 §5.3.3.1.
    private mutating func editBreadth(_ request: SIPMessage, _ branch: Branch, _ lines: inout [UInt8]) {
        if let field = request.first(.maxBreadth) {
            editor.replace(field.value, with: String(branch.breadth))
        } else if request.method != .ack, request.tag(.to) == nil {
            lines.append(contentsOf: "Max-Breadth: \(branch.breadth)\r\n".utf8)
        }
    }

    private mutating func editDiversions(
        _ context: ResponseContext, _ stage: Stage, _ target: Target, _ lines: inout [UInt8]
    ) {
        let request = context.request
        let domain = configuration.domains.sorted().first ?? configuration.sentBy(context.flow.local)
        let ours = stage.diversions.map { ToldDiversion($0, domain: domain) }
        let hasDiversion = request.first(.diversion) != nil
        let received = ReceivedHistory(request)
        if target.sendsDiversion {
            let earlier = hasDiversion ? [] : ReceivedDiversions.fromHistory(request, domain: domain)
            lines.append(contentsOf: DiversionHeaders.diversionLines(earlier + ours).utf8)
        }
        guard target.sendsHistoryInfo else { return }
        let earlier = received == nil ? ReceivedDiversions.fromDiversion(request, domain: domain) : []
        let number = stage.plan.map { ToldDiversion.uri(of: $0.call.callee.number, domain: domain) }
        let uri = String(decoding: target.uri ?? [], as: UTF8.self)
        let history = DiversionHeaders.historyLines(
            earlier + ours, after: received, to: DiversionHeaders.Destination(requestURI: uri, number: number))
        guard let received, let last = request.last(.historyInfo) else {
            lines.append(contentsOf: history.utf8)
            return
        }
        editor.insert(history, at: last.line.upperBound)
        if received.isComplete, let reason = ours.first?.reasonHeader {
            editor.insert((received.hasHeaders ? "&" : "?") + reason, at: received.headerPlace)
        }
    }

    /// A listening address as it stands in Via and Record-Route.
    mutating func sentBy(_ local: Endpoint) -> [UInt8] {
        if let known = sentByCache[local] { return known }
        let text = Array(configuration.sentBy(local).utf8)
        sentByCache[local] = text
        return text
    }
}
