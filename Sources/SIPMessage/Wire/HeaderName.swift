/// The headers that routing reads or writes. All others are ``other`` and pass as they came.
package enum HeaderName: UInt8, Sendable, CaseIterable {
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
        switch name.count {
        case 0: self = .other
        case 1: self = Self.compact(ASCII.lowercased(name[0]))
        default: self = Self.full(name)
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

    /// By length first: this runs for every line of every message.
    private static func full(_ name: Span<UInt8>) -> HeaderName {
        func isNamed(_ word: StaticString) -> Bool { ASCII.matches(name, word) }
        switch name.count {
        case 2 where isNamed("to"): return .to
        case 3 where isNamed("via"): return .via
        case 4 where isNamed("from"): return .from
        case 4 where isNamed("cseq"): return .cseq
        case 4 where isNamed("path"): return .path
        case 4 where isNamed("date"): return .date
        case 5 where isNamed("route"): return .route
        case 6 where isNamed("reason"): return .reason
        case 7 where isNamed("contact"): return .contact
        case 7 where isNamed("call-id"): return .callID
        case 7 where isNamed("require"): return .require
        case 7 where isNamed("expires"): return .expires
        case 7 where isNamed("privacy"): return .privacy
        case 7 where isNamed("warning"): return .warning
        case 8 where isNamed("priority"): return .priority
        case 9 where isNamed("supported"): return .supported
        case 9 where isNamed("diversion"): return .diversion
        case 9 where isNamed("timestamp"): return .timestamp
        case 10 where isNamed("user-agent"): return .userAgent
        case 11 where isNamed("unsupported"): return .unsupported
        case 11 where isNamed("min-expires"): return .minExpires
        case 11 where isNamed("max-breadth"): return .maxBreadth
        case 11 where isNamed("retry-after"): return .retryAfter
        case 12 where isNamed("max-forwards"): return .maxForwards
        case 12 where isNamed("record-route"): return .recordRoute
        case 12 where isNamed("content-type"): return .contentType
        case 12 where isNamed("history-info"): return .historyInfo
        case 13 where isNamed("authorization"): return .authorization
        case 13 where isNamed("proxy-require"): return .proxyRequire
        case 13 where isNamed("service-route"): return .serviceRoute
        case 14 where isNamed("content-length"): return .contentLength
        case 15 where isNamed("remote-party-id"): return .remotePartyID
        case 16 where isNamed("www-authenticate"): return .wwwAuthenticate
        case 18 where isNamed("proxy-authenticate"): return .proxyAuthenticate
        case 19 where isNamed("proxy-authorization"): return .proxyAuthorization
        case 19 where isNamed("p-asserted-identity"): return .pAssertedIdentity
        case 20 where isNamed("p-preferred-identity"): return .pPreferredIdentity
        default: return .other
        }
    }
}
