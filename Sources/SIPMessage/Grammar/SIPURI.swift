/// A URI that a request is addressed to or that names somebody: sip:, sips: (RFC 3261 §19.1), tel: (RFC 3966), or
/// one of a scheme that is not routed here.
package struct SIPURI: Sendable, Equatable {
    package enum Scheme: Sendable, Equatable {
        case sip, sips, tel
        case other(String)
    }

    package struct Parameter: Sendable, Equatable {
        package var name: String
        /// With its %-escapes. Nil: no equals sign.
        package var value: String?

        package init(_ name: String, _ value: String?) {
            self.name = name
            self.value = value
        }
    }

    /// What a URI says.
    struct Parts: Sendable, Equatable {
        var scheme: Scheme
        var user: String?
        var password: String?
        var host: String
        var port: UInt16?
        var parameters: [Parameter] = []
        var headers: [Parameter] = []

        init(scheme: Scheme, user: String? = nil, host: String, port: UInt16? = nil) {
            self.scheme = scheme
            self.user = user
            self.host = host
            self.port = port
        }
    }

    /// Never changed: copies share it.
    private final class Storage: Sendable {
        let parts: Parts
        init(_ parts: Parts) { self.parts = parts }
    }

    private var storage: Storage

    init(_ parts: Parts) { storage = Storage(parts) }

    private mutating func change(_ edit: (inout Parts) -> Void) {
        var parts = storage.parts
        edit(&parts)
        storage = Storage(parts)
    }

    package var scheme: Scheme {
        get { storage.parts.scheme }
        set { change { $0.scheme = newValue } }
    }

    /// With its %-escapes; of a tel: URI the subscriber's number. Nil: none.
    package var user: String? {
        get { storage.parts.user }
        set { change { $0.user = newValue } }
    }

    package var password: String? {
        get { storage.parts.password }
        set { change { $0.password = newValue } }
    }

    /// IPv6 without brackets. Empty for tel: and other schemes.
    package var host: String {
        get { storage.parts.host }
        set { change { $0.host = newValue } }
    }

    package var port: UInt16? {
        get { storage.parts.port }
        set { change { $0.port = newValue } }
    }

    /// At most 32: a URI with more is taken as malformed.
    package var parameters: [Parameter] {
        get { storage.parts.parameters }
        set { change { $0.parameters = newValue } }
    }

    /// The `?header=value` part.
    package var headers: [Parameter] {
        get { storage.parts.headers }
        set { change { $0.headers = newValue } }
    }

    package var hasHeaders: Bool { !storage.parts.headers.isEmpty }

    package init(
        scheme: Scheme = .sip, user: String? = nil, host: String, port: UInt16? = nil, parameters: [Parameter] = []
    ) {
        var parts = Parts(scheme: scheme, user: user, host: host, port: port)
        parts.parameters = parameters
        self.init(parts)
    }

    package static func == (left: SIPURI, right: SIPURI) -> Bool {
        left.storage === right.storage || left.storage.parts == right.storage.parts
    }

    /// Parses a URI that is text of ours: a setting, a destination. Nil if it is malformed.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        self.init(bytes, bytes.indices)
    }

    /// The user part with its %-escapes decoded once (RFC 3261 §19.1.2); octets that are not UTF-8 are replaced.
    package var decodedUser: String? { user.map { Escaping.decoded($0) } }

    /// Names are compared without regard to case; `name` must be in lower case.
    package func parameter(_ name: String) -> Parameter? {
        for parameter in storage.parts.parameters where parameter.name.utf8.count == name.utf8.count {
            if parameter.name == name || parameter.name.lowercased() == name { return parameter }
        }
        return nil
    }

    /// Whether there is such a parameter; `name` must be in lower case.
    package func has(_ name: String) -> Bool { parameter(name) != nil }

    package var isLooseRouter: Bool { has("lr") }

    /// Nil: none given, or one that is not spoken here.
    package var transport: TransportProtocol? {
        guard let value = parameter("transport")?.value else { return nil }
        return TransportProtocol(value)
    }

    /// Whether a `transport` parameter names something that is not spoken here.
    package var hasForeignTransport: Bool {
        has("transport") && transport == nil
    }

    /// As it may stand in a Request-URI: without its headers (RFC 3261 §19.1.1). Of a scheme that is not routed here
    /// only the name is left.
    package var description: String {
        switch scheme {
        case .tel: return "tel:\(user ?? "")" + parameterText
        case .other(let scheme): return "\(scheme):"
        case .sip, .sips:
            let name = host.utf8.contains(ASCII.colon) ? "[\(host)]" : host
            let who = user.map { "\($0)\(password.map { ":\($0)" } ?? "")@" } ?? ""
            return (scheme == .sip ? "sip:" : "sips:") + who + name + (port.map { ":\($0)" } ?? "") + parameterText
        }
    }

    private var parameterText: String {
        parameters.map { ";\($0.name)" + ($0.value.map { "=\($0)" } ?? "") }.joined()
    }
}
