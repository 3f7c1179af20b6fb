import CallPlanning
import ControlPlane
import Directory
import Foundation
import SIPMessage
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
        let network = CallExplanation.Network(
            directory: reader, policy: PlanningPolicy(configuration),
            registeredContacts: { number in
                // Of the phones at that moment nothing is known; their registrations end long before it.
                let changes = try? runtime.bindings(of: number, now: now)
                return changes?.reduce(0) { $0 + $1.bindings.count } ?? 0
            },
            ownNumber: { text in Self.number(inURI: text, domains: configuration.domains) },
            voicemail: configuration.voicemail.uri)
        let dialled = try Self.dialled(question.dialled, in: reader)
        return try CallExplanation(
            callFrom: try Self.caller(question, dialled.wish), to: dialled.number, at: moment, in: network
        ).decisions
    }

    private static func caller(_ question: CallQuestion, _ wish: PresentationWish?) throws -> CallerIdentity {
        let from = question.caller
        let uri = from.contains(":") ? SIPURI(from) : nil
        if from.contains(":"), uri == nil { throw CallQuestionRefusal.caller(from) }
        let number = try? PhoneNumber(uri?.decodedUser ?? from)
        var identity = CallerIdentity(number: number, isVerified: true, wish: wish)
        if let reason = question.reason ?? (wish == .hidden ? .withheld : nil) {
            identity.presentation = .withheld(reason)
        } else if number == nil, uri == nil {
            throw CallQuestionRefusal.caller(from)
        }
        return identity
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
}
