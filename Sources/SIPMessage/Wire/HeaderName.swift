/// The headers that routing reads or writes. All others are ``other`` and pass as they came.
package enum HeaderName: UInt8, Sendable {
    case via, from, to, callID, cseq, maxForwards, contact, route, recordRoute
    case contentLength, contentType, require, supported, proxyRequire, unsupported
    case authorization, proxyAuthorization, wwwAuthenticate, proxyAuthenticate
    case expires, minExpires, path, serviceRoute, userAgent
    case privacy, pAssertedIdentity, pPreferredIdentity, remotePartyID, diversion, historyInfo, priority, reason
    case maxBreadth, retryAfter, warning, timestamp, date
    case other

    /// The name in full, as we write it.
    package var text: String {
        switch self {
        case .via: "Via"
        case .from: "From"
        case .to: "To"
        case .callID: "Call-ID"
        case .cseq: "CSeq"
        case .maxForwards: "Max-Forwards"
        case .contact: "Contact"
        case .route: "Route"
        case .recordRoute: "Record-Route"
        case .contentLength: "Content-Length"
        case .contentType: "Content-Type"
        case .require: "Require"
        case .supported: "Supported"
        case .proxyRequire: "Proxy-Require"
        case .unsupported: "Unsupported"
        case .authorization: "Authorization"
        case .proxyAuthorization: "Proxy-Authorization"
        case .wwwAuthenticate: "WWW-Authenticate"
        case .proxyAuthenticate: "Proxy-Authenticate"
        case .expires: "Expires"
        case .minExpires: "Min-Expires"
        case .path: "Path"
        case .serviceRoute: "Service-Route"
        case .userAgent: "User-Agent"
        case .privacy: "Privacy"
        case .pAssertedIdentity: "P-Asserted-Identity"
        case .pPreferredIdentity: "P-Preferred-Identity"
        case .remotePartyID: "Remote-Party-ID"
        case .diversion: "Diversion"
        case .historyInfo: "History-Info"
        case .priority: "Priority"
        case .reason: "Reason"
        case .maxBreadth: "Max-Breadth"
        case .retryAfter: "Retry-After"
        case .warning: "Warning"
        case .timestamp: "Timestamp"
        case .date: "Date"
        case .other: ""
        }
    }

    /// Finds the header of a name as it stands on the wire: any case, or its compact form (RFC 3261 §7.3.3).
    init(_ name: Span<UInt8>) {
        guard name.count > 1 else {
            self = name.count == 1 ? Self.compact(ASCII.lowercased(name[0])) : .other
            return
        }
        self = .other
        for candidate in Self.byLength(name.count) where Self.matches(name, candidate) {
            self = candidate
            return
        }
    }

    private static func compact(_ letter: UInt8) -> HeaderName {
        switch letter {
        case UInt8(ascii: "v"): .via
        case UInt8(ascii: "f"): .from
        case UInt8(ascii: "t"): .to
        case UInt8(ascii: "i"): .callID
        case UInt8(ascii: "m"): .contact
        case UInt8(ascii: "l"): .contentLength
        case UInt8(ascii: "c"): .contentType
        case UInt8(ascii: "k"): .supported
        default: .other
        }
    }

    private static let table: [[HeaderName]] = {
        var table = Array(repeating: [HeaderName](), count: 32)
        var raw: UInt8 = 0
        while let name = HeaderName(rawValue: raw), name != .other {
            table[name.text.utf8.count].append(name)
            raw += 1
        }
        return table
    }()

    private static let lowercaseNames: [[UInt8]] = {
        var names: [[UInt8]] = []
        var raw: UInt8 = 0
        while let name = HeaderName(rawValue: raw), name != .other {
            names.append(name.text.utf8.map(ASCII.lowercased))
            raw += 1
        }
        return names
    }()

    private static func byLength(_ count: Int) -> [HeaderName] { count < table.count ? table[count] : [] }

    private static func matches(_ name: Span<UInt8>, _ candidate: HeaderName) -> Bool {
        let expected = lowercaseNames[Int(candidate.rawValue)]
        for position in 0..<expected.count where ASCII.lowercased(name[position]) != expected[position] { return false }
        return true
    }
}
