/// A header's name in small letters, as three words of eight octets, which may overlap: this is asked for every line of
/// every message.
struct FoldedName {
    /// No name that is looked for is longer.
    static let longest = 24

    let count: Int
    private let first: UInt64
    private let middle: UInt64
    private let last: UInt64

    @inline(__always)
    init(_ text: Span<UInt8>, _ range: Range<Int>) {
        count = range.count
        first = text.word(from: range.lowerBound, to: range.upperBound).folded
        last = count > 8 ? text.word(at: range.upperBound &- 8).folded : 0
        middle = count > 16 ? text.word(at: range.lowerBound &+ 8).folded : 0
    }

    /// A name of less than eight octets.
    ///
    /// - Parameter end: the lowest bit that is set is the top bit of the octet behind the name.
    @inline(__always)
    init(_ word: OctetWord, before end: UInt64) {
        count = end.trailingZeroBitCount >> 3
        first = OctetWord(word.bits & ((end & (0 &- end)) >> 7 &- 1)).folded
        middle = 0
        last = 0
    }

    /// Of names of the same length.
    @inline(__always)
    func isNamed(_ name: StaticString) -> Bool {
        let count = name.utf8CodeUnitCount
        return first == OctetWord(name).bits && (count <= 8 || last == OctetWord(name, from: count - 8).bits)
            && (count <= 16 || middle == OctetWord(name, from: 8).bits)
    }
}

extension HeaderName {
    /// Finds the header of a name in any case, or in its compact form (RFC 3261 §7.3.3).
    @inline(__always)
    init(_ name: FoldedName) {
        self = name.count <= 8 ? HeaderName(short: name) : Self.long(name)
    }

    /// The same for a name of eight octets at most.
    @inline(__always)
    init(short name: FoldedName) { self = Self.short(name) }

    private static func short(_ name: FoldedName) -> HeaderName {
        switch name.count {
        case 1: return compact(name)
        case 2: return name.isNamed("to") ? .to : .other
        case 3: return name.isNamed("via") ? .via : .other
        case 4:
            if name.isNamed("from") { return .from }
            if name.isNamed("cseq") { return .cseq }
            if name.isNamed("path") { return .path }
            return name.isNamed("date") ? .date : .other
        case 5: return name.isNamed("route") ? .route : .other
        case 6: return name.isNamed("reason") ? .reason : .other
        case 7:
            if name.isNamed("call-id") { return .callID }
            if name.isNamed("contact") { return .contact }
            if name.isNamed("require") { return .require }
            if name.isNamed("expires") { return .expires }
            if name.isNamed("privacy") { return .privacy }
            return name.isNamed("warning") ? .warning : .other
        case 8: return name.isNamed("priority") ? .priority : .other
        default: return .other
        }
    }

    private static func compact(_ name: FoldedName) -> HeaderName {
        if name.isNamed("v") { return .via }
        if name.isNamed("f") { return .from }
        if name.isNamed("t") { return .to }
        if name.isNamed("i") { return .callID }
        if name.isNamed("m") { return .contact }
        if name.isNamed("l") { return .contentLength }
        if name.isNamed("c") { return .contentType }
        return name.isNamed("k") ? .supported : .other
    }

    private static func long(_ name: FoldedName) -> HeaderName {
        switch name.count {
        case 9:
            if name.isNamed("supported") { return .supported }
            if name.isNamed("diversion") { return .diversion }
            return name.isNamed("timestamp") ? .timestamp : .other
        case 10: return name.isNamed("user-agent") ? .userAgent : .other
        case 11:
            if name.isNamed("unsupported") { return .unsupported }
            if name.isNamed("min-expires") { return .minExpires }
            if name.isNamed("retry-after") { return .retryAfter }
            return name.isNamed("max-breadth") ? .maxBreadth : .other
        case 12:
            if name.isNamed("max-forwards") { return .maxForwards }
            if name.isNamed("record-route") { return .recordRoute }
            if name.isNamed("content-type") { return .contentType }
            return name.isNamed("history-info") ? .historyInfo : .other
        case 13:
            if name.isNamed("authorization") { return .authorization }
            if name.isNamed("proxy-require") { return .proxyRequire }
            return name.isNamed("service-route") ? .serviceRoute : .other
        case 14: return name.isNamed("content-length") ? .contentLength : .other
        case 15: return name.isNamed("remote-party-id") ? .remotePartyID : .other
        case 16: return name.isNamed("www-authenticate") ? .wwwAuthenticate : .other
        case 18: return name.isNamed("proxy-authenticate") ? .proxyAuthenticate : .other
        case 19:
            if name.isNamed("p-asserted-identity") { return .pAssertedIdentity }
            return name.isNamed("proxy-authorization") ? .proxyAuthorization : .other
        case 20: return name.isNamed("p-preferred-identity") ? .pPreferredIdentity : .other
        default: return .other
        }
    }
}
