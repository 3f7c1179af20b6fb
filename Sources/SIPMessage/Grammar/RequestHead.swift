/// What routing needs of every new request, read once while the request is checked (RFC 3261 §16.3 step 1).
package struct RequestHead: Sendable {
    package let method: Method
    /// The Request-URI, which has no headers.
    package let uri: SIPURI
    package let cseq: CSeq
    package let from: NameAddress
    /// The same address as ``from``, read.
    package let fromURI: SIPURI
    /// Nil: the line is missing. 0 to 255.
    package let maxForwards: Int?

    /// Checks all that ``MessageValidation/fault(inRequest:)`` does, but for Route, which is checked where it is
    /// followed.
    ///
    /// - Parameter topViaIsRead: the topmost Via has been read in full already.
    package init(_ request: SIPMessage, topViaIsRead: Bool = false) throws(MessageFault) {
        var memory = URIMemory(capacity: 0)
        try self.init(request, topViaIsRead: topViaIsRead, remembering: &memory)
    }

    package init(
        _ request: SIPMessage, topViaIsRead: Bool, remembering memory: inout URIMemory
    ) throws(MessageFault) {
        guard case .request(let method, let methodName, let requestURI) = request.startLine else { throw .requestLine }
        if let fault = request.fault { throw fault }
        let lines = try MessageValidation.MandatoryLines.find(in: request)
        if let fault = MessageValidation.viaFault(in: request, topIsRead: topViaIsRead) { throw fault }
        guard let cseq = CSeq(request.bytes, lines.cseq.value) else { throw .value(.cseq) }
        let bytes = request.bytes
        if !bytes.span.equals(cseq.method, bytes.span.extracting(methodName)) {
            throw method == .other ? .unknownMethodMismatch : .methodMismatch
        }
        guard MessageValidation.isCallID(request, lines.callID.value) else { throw .value(.callID) }
        guard let from = request.from.address,
            let fromURI = memory.uri(request.bytes, from.uri),
            ParameterList.isWellFormed(request.bytes, from.parameters)
        else { throw .value(.from) }
        guard let to = request.to.address, MessageValidation.isWellFormed(to, of: request, &memory) else {
            throw .value(.to)
        }
        guard let uri = memory.uri(request.bytes, requestURI), !uri.hasHeaders else { throw .requestURI }
        var maxForwards: Int?
        if let field = lines.maxForwards {
            guard
                let number = SIPMessage.number(
                    request.bytes, field.value, upTo: MessageValidation.largestMaxForwards)
            else { throw .value(.maxForwards) }
            maxForwards = Int(number)
        }
        if method.mayChangeTarget, let fault = MessageValidation.contactFault(in: request, &memory) { throw fault }
        self.method = method
        self.uri = uri
        self.cseq = cseq
        self.from = from
        self.fromURI = fromURI
        self.maxForwards = maxForwards
    }
}
