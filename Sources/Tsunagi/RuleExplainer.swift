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
        let hosts = Self.hosts(of: configuration)
        let network = CallExplanation.Network(
            directory: reader, policy: PlanningPolicy(configuration),
            registeredContacts: { number in
                // Of the phones at that moment nothing is known; their registrations end long before it.
                let changes = try? runtime.bindings(of: number, now: now)
                return changes?.reduce(0) { $0 + $1.bindings.count } ?? 0
            },
            ownNumber: { text in Self.number(inURI: text, at: hosts) }, flawOfWay: { text in SIPURI(text)?.flawOfWay },
            voicemail: configuration.voicemail.uri)
        if let uri = foreignURI(question.dialled, hosts) {
            var decisions: [Decision] = []
            try caller(question, nil, hosts).tell(into: &decisions)
            return decisions + [.toURI(uri.description)]
        }
        if let uri = SIPURI(question.dialled), uri.scheme == .sips, let flaw = uri.flawOfWay {
            var decisions: [Decision] = []
            try caller(question, nil, hosts).tell(into: &decisions)
            return decisions + [.refused(status: 480, reason: "sips: \(flaw)")]
        }
        let dialled = try Self.dialled(question.dialled, in: reader)
        return try CallExplanation(
            callFrom: try caller(question, dialled.wish, hosts), to: dialled.number, at: moment, in: network
        ).decisions
    }

    /// What is called, as it is shown: a number, or the URI of somebody elsewhere.
    func callee(_ text: String) throws -> String {
        if let uri = foreignURI(text, Self.hosts(of: configuration)) { return uri.description }
        return try Self.dialled(text, in: ControlReader(directory)).number.description
    }

    /// A URI that routing takes to another domain, past all rules.
    private func foreignURI(_ text: String, _ hosts: OwnHosts) -> SIPURI? {
        guard let uri = SIPURI(text), uri.scheme == .sip || uri.scheme == .sips, !isOurs(uri, hosts) else { return nil }
        return uri
    }

    /// Where no domain is known, because no configuration was given, a name may well be one of ours: whoever asks means so.
    private func isOurs(_ uri: SIPURI, _ hosts: OwnHosts) -> Bool {
        hosts.contain(uri) || configuration.domains.isEmpty && uri.hostAddress == nil
    }

    /// As routing classifies a caller, but taken as proved.
    private func caller(
        _ question: CallQuestion, _ wish: PresentationWish?, _ hosts: OwnHosts
    ) throws(CallQuestionRefusal) -> CallerIdentity {
        var facts = try facts(of: question.caller, isNumberNeeded: question.reason == nil && wish != .hidden, hosts)
        facts.wish = wish
        var identity = CallerClassifier.classify(facts)
        identity.isVerified = identity.number != nil
        if wish == nil, let reason = question.reason { identity.presentation = .withheld(reason) }
        return identity
    }

    /// - Parameter text: what stands in a From, or only the number, the extension or the name of somebody here.
    private func facts(
        of text: String, isNumberNeeded: Bool, _ hosts: OwnHosts
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
            fromNumber: isOurs(uri, hosts) || number?.kind == .global ? number : nil)
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

    /// The number of ours that a URI means, as routing takes it; nil if it leads elsewhere, or nowhere.
    static func number(inURI text: String, at hosts: OwnHosts) -> PhoneNumber? {
        guard let uri = SIPURI(text), uri.scheme != .sips, hosts.contain(uri), let user = uri.decodedUser else {
            return nil
        }
        return try? PhoneNumber(user)
    }

    /// What the server takes for its own.
    static func hosts(of configuration: ServerConfiguration) -> OwnHosts {
        OwnHosts(
            RoutingConfiguration(
                configuration, listeners: configuration.sip.listen.compactMap { RoutingConfiguration.Listener($0) },
                realm: "", secret: [], nonceSecret: []))
    }
}
