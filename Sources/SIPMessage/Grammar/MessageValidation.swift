/// What a proxy checks of a message's syntax before it does anything else with it (RFC 3261 §16.3 step 1). Headers
/// that routing does not look at are not looked at here either: they pass as they came.
package enum MessageValidation {
    /// The largest Max-Forwards (RFC 3261 §20.22).
    package static let largestMaxForwards: UInt64 = 255

    /// The first thing wrong with a new request; nil if it can be routed.
    ///
    /// Without a fault there is exactly one From, To, Call-ID and CSeq, at most one Max-Forwards, at least one Via,
    /// and `topVia`, `cseq`, `nameAddress(.from)`, `nameAddress(.to)` and the Request-URI are all there to be read.
    /// URI schemes that are not spoken here are no fault: that is for 416 to say. With `.missing(.via)` or
    /// `.value(.via)` there may be no way back to the sender but its source address.
    package static func fault(inRequest request: SIPMessage) -> MessageFault? {
        do throws(MessageFault) {
            _ = try RequestHead(request)
            return routeFault(in: request)
        } catch {
            return error
        }
    }

    /// The first thing wrong with a response; nil if it can be matched and passed on. A faulty one is dropped.
    ///
    /// - Parameter topViaIsOurs: what is read of the topmost Via is a branch that the caller knows; the rest of it goes.
    package static func fault(inResponse response: SIPMessage, topViaIsOurs: Bool = false) -> MessageFault? {
        guard case .response = response.startLine else { return .statusLine }
        if let fault = response.fault { return fault }
        let lines: MandatoryLines
        switch MandatoryLines.find(in: response) {
        case .success(let found): lines = found
        case .failure(let fault): return fault
        }
        if let fault = viaFault(in: response, topIsRead: topViaIsOurs) { return fault }
        guard CSeq(response.bytes, lines.cseq.value) != nil else { return .value(.cseq) }
        guard isCallID(response, lines.callID.value) else { return .value(.callID) }
        guard NameAddress(response.bytes, lines.from.value) != nil else { return .value(.from) }
        guard NameAddress(response.bytes, lines.to.value) != nil else { return .value(.to) }
        return nil
    }

    /// The lines that every message must have once (RFC 3261 §8.1.1), found in one pass.
    struct MandatoryLines {
        let from: HeaderField
        let to: HeaderField
        let callID: HeaderField
        let cseq: HeaderField
        let maxForwards: HeaderField?

        static func find(in message: SIPMessage) -> Result<MandatoryLines, MessageFault> {
            var hasVia = false
            var from: HeaderField?
            var to: HeaderField?
            var callID: HeaderField?
            var cseq: HeaderField?
            var maxForwards: HeaderField?
            var repeated: HeaderName?
            func take(_ field: HeaderField, _ place: inout HeaderField?) {
                if place == nil { place = field } else if repeated == nil { repeated = field.name }
            }
            for field in message.fields {
                switch field.name {
                case .via: hasVia = true
                case .from: take(field, &from)
                case .to: take(field, &to)
                case .callID: take(field, &callID)
                case .cseq: take(field, &cseq)
                case .maxForwards: take(field, &maxForwards)
                default: break
                }
            }
            guard hasVia else { return .failure(.missing(.via)) }
            guard let callID else { return .failure(.missing(.callID)) }
            guard let from else { return .failure(.missing(.from)) }
            guard let to else { return .failure(.missing(.to)) }
            guard let cseq else { return .failure(.missing(.cseq)) }
            if let repeated { return .failure(.repeated(repeated)) }
            return .success(MandatoryLines(from: from, to: to, callID: callID, cseq: cseq, maxForwards: maxForwards))
        }
    }

    /// Every Via is on the way of the response, so none may be malformed; the topmost is ours to read in full.
    static func viaFault(in message: SIPMessage, topIsRead: Bool = false) -> MessageFault? {
        var isTop = true
        for field in message.fields where field.name == .via {
            let isSound = message.eachElement(of: field) { range in
                defer { isTop = false }
                return Via.isWellFormed(message.bytes, range)
                    && (!isTop || topIsRead || Via(message.bytes, range) != nil)
            }
            if !isSound { return .value(.via) }
        }
        return nil
    }

    static func contactFault(in message: SIPMessage, _ memory: inout URIMemory) -> MessageFault? {
        for field in message.fields where field.name == .contact {
            if field.value.count == 1, message.bytes[field.value.lowerBound] == UInt8(ascii: "*") { continue }
            let isSound = message.eachElement(of: field) { isAddress(message, $0, &memory) }
            if !isSound { return .value(.contact) }
        }
        return nil
    }

    /// A Route is always in brackets (RFC 3261 §20.34).
    package static func routeFault(in message: SIPMessage) -> MessageFault? {
        var memory = URIMemory(capacity: 0)
        for field in message.fields where field.name == .route {
            let isSound = message.eachElement(of: field) { range in
                NameAddress(message.bytes, range)?.isBracketed == true && isAddress(message, range, &memory)
            }
            if !isSound { return .value(.route) }
        }
        return nil
    }

    /// A name-addr or addr-spec whose URI and parameters are well-formed, whatever the URI's scheme.
    static func isAddress(_ message: SIPMessage, _ range: Range<Int>, _ memory: inout URIMemory) -> Bool {
        guard let address = NameAddress(message.bytes, range) else { return false }
        return memory.uri(message.bytes, address.uri) != nil
            && ParameterList.isWellFormed(message.bytes, address.parameters)
    }

    /// One word without blanks. What else a Call-ID may hold (RFC 3261 §25.1) nobody keeps to, and it is only compared.
    static func isCallID(_ message: SIPMessage, _ range: Range<Int>) -> Bool {
        let text = message.bytes.span
        for position in range where text[position] <= ASCII.space || text[position] == 0x7F { return false }
        return !range.isEmpty
    }
}
