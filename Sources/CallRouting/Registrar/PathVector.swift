internal import SIPMessage

/// The way from the registrar to the phone (RFC 3327): the Path values of a REGISTER, in order.
struct PathVector {
    static let longest = 16
    static let longestText = 2048

    /// Each as given: `<sip:edge.example;lr>;param`.
    let values: [String]

    init(_ request: SIPMessage) throws(RegistrationRefusal) {
        var values: [String] = []
        var length = 0
        for element in request.elements(.path) {
            guard let address = NameAddress(request.bytes, element.range), address.isBracketed,
                let uri = SIPURI(request.bytes, address.uri), uri.scheme == .sip || uri.scheme == .sips,
                uri.has("lr"),
                ParameterList.isWellFormed(request.bytes, address.parameters),
                let text = HeaderText.exact(request, element.range)
            else { throw .malformed(.path) }
            length += text.utf8.count
            guard values.count < Self.longest, length <= Self.longestText else { throw .tooLong(.path) }
            values.append(text)
        }
        self.values = values
    }
}
