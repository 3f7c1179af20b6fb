package import CallRouting
import Glibc
import SIPMessage

/// Why the server could not start. Each text names the thing and the remedy.
package enum SIPServerError: Error, Equatable, CustomStringConvertible {
    case noListener
    case portTaken(RoutingConfiguration.Listener)
    case addressNotAvailable(RoutingConfiguration.Listener)
    case notPermitted(RoutingConfiguration.Listener)
    case cannotListen(RoutingConfiguration.Listener, reason: String)
    /// Copies of messages can't be sent to that address.
    case capture(String, reason: String)

    package var description: String {
        switch self {
        case .noListener:
            "there is no address to listen at: give one, such as --sip udp:0.0.0.0:5060"
        case .portTaken(let listener):
            "\(listener.text) is taken by another process: stop that one (ss -lnp shows it), or listen elsewhere "
                + "with --sip \(listener.transport):ADDRESS:PORT"
        case .addressNotAvailable(let listener):
            "this machine has no address \(listener.endpoint.address): give one of its own (ip address shows them), "
                + "or 0.0.0.0 or [::] for all, with --sip \(listener.transport):ADDRESS:PORT"
        case .notPermitted(let listener):
            "listening at \(listener.text) is not permitted: take a port from 1024 on, "
                + "or grant the program CAP_NET_BIND_SERVICE"
        case .capture(let address, let reason):
            "copies of messages can't be sent to \(address) (\(reason)): name another capture server with hep.server, or none"
        case .cannotListen(let listener, let reason):
            "can't listen at \(listener.text) (\(reason)): listen elsewhere with --sip \(listener.transport):ADDRESS:PORT"
        }
    }

    init(_ code: CInt, at listener: RoutingConfiguration.Listener) {
        switch code {
        case EADDRINUSE: self = .portTaken(listener)
        case EADDRNOTAVAIL: self = .addressNotAvailable(listener)
        case EACCES, EPERM: self = .notPermitted(listener)
        default: self = .cannotListen(listener, reason: unsafe String(cString: strerror(code)))
        }
    }
}

extension RoutingConfiguration.Listener {
    /// `udp:127.0.0.1:5060`.
    package var text: String { "\(transport):\(endpoint)" }

    /// Reads `udp:127.0.0.1:5060` or `tcp:[::1]:5060`; nil for anything else.
    package init?(_ text: some StringProtocol) {
        guard let colon = text.firstIndex(of: ":"), let transport = TransportProtocol(text[..<colon]),
            let endpoint = Endpoint(text[text.index(after: colon)...])
        else { return nil }
        self.init(transport, endpoint)
    }
}
