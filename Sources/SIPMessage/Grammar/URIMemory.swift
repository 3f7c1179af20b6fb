/// Remembers the URIs that were read last. The requests of one call name the same few URIs again and again, and most
/// of the time that a request takes to read is spent on them.
package struct URIMemory: Sendable {
    private var memory: OctetMemory<SIPURI>

    /// - Parameter capacity: a power of two; 0 remembers nothing.
    package init(capacity: Int) { memory = OctetMemory(capacity: capacity) }

    /// What ``SIPURI/init(_:_:)`` gives for these octets.
    package mutating func uri(_ bytes: [UInt8], _ range: Range<Int>) -> SIPURI? {
        if let known = memory.known(bytes, range) { return known }
        if let uri = uriOfOneDialog(bytes, range) { return uri }
        return memory.value(bytes, range) { SIPURI(bytes, range) }
    }

    /// Whether ``SIPURI/init(_:_:)`` gives anything for these octets.
    package mutating func isURI(_ bytes: [UInt8], _ range: Range<Int>) -> Bool { uri(bytes, range) != nil }

    /// A sip: URI whose parameters are plain, without a list of them; nil: it is none, or nothing is remembered here.
    ///
    /// - Parameter name: of a parameter that is wanted; in lower case.
    package mutating func plainURI(_ bytes: [UInt8], _ range: Range<Int>, with name: String) -> PlainURI? {
        let text = bytes.span
        guard mayRead(text, range), let semicolon = text.firstPlace(of: ASCII.semicolon, from: range) else {
            return nil
        }
        let head = range.lowerBound..<semicolon
        let octets = name.utf8
        let wanted = octets.span
        var isLooseRouter = false
        var found: PlainParameters.Parameter?
        var parameters = PlainParameters(semicolon..<range.upperBound)
        while let parameter = parameters.next(text) {
            if found == nil, ASCII.matches(text, parameter.name, wanted) { found = parameter }
            if ASCII.matches(text, parameter.name, "lr") { isLooseRouter = true }
        }
        guard parameters.isPlain, let uri = memory.value(bytes, head, { SIPURI(bytes, head) }), !uri.hasHeaders else {
            return nil
        }
        return PlainURI(head: uri, isLooseRouter: isLooseRouter, value: found?.value)
    }

    /// A value as long as this is made for one dialog, as in our own Record-Route: it would only take the place of
    /// URIs that come again.
    private static let longValue = 16

    /// A sip: URI with such a parameter: what stands before the parameters is remembered, and those are plain enough to
    /// be read here. Nil: it is none.
    private mutating func uriOfOneDialog(_ bytes: [UInt8], _ range: Range<Int>) -> SIPURI? {
        let text = bytes.span
        guard mayRead(text, range), let semicolon = text.firstPlace(of: ASCII.semicolon, from: range) else {
            return nil
        }
        var list: [SIPURI.Parameter] = []
        var hasLongValue = false
        var plain = PlainParameters(semicolon..<range.upperBound)
        while let parameter = plain.next(text) {
            let value = parameter.value.map { String(decoding: bytes[$0], as: UTF8.self) }
            list.append(SIPURI.Parameter(String(decoding: bytes[parameter.name], as: UTF8.self), value))
            if let value, value.utf8.count >= Self.longValue { hasLongValue = true }
        }
        let head = range.lowerBound..<semicolon
        guard plain.isPlain, hasLongValue, var uri = memory.value(bytes, head, { SIPURI(bytes, head) }), !uri.hasHeaders
        else { return nil }
        uri.parameters = list
        return uri
    }

    private func mayRead(_ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
        memory.isInUse && range.count > 4
            && ASCII.matches(text, range.lowerBound..<(range.lowerBound + 4), "sip:")
    }
}

/// What is asked of a URI with plain parameters.
package struct PlainURI {
    /// What stands before the parameters.
    package let head: SIPURI
    package let isLooseRouter: Bool
    /// Where the value of the wanted parameter lies, the first if there are several; nil: it has none.
    package let value: Range<Int>?
}
