import HTTPTypes
import Hummingbird

/// Which proxies before us are believed in what they tell of a request: who sent it, and whether it came by TLS. What
/// anybody else tells of that is a claim about themselves, and counts for nothing.
package struct ProxyTrust: Sendable {
    /// Which header they tell it in. The other one goes through some proxies as it came, and is not read.
    package enum Header: String, CaseIterable, Sendable {
        /// `X-Forwarded-For` and `X-Forwarded-Proto`.
        case xForwarded = "x-forwarded"
        /// RFC 7239.
        case forwarded
    }

    package static let nobody = ProxyTrust(.xForwarded) { _ in false }

    private static let xForwardedFor = HTTPField.Name("X-Forwarded-For")
    private static let xForwardedProto = HTTPField.Name("X-Forwarded-Proto")
    private static let forwarded = HTTPField.Name("Forwarded")

    private let header: Header
    /// Whether an IP address is one of theirs.
    let isProxy: @Sendable (String) -> Bool

    package init(_ header: Header, isProxy: @escaping @Sendable (String) -> Bool) {
        self.header = header
        self.isProxy = isProxy
    }

    /// Where a request has come from.
    struct Origin: Equatable {
        var address: String
        /// Nil: nobody who is believed says so.
        var isSecure: Bool?
    }

    /// - Parameter peer: the address of the connection.
    func origin(of headers: HTTPFields, from peer: String) -> Origin {
        guard isProxy(peer) else { return Origin(address: peer, isSecure: nil) }
        return switch header {
        case .xForwarded: xForwarded(headers, peer)
        case .forwarded: forwarded(headers, peer)
        }
    }

    private func xForwarded(_ headers: HTTPFields, _ peer: String) -> Origin {
        let hops = Self.xForwardedFor.map { Self.list(headers[values: $0]) } ?? []
        let scheme = Self.xForwardedProto.flatMap { Self.list(headers[values: $0]).last }
        return Origin(
            address: client(hops.map(Self.address), behind: peer), isSecure: scheme.map { $0.lowercased() == "https" })
    }

    private func forwarded(_ headers: HTTPFields, _ peer: String) -> Origin {
        let elements = Self.forwarded.map { Self.list(headers[values: $0]) } ?? []
        let hops = elements.map { element in
            element.split(separator: ";").reduce(into: [String: String]()) { parameters, pair in
                let parts = pair.split(separator: "=", maxSplits: 1)
                guard parts.count == 2 else { return }
                parameters[Self.trimmed(parts[0]).lowercased()] = Self.trimmed(parts[1])
            }
        }
        return Origin(
            address: client(hops.map { Self.address($0["for"] ?? "") }, behind: peer),
            isSecure: hops.last?["proto"].map { $0.lowercased() == "https" })
    }

    /// The last one that is not a proxy of ours; whoever is before that one may have been made up by it.
    private func client(_ hops: [String], behind peer: String) -> String {
        var address = peer
        for hop in hops.reversed() where isProxy(address) {
            guard !hop.isEmpty else { break }
            address = hop
        }
        return address
    }

    private static func list(_ values: [String]) -> [String] {
        values.flatMap { $0.split(separator: ",") }.map(trimmed)
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text
        let isMargin: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\"" }
        while text.first.map(isMargin) == true { text.removeFirst() }
        while text.last.map(isMargin) == true { text.removeLast() }
        return String(text)
    }

    /// Without a port: `192.0.2.1:4711`, `[2001:db8::1]:4711`.
    private static func address(_ text: String) -> String {
        if text.hasPrefix("[") { return String(text.dropFirst().prefix { $0 != "]" }) }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        return String((parts.count == 2 ? parts[0] : text[...]).prefix(64))
    }
}
