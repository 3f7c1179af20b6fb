internal import SIPMessage
internal import SIPTransaction

/// What becomes of each message.
extension CaptureReplay {
    mutating func play(request arrival: Arrival) {
        let request = arrival.message
        let key = CapturedExchange.Key(request)
        let known = key.flatMap { places[$0] }
        let place = known ?? begin(request, arrival, key)
        var copies: [SIPMessage] = []
        for (message, hop) in give(request, arrival) {
            if message.isRequest, message.methodText == request.methodText,
                message.elements(.via).count > request.elements(.via).count
            {
                copies.append(message)
            } else if let status = message.status, status >= 200, message.cseqMethodText == request.methodText {
                exchanges[place].answeredHere = status
            }
            draw(message, hop)
        }
        judge(arrival, copies, place, isKnown: known != nil)
    }

    private mutating func begin(_ request: SIPMessage, _ arrival: Arrival, _ key: CapturedExchange.Key?) -> Int {
        exchanges.append(CapturedExchange(request: request, from: arrival.from, to: arrival.to))
        // The ACK to a 2xx has the CSeq number of its INVITE and a branch of its own; nothing answers it.
        if let key {
            places[key] = exchanges.count - 1
            placesOfRequest[key.request, default: []].append(exchanges.count - 1)
        }
        return exchanges.count - 1
    }

    private mutating func judge(_ arrival: Arrival, _ copies: [SIPMessage], _ place: Int, isKnown: Bool) {
        if !copies.isEmpty {
            // With rules the request may have to change on its way.
            let differences = roles == nil ? copies.flatMap { PassThrough.differences(arrival.message, $0) } : []
            for difference in differences {
                failures.append("message \(arrival.number), \(arrival.label): \(difference)")
            }
            if differences.isEmpty { tally.passed += 1 }
        } else if isKnown || arrival.message.method == .cancel && exchanges[place].answeredHere == 200 {
            tally.takenIn += 1
        } else if let status = exchanges[place].answeredHere {
            tally.answered += 1
            remark(arrival, "answered \(status) here")
        } else if arrival.message.method == .ack, acknowledgesFailure(arrival.message) {
            tally.takenIn += 1
        } else {
            tally.leftOut += 1
            remark(arrival, "not passed on")
        }
    }

    /// An ACK whose INVITE has the same branch goes no further than the next element (RFC 3261 §17.1.1.3).
    private func acknowledgesFailure(_ ack: SIPMessage) -> Bool {
        CapturedExchange.Key(ack, method: "INVITE").map { places[$0] != nil } ?? false
    }

    mutating func play(response arrival: Arrival) {
        guard let (place, copy) = origin(of: arrival) else {
            tally.leftOut += 1
            return remark(arrival, "its request is not in the capture, or was answered here")
        }
        let response = arrival.message
        let isCancel = response.cseqMethod == .cancel
        let vias = exchanges[place].copies[copy].vias
        guard let given = response.answering(vias: isCancel ? Array(vias.prefix(1)) : vias) else {
            failures.append("message \(arrival.number), \(arrival.label), can't be read with other Vias")
            return
        }
        let isRepeated = exchanges[place].copies[copy].hasFinal
        if !isCancel, let status = response.status, status >= 200 { exchanges[place].copies[copy].hasFinal = true }
        let sent = give(given, arrival)
        for (message, hop) in sent { draw(message, hop) }
        let passed = sent.first { $0.message.status != nil && $0.message.cseqMethodText == response.cseqMethodText }?
            .message
        let isOneOfSeveral = exchanges[place].copies.count > 1 && (response.status ?? 0) >= 300
        judge(arrival, given, passed, isTakenIn: isRepeated || isOneOfSeveral)
    }

    private mutating func judge(_ arrival: Arrival, _ given: SIPMessage, _ passed: SIPMessage?, isTakenIn: Bool) {
        guard let passed else {
            if isTakenIn || given.status == 100 || given.cseqMethod == .cancel {
                tally.takenIn += 1
            } else {
                tally.leftOut += 1
                remark(arrival, "not passed on: the request has its final response, or waits for other branches")
            }
            return
        }
        if let status = passed.status, status != given.status {
            tally.rewritten += 1
            return remark(arrival, "went on as \(status)")
        }
        let differences = roles == nil ? PassThrough.differences(given, passed) : []
        for difference in differences { failures.append("message \(arrival.number), \(arrival.label): \(difference)") }
        if differences.isEmpty { tally.passed += 1 }
    }

    /// The copy that a response answers.
    private func origin(of arrival: Arrival) -> (exchange: Int, copy: Int)? {
        let response = arrival.message
        let method = response.cseqMethod == .cancel ? "INVITE" : nil
        if roles == nil {
            guard let key = CapturedExchange.Key(response, method: method), let place = places[key] else { return nil }
            return exchanges[place].copies.indices.last.map { (place, $0) }
        }
        // The Vias are those of another proxy: Call-ID, CSeq and the sender tell.
        let request = CapturedExchange.Request(response, method: method)
        for place in (request.flatMap { placesOfRequest[$0] } ?? []).reversed() {
            let copies = exchanges[place].copies
            let copy =
                copies.lastIndex { $0.sentTo == arrival.from }
                ?? copies.firstIndex { !$0.hasFinal && $0.sentTo.address == arrival.from.address }
            if let copy { return (place, copy) }
        }
        return nil
    }

    private mutating func remark(_ arrival: Arrival, _ text: String) {
        remarks.append("message \(arrival.number), \(arrival.label) from \(arrival.from): \(text)")
    }
}
