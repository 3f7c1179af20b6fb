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
        do {
            lines = try MandatoryLines.find(in: response)
        } catch {
            return error
        }
        if let fault = viaFault(in: response, topIsRead: topViaIsOurs) { return fault }
        guard CSeq(response.bytes, lines.cseq.value) != nil else { return .value(.cseq) }
        guard isCallID(response, lines.callID.value) else { return .value(.callID) }
        guard response.from.address != nil else { return .value(.from) }
        guard response.to.address != nil else { return .value(.to) }
        return nil
    }

    /// The lines that every message must have once (RFC 3261 §8.1.1).
    struct MandatoryLines {
        let from: HeaderField
        let to: HeaderField
        let callID: HeaderField
        let cseq: HeaderField
        let maxForwards: HeaderField?

        @inline(__always)
        static func find(in message: SIPMessage) throws(MessageFault) -> MandatoryLines {
            guard message.first(.via) != nil else { throw .missing(.via) }
            guard let callID = message.first(.callID) else { throw .missing(.callID) }
            guard let from = message.first(.from) else { throw .missing(.from) }
            guard let to = message.first(.to) else { throw .missing(.to) }
            guard let cseq = message.first(.cseq) else { throw .missing(.cseq) }
            if message.repeats(anyOf: onceOnly), let repeated = firstRepeated(in: message) {
                throw .repeated(repeated)
            }
            return MandatoryLines(
                from: from, to: to, callID: callID, cseq: cseq, maxForwards: message.first(.maxForwards))
        }

        /// Of these a message has one line at most.
        private static var onceOnly: UInt64 {
            HeaderIndex.bit(.from) | HeaderIndex.bit(.to) | HeaderIndex.bit(.callID) | HeaderIndex.bit(.cseq)
                | HeaderIndex.bit(.maxForwards)
        }

        private static func firstRepeated(in message: SIPMessage) -> HeaderName? {
            var seen: UInt64 = 0
            for field in message.fields {
                let bit = HeaderIndex.bit(field.name) & onceOnly
                if seen & bit != 0 { return field.name }
                seen |= bit
            }
            return nil
        }
    }

    /// Every Via is on the way of the response, so none may be malformed; the topmost is ours to read in full.
    static func viaFault(in message: SIPMessage, topIsRead: Bool = false) -> MessageFault? {
        let bytes = message.bytes
        var mustBeRead = !topIsRead
        for place in message.places(of: .via) where message.fields[place].name == .via {
            var cursor = ElementCursor(message.fields[place])
            let isAlone = message.fields[place].isSingle
            while let range = cursor.next(bytes.span) {
                guard Via.isWellFormed(bytes, range, isAlone: isAlone), !mustBeRead || Via(bytes, range) != nil else {
                    return .value(.via)
                }
                mustBeRead = false
            }
        }
        return nil
    }

    static func contactFault(in message: SIPMessage, _ memory: inout URIMemory) -> MessageFault? {
        let bytes = message.bytes
        for place in message.places(of: .contact) where message.fields[place].name == .contact {
            let value = message.fields[place].value
            if value.count == 1, bytes[value.lowerBound] == UInt8(ascii: "*") { continue }
            var cursor = ElementCursor(message.fields[place])
            while let range = cursor.next(bytes.span) {
                guard isAddress(message, range, &memory) else { return .value(.contact) }
            }
        }
        return nil
    }

    /// A Route is always in brackets (RFC 3261 §20.34).
    package static func routeFault(in message: SIPMessage) -> MessageFault? {
        var memory = URIMemory(capacity: 0)
        let bytes = message.bytes
        for place in message.places(of: .route) where message.fields[place].name == .route {
            var cursor = ElementCursor(message.fields[place])
            while let range = cursor.next(bytes.span) {
                guard NameAddress(message.bytes, range)?.isBracketed == true, isAddress(message, range, &memory) else {
                    return .value(.route)
                }
            }
        }
        return nil
    }

    /// A name-addr or addr-spec whose URI and parameters are well-formed, whatever the URI's scheme.
    static func isAddress(_ message: SIPMessage, _ range: Range<Int>, _ memory: inout URIMemory) -> Bool {
        guard let address = NameAddress(message.bytes, range) else { return false }
        return isWellFormed(address, of: message, &memory)
    }

    /// Whether the parts of an address are well-formed too.
    static func isWellFormed(_ address: NameAddress, of message: SIPMessage, _ memory: inout URIMemory) -> Bool {
        memory.isURI(message.bytes, address.uri)
            && ParameterList.isWellFormed(message.bytes, address.parameters)
    }

    /// One word without blanks. What else a Call-ID may hold (RFC 3261 §25.1) nobody keeps to, and it is only compared.
    static func isCallID(_ message: SIPMessage, _ range: Range<Int>) -> Bool {
        let bytes = message.bytes
        let text = bytes.span
        var position = range.lowerBound
        while position < range.upperBound {
            let word = text.word(at: position)
            let found = word.below(ASCII.space + 1) | word.equal(to: 0x7F)
            if found != 0 { return position &+ found.trailingZeroBitCount >> 3 >= range.upperBound && !range.isEmpty }
            position &+= 8
        }
        return !range.isEmpty
    }
}
