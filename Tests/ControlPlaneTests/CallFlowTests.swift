import Directory
import Testing

@testable import ControlPlane

@Suite("The messages of a call between those who had part in it")
struct CallFlowTests {
    private let caller = "192.0.2.1:5060"
    private let server = "198.51.100.1:5060"
    private let gateway = "203.0.113.9:5060"
    private let phone = "192.0.2.50:5060"

    private func flow(_ steps: [(String, String, String)], shown: Set<String>) -> CallFlow {
        let call = CallRecord(
            id: "c", callID: "c@x", startedAt: 0, endedAt: 9, caller: "09011112222", callee: "05012345601", status: 200,
            decisions: [], legs: [],
            ladder: steps.enumerated().map { index, step in
                CallRecord.LadderStep(at: Int64(index), from: step.0, to: step.1, label: step.2)
            })
        return CallFlow(call) { shown.contains($0) }
    }

    private func texts(_ flow: CallFlow) -> [String] { flow.steps.map { "\($0.from)→\($0.to) \($0.text)" } }

    @Test("addresses become parties, and a number that may not be seen is somewhere else")
    func parties() {
        let flow = flow(
            [
                (caller, server, "INVITE sip:05012345601@lab.test"),
                (server, phone, "INVITE sip:05012345601@192.0.2.50"), (phone, server, "180 Ringing"),
                (server, caller, "180 Ringing"), (server, phone, "CANCEL"), (phone, server, "487 Request Terminated"),
                (server, gateway, "INVITE sip:0312345678@203.0.113.9"), (gateway, server, "200 OK"),
                (server, caller, "200 OK"),
            ], shown: ["05012345601"])
        #expect(flow.parties == [.caller("09011112222"), .server, .number("05012345601"), .elsewhere])
        #expect(
            texts(flow) == [
                "0→1 INVITE", "1→2 INVITE", "2→1 180 Ringing", "1→0 180 Ringing", "1→2 CANCEL",
                "2→1 487 Request Terminated", "1→3 INVITE", "3→1 200 OK", "1→0 200 OK",
            ])
        #expect(flow.steps.filter(\.isBad).map(\.text) == ["CANCEL", "487 Request Terminated"])
    }

    @Test("what becomes of a call behind somebody else's number is not told")
    func behindOthers() {
        let steps = [
            (caller, server, "INVITE sip:05012345601@lab.test"),
            (server, phone, "INVITE sip:05012345601@192.0.2.50"), (phone, server, "486 Busy Here"),
            (server, gateway, "INVITE sip:0312345678@203.0.113.9"), (gateway, server, "200 OK"),
            (server, caller, "200 OK"),
        ]
        let flow = flow(steps, shown: ["09011112222"])
        #expect(flow.parties == [.caller("09011112222"), .server])
        #expect(texts(flow) == ["0→1 INVITE", "1→0 200 OK"])
    }

    @Test("a gateway that a call comes from and goes out by is two parties")
    func sameGateway() {
        let flow = flow(
            [
                (gateway, server, "INVITE sip:05012345601@lab.test"),
                (server, gateway, "INVITE sip:0312345678@203.0.113.9"), (gateway, server, "180 Ringing"),
                (server, gateway, "180 Ringing"),
            ], shown: ["05012345601"])
        #expect(texts(flow) == ["0→1 INVITE", "1→2 INVITE", "2→1 180 Ringing", "1→0 180 Ringing"])
    }

    @Test("without a ladder there are no messages")
    func none() {
        #expect(flow([], shown: []).steps.isEmpty)
    }
}
