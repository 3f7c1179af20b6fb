/// A header's name in small letters, as three words of eight octets: this is asked for every line of every message.
struct FoldedName {
    /// No name that is looked for is longer.
    static let longest = 24

    let count: Int
    private let first: UInt64
    private let second: UInt64
    private let third: UInt64

    @inline(__always)
    init(_ text: Span<UInt8>, _ range: Range<Int>) {
        count = range.count
        first = text.word(from: range.lowerBound, to: range.upperBound).folded
        second = count > 8 ? text.word(from: range.lowerBound &+ 8, to: range.upperBound).folded : 0
        third = count > 16 ? text.word(from: range.lowerBound &+ 16, to: range.upperBound).folded : 0
    }

    /// A name of less than eight octets.
    ///
    /// - Parameter end: the lowest bit that is set is the top bit of the octet behind the name.
    @inline(__always)
    init(_ word: OctetWord, before end: UInt64) {
        count = end.trailingZeroBitCount >> 3
        first = OctetWord(word.bits & ((end & (0 &- end)) >> 7 &- 1)).folded
        second = 0
        third = 0
    }

    /// Of names of the same length, eight octets at most.
    @inline(__always)
    func isNamed(_ name: StaticString) -> Bool { first == OctetWord(name).bits }

    /// Of names of the same length, sixteen octets at most.
    @inline(__always)
    func isNamed(long name: StaticString) -> Bool {
        first == OctetWord(name).bits && second == OctetWord(name, from: 8).bits
    }

    /// Of names of the same length, however long.
    @inline(__always)
    func isNamed(longest name: StaticString) -> Bool {
        isNamed(long: name) && third == OctetWord(name, from: 16).bits
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
            if name.isNamed(long: "supported") { return .supported }
            if name.isNamed(long: "diversion") { return .diversion }
            return name.isNamed(long: "timestamp") ? .timestamp : .other
        case 10: return name.isNamed(long: "user-agent") ? .userAgent : .other
        case 11:
            if name.isNamed(long: "unsupported") { return .unsupported }
            if name.isNamed(long: "min-expires") { return .minExpires }
            if name.isNamed(long: "retry-after") { return .retryAfter }
            return name.isNamed(long: "max-breadth") ? .maxBreadth : .other
        case 12:
            if name.isNamed(long: "max-forwards") { return .maxForwards }
            if name.isNamed(long: "record-route") { return .recordRoute }
            if name.isNamed(long: "content-type") { return .contentType }
            return name.isNamed(long: "history-info") ? .historyInfo : .other
        case 13:
            if name.isNamed(long: "authorization") { return .authorization }
            if name.isNamed(long: "proxy-require") { return .proxyRequire }
            return name.isNamed(long: "service-route") ? .serviceRoute : .other
        case 14: return name.isNamed(long: "content-length") ? .contentLength : .other
        case 15: return name.isNamed(long: "remote-party-id") ? .remotePartyID : .other
        case 16: return name.isNamed(long: "www-authenticate") ? .wwwAuthenticate : .other
        default: return longest(name)
        }
    }

    /// Apart from the others, because in a function with many more names the compiler makes no numbers of them.
    @inline(never)
    private static func longest(_ name: FoldedName) -> HeaderName {
        switch name.count {
        case 18: return name.isNamed(longest: "proxy-authenticate") ? .proxyAuthenticate : .other
        case 19:
            if name.isNamed(longest: "p-asserted-identity") { return .pAssertedIdentity }
            return name.isNamed(longest: "proxy-authorization") ? .proxyAuthorization : .other
        case 20: return name.isNamed(longest: "p-preferred-identity") ? .pPreferredIdentity : .other
        default: return .other
        }
    }
}
