/// A URI that a request is addressed to or that names somebody: sip:, sips: (RFC 3261 §19.1), tel: (RFC 3966), or
/// one of a scheme that is not routed here.
package struct SIPURI: Sendable, Equatable {
    /// What stands before the colon.
    package enum Scheme: Sendable, Equatable {
        case sip, sips, tel
        case other(String)
    }

    /// A parameter, or a header behind the question mark.
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
        let hostAddress: IPAddress?

        init(_ parts: Parts) {
            self.parts = parts
            hostAddress = IPAddress(parts.host)
        }
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

    /// RFC 3261 §19.1.1 advises against it. Nil: none.
    package var password: String? {
        get { storage.parts.password }
        set { change { $0.password = newValue } }
    }

    /// IPv6 without brackets. Empty for tel: and other schemes.
    package var host: String {
        get { storage.parts.host }
        set { change { $0.host = newValue } }
    }

    /// The host, if it is an address.
    package var hostAddress: IPAddress? { storage.hostAddress }

    /// Nil: none is given, which is not the same as 5060 (§19.1.4).
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
    package var decodedUser: String? { user.map(Escaping.decoded) }

    /// Names are compared without regard to case; `name` must be in lower case.
    package func parameter(_ name: String) -> Parameter? {
        for parameter in storage.parts.parameters where parameter.name.utf8.count == name.utf8.count {
            if parameter.name == name || parameter.name.lowercased() == name { return parameter }
        }
        return nil
    }

    /// Whether there is such a parameter; `name` must be in lower case.
    package func has(_ name: String) -> Bool { parameter(name) != nil }

    /// Whether it has `lr` (§16.12).
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

    /// Why nothing can be sent to it from here, whatever its host, as in "… needs TLS"; nil: something can.
    package var flawOfWay: String? {
        if scheme == .sips { return "needs TLS, which there is none of here" }
        return hasForeignTransport ? "wants another transport than UDP and TCP" : nil
    }

    /// As it may stand in a Request-URI: without its headers (RFC 3261 §19.1.1). Of a scheme that is not routed here
    /// only the name is left.
    package var description: String {
        var text: [UInt8] = []
        text.reserveCapacity(96)
        append(to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Appends ``description``.
    package func append(to text: inout [UInt8]) {
        let parts = storage.parts
        switch parts.scheme {
        case .tel:
            text.append(contentsOf: "tel:".utf8)
            text.append(contentsOf: (parts.user ?? "").utf8)
            appendParameters(to: &text)
        case .other(let scheme):
            text.append(contentsOf: scheme.utf8)
            text.append(ASCII.colon)
        case .sip, .sips:
            text.append(contentsOf: (parts.scheme == .sip ? "sip:" : "sips:").utf8)
            if let user = parts.user {
                text.append(contentsOf: user.utf8)
                if let password = parts.password {
                    text.append(ASCII.colon)
                    text.append(contentsOf: password.utf8)
                }
                text.append(UInt8(ascii: "@"))
            }
            let isBracketed = parts.host.utf8.contains(ASCII.colon)
            if isBracketed { text.append(UInt8(ascii: "[")) }
            text.append(contentsOf: parts.host.utf8)
            if isBracketed { text.append(UInt8(ascii: "]")) }
            if let port = parts.port {
                text.append(ASCII.colon)
                text.append(contentsOf: String(port).utf8)
            }
            appendParameters(to: &text)
        }
    }

    private func appendParameters(to text: inout [UInt8]) {
        for parameter in storage.parts.parameters {
            text.append(ASCII.semicolon)
            text.append(contentsOf: parameter.name.utf8)
            if let value = parameter.value {
                text.append(ASCII.equals)
                text.append(contentsOf: value.utf8)
            }
        }
    }
}
