/// How SIP travels.
package enum TransportProtocol: UInt8, Sendable, Hashable, CaseIterable, CustomStringConvertible {
    case udp, tcp

    /// As it stands in a Via: `UDP`.
    package var viaText: String { self == .udp ? "UDP" : "TCP" }
    /// As it stands in a URI's transport parameter and in our own texts: `udp`.
    package var description: String { self == .udp ? "udp" : "tcp" }
    /// Whether it repeats what is lost: then transactions do not (§17).
    package var isReliable: Bool { self != .udp }

    /// Case does not matter; nil for a transport that is not spoken here.
    package init?(_ text: some StringProtocol) {
        switch String(text) {
        case "udp": self = .udp
        case "tcp": self = .tcp
        default: self.init(lowercased: text.lowercased())
        }
    }

    private init?(lowercased text: String) {
        switch text {
        case "udp": self = .udp
        case "tcp": self = .tcp
        default: return nil
        }
    }
}
