import CallPlanning
import Directory
import SIPMessage
import Testing

@testable import CallRouting

/// How most tests begin: who has which phone, and how far a call has come.
extension RouterBench {
    // MARK: - Numbers and their phones

    /// Alice's calls all go on to Tokyo, through the gateway.
    static func aliceToTokyo() -> RouterBench {
        alice(forwarding: [.always: Sample.toTokyo], trunks: Sample.trunk("03", Sample.gateway))
    }

    /// Alice's number with its rules, rung at her phones. Bob and Carol are there at their phones B and C if a rule
    /// leads to them.
    static func alice(
        at phones: Peer..., forwarding rules: [ForwardingCondition: Destination] = [:], ring: Int = 20,
        trunks: TrunkTable = .init(), configure: (inout RoutingConfiguration) -> Void = { _ in }
    ) -> RouterBench {
        let others = [(Sample.bob, Sample.phoneB), (Sample.carol, Sample.phoneC)].filter { number, _ in
            rules.values.contains(Sample.to(number))
        }
        let bench = RouterBench(
            numbers: [Sample.record(Sample.alice, rules, ring: ring)] + others.map { Sample.record($0.0) },
            trunks: trunks, configure: configure)
        if !phones.isEmpty { bench.register(Sample.alice, phones.map { ($0, 1000) }) }
        for (number, phone) in others { bench.register(number, phone) }
        return bench
    }

    // MARK: - Calls that have come some way

    /// A call that has reached a phone, which has said nothing yet.
    func callReaching(
        _ phone: Peer, number: String = Sample.alice, from caller: Peer = Sample.caller, headers: [String] = [],
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> (call: RequestScript, invite: SIPMessage) {
        let call = call(number, from: caller, headers: headers)
        return (call, try expect(phone, "INVITE", sourceLocation: sourceLocation))
    }

    /// A call that rings at a phone, as its caller has heard.
    func callRinging(
        at phone: Peer, number: String = Sample.alice, headers: [String] = [],
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> (call: RequestScript, invite: SIPMessage) {
        let call = call(number, headers: headers)
        return (call, try ring(phone, sourceLocation: sourceLocation))
    }

    /// A call that has rung at a phone for all of its number's ring time, and goes on, as its caller has heard.
    func callUnanswered(
        at phone: Peer, forSeconds seconds: Int, headers: [String] = [],
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> (call: RequestScript, invite: SIPMessage) {
        let ringing = try callRinging(at: phone, headers: headers, sourceLocation: sourceLocation)
        wait(seconds: seconds)
        try expect(Sample.caller, "181", sourceLocation: sourceLocation)
        return ringing
    }

    /// A call that was forwarded before any phone rang: its caller has heard so, and it has reached the destination.
    func callForwarded(
        to destination: Peer, from caller: Peer = Sample.caller, headers: [String] = [],
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> (call: RequestScript, invite: SIPMessage) {
        let call = call(Sample.alice, from: caller, headers: headers)
        try expect(caller, "181", sourceLocation: sourceLocation)
        return (call, try expect(destination, "INVITE", sourceLocation: sourceLocation))
    }

    /// An answered call between a caller and Alice's phone, with both sides' dialogs.
    func callAnswered(
        at phone: Peer, sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> (caller: Dialog, called: Dialog) {
        try answer(phone, of: call(Sample.alice), sourceLocation: sourceLocation)
    }
}
