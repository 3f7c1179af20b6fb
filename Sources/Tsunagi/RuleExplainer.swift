import CallPlanning
import CallRouting
import ControlPlane
import Directory
import Foundation
import SIPMessage
import SIPTransport
import Storage

/// Explains calls by the rules that the server follows, with the phones that are registered now.
struct RuleExplainer: CallExplainer {
    let directory: DataDirectory
    let runtime: RuntimeDatabase
    /// Of the server: its limits, its domains, its voice mail.
    let configuration: ServerConfiguration

    func decisions(on question: CallQuestion) throws -> [Decision] {
        let reader = try ControlReader(directory)
        let moment = question.at.milliseconds
        let now = Date().milliseconds
        let hosts = ServedHosts(configuration)
        let network = CallExplanation.Network(
            directory: reader, policy: PlanningPolicy(configuration),
            registeredContacts: { number in
                // Of the phones at that moment nothing is known; their registrations end long before it.
                let changes = try? runtime.bindings(of: number, now: now)
                return changes?.reduce(0) { $0 + $1.bindings.count } ?? 0
            },
            ownNumber: { text in Self.number(inURI: text, at: hosts) }, voicemail: configuration.voicemail.uri)
        if let uri = Self.foreignURI(question.dialled, hosts) {
            var decisions: [Decision] = []
            try Self.caller(question, nil, hosts).tell(into: &decisions)
            return decisions + [.toURI(uri.description)]
        }
        let dialled = try Self.dialled(question.dialled, in: reader)
        return try CallExplanation(
            callFrom: try Self.caller(question, dialled.wish, hosts), to: dialled.number, at: moment, in: network
        ).decisions
    }

    /// What is called, as it is shown: a number, or the URI of somebody elsewhere.
    func callee(_ text: String) throws -> String {
        if let uri = Self.foreignURI(text, ServedHosts(configuration)) { return uri.description }
        return try Self.dialled(text, in: ControlReader(directory)).number.description
    }

    /// A URI that routing takes to another domain, past all rules.
    private static func foreignURI(_ text: String, _ hosts: ServedHosts) -> SIPURI? {
        guard let uri = SIPURI(text), uri.scheme == .sip || uri.scheme == .sips, !hosts.contain(uri) else { return nil }
        return uri
    }

    /// As routing classifies a caller, but taken as proved.
    private static func caller(
        _ question: CallQuestion, _ wish: PresentationWish?, _ hosts: ServedHosts
    ) throws(CallQuestionRefusal) -> CallerIdentity {
        var facts = try facts(of: question.caller, isNumberNeeded: question.reason == nil && wish != .hidden, hosts)
        facts.wish = wish
        var identity = CallerClassifier.classify(facts)
        identity.isVerified = identity.number != nil
        if wish == nil, let reason = question.reason { identity.presentation = .withheld(reason) }
        return identity
    }

    /// - Parameter text: what stands in a From, or only the number, the extension or the name of somebody here.
    private static func facts(
        of text: String, isNumberNeeded: Bool, _ hosts: ServedHosts
    ) throws(CallQuestionRefusal) -> CallerFacts {
        guard text.contains(":") else {
            // The call log's word for a caller who is withheld.
            if text.lowercased() == "anonymous" { return CallerFacts(user: text, host: "anonymous.invalid") }
            let number = try? PhoneNumber(text)
            if number == nil, isNumberNeeded { throw .caller(text) }
            return CallerFacts(user: text, fromNumber: number)
        }
        let bytes = Array(text.utf8)
        let address = NameAddress(bytes, bytes.indices)
        guard let uri = SIPURI(text) ?? address.flatMap({ SIPURI(bytes, $0.uri) }) else { throw .caller(text) }
        let user = uri.decodedUser ?? ""
        let number = try? PhoneNumber(user)
        // A stranger's name at another domain means nobody here.
        return CallerFacts(
            displayName: address?.displayText(in: bytes) ?? "", user: user, host: uri.host,
            fromNumber: hosts.contain(uri) || number?.kind == .global ? number : nil)
    }

    /// As routing reads it: the whole text first, because an extension may begin with 184.
    static func dialled(_ text: String, in directory: ControlReader) throws -> (
        number: PhoneNumber, wish: PresentationWish?
    ) {
        let text = SIPURI(text)?.decodedUser ?? text
        let whole = try PhoneNumber(text)
        if try directory.record(of: whole) != nil { return (whole, nil) }
        let prefix = DialledPrefix(text)
        guard prefix.wish != nil else { return (whole, nil) }
        return (try PhoneNumber(String(prefix.number)), prefix.wish)
    }

    static func number(inURI text: String, domains: [String]) -> PhoneNumber? {
        guard let uri = SIPURI(text), uri.scheme == .tel || domains.contains(uri.host.lowercased()),
            let user = uri.decodedUser
        else { return nil }
        return try? PhoneNumber(user)
    }

    private static func number(inURI text: String, at hosts: ServedHosts) -> PhoneNumber? {
        guard let uri = SIPURI(text), hosts.contain(uri), let user = uri.decodedUser else { return nil }
        return try? PhoneNumber(user)
    }
}

/// Which hosts are ours by the server's configuration: what the engine's own table tells of its place in the network.
private struct ServedHosts {
    private let routing: RoutingConfiguration

    init(_ configuration: ServerConfiguration) {
        routing = RoutingConfiguration(
            configuration, listeners: configuration.sip.listen.compactMap { RoutingConfiguration.Listener($0) },
            realm: "", secret: [], nonceSecret: [])
    }

    /// An address with another port than ours is another program on the same host.
    func contain(_ uri: SIPURI) -> Bool {
        let host = uri.host.lowercased()
        if uri.scheme == .tel || routing.domains.contains(host) { return true }
        let advertised = routing.advertisedHost?.lowercased()
        guard let address = uri.hostAddress else { return host == advertised }
        let isAdvertised = advertised.flatMap { IPAddress($0) } == address
        return routing.listeners.contains { listener in
            guard isAdvertised || isReached(listener, at: address) else { return false }
            return uri.port == nil || uri.port == listener.endpoint.port
        }
    }

    private func isReached(_ listener: RoutingConfiguration.Listener, at address: IPAddress) -> Bool {
        let own = listener.endpoint.address
        if own == address { return true }
        return own.isWildcard && own.isSameFamily(as: address)
            && (address.isLoopback || routing.interfaceAddresses.contains(address))
    }
}
