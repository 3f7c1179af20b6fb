import CallPlanning
import Directory
import SIPMessage
import SIPTransaction
import Testing

@testable import CallRouting

@Suite("What is kept of a call")
struct CallRecordTests: UsualPeers {
    @Test("a forwarded call: decisions in order, its legs with their times, and the ladder")
    func forwarded() throws {
        let bench = RouterBench.alice(at: phoneA, forwarding: [.noAnswer: Sample.toBob], ring: 5)
        let start = bench.now.milliseconds
        let (call, first) = try bench.callReaching(phoneA)
        bench.wait(100)
        bench.reply(phoneA, 180, to: first)
        bench.wait(seconds: 5)
        try bench.expectCancel(phoneA, of: first)
        let second = try bench.expect(phoneB, "INVITE")
        bench.reply(phoneB, 180, to: second)
        bench.takeAll(caller)
        bench.wait(1000)
        try bench.answer(phoneB, second, of: call)
        let record = try #require(bench.records.first)
        #expect(
            record.decisions == [
                .callerIdentified(as: "0901111222"), .rings(number: Sample.alice, contacts: 1),
                .notAnswered(number: Sample.alice, afterSeconds: 5),
                .forwarded(condition: .noAnswer, number: Sample.alice, to: Sample.bob),
                .rings(number: Sample.bob, contacts: 1), .answered(by: Sample.bob),
            ])
        #expect(record.callID == call.callID)
        #expect(record.caller == "0901111222" && record.callee == Sample.alice && record.status == 200)
        #expect(record.startedAt == start && record.answeredAt == start + 6100 && record.endedAt == start + 6100)
        try #require(record.legs.count == 2)
        #expect(record.legs[0].target == phoneA.contact && record.legs[0].sentTo == "udp:192.0.2.11:5060")
        #expect(record.legs[0].ringingAt == start + 100 && record.legs[0].status == 487)
        #expect(record.legs[1].startedAt == start + 5100 && record.legs[1].ringingAt == start + 5100)
        #expect(record.legs[1].status == 200 && record.legs[1].endedAt == start + 6100)
        #expect(
            record.ladder.map(\.label) == [
                "INVITE sip:\(Sample.alice)@lab.test", "INVITE \(phoneA.contact)", "180 Reason", "180 Reason", "CANCEL",
                "181 Call Is Being Forwarded", "INVITE \(phoneB.contact)", "487 Reason", "180 Reason", "180 Reason",
                "200 Reason", "200 Reason",
            ])
        bench.finish()
        #expect(bench.records.count == 1)
    }

    @Test("a call on which no rule acted has no ladder, unless all are wanted")
    func ladderChoice() throws {
        for (choice, count) in [(RoutingConfiguration.LadderChoice.acted, 0), (.all, 6), (.none, 0)] {
            let bench = RouterBench.alice(at: phoneA) { $0.ladder = choice }
            let (call, invite) = try bench.callRinging(at: phoneA)
            try bench.endAsBusy(call, at: phoneA, invite)
            #expect(bench.records.first?.ladder.count == count)
            #expect(bench.records.first?.legs.first?.status == 486)
            bench.finish()
        }
    }

    @Test("calls that lead nowhere are kept too, with the reason")
    func nowhere() throws {
        let bench = RouterBench.alice(forwarding: [.always: .voicemail], trunks: Sample.trunk("03", gateway))
        let cases: [(String, Peer, Int, Decision)] = [
            ("sip:05099998888@lab.test", caller, 404, .noSuchNumber("05099998888")),
            ("sip:0666666666@lab.test", gateway, 404, .noRoute("0666666666")),
            (
                "sip:\(Sample.alice)@lab.test", caller, 480,
                .refused(status: 480, reason: "no voice-mail server is configured (voicemail.uri)")
            ),
        ]
        for (uri, peer, status, decision) in cases {
            bench.call(uri, from: peer)
            bench.wait(1)
            let kinds = bench.takeAll(peer).map(\.kind)
            #expect(kinds.last == String(status))
            let record = try #require(bench.records.last)
            #expect(record.status == status && record.decisions.contains(decision))
        }
        bench.finish()
    }

    @Test("no log wanted, no record made")
    func noLog() throws {
        let bench = RouterBench.alice { $0.keepsCallLog = false }
        try bench.expectUnavailable(Sample.alice)
        bench.finish()
        #expect(bench.records.isEmpty)
    }

    @Test("a silent phone that was given up and answers all the same has answered, and was sent no CANCEL")
    func answersAfterAll() throws {
        let bench = RouterBench.alice(at: phoneA, forwarding: [.unreachable: Sample.toBob])
        let (call, first) = try bench.callReaching(phoneA)
        bench.wait(seconds: 4)
        let second = try bench.expect(phoneB, "INVITE")
        bench.reply(phoneB, 180, to: second)
        bench.takeAll(caller)
        bench.takeAll(phoneA)
        bench.reply(phoneA, 200, to: first, body: "v=0\r\n")
        try bench.expect(caller, "200")
        try bench.expectCancel(phoneB, of: second)
        bench.takeAll(caller)
        let record = try #require(bench.records.first)
        #expect(record.status == 200 && record.decisions.last == .answered(by: Sample.alice), "\(record.decisions)")
        #expect(record.legs.first?.status == 200)
        #expect(record.ladder.count { $0.label == "CANCEL" } == 1, "\(record.ladder.map(\.label))")
        _ = call
        bench.takeEverything()
    }

    @Test("an answer that crosses the caller's CANCEL is told as one")
    func answeredWhileCancelled() throws {
        let bench = RouterBench.alice(at: phoneA)
        let (call, invite) = try bench.callRinging(at: phoneA)
        try bench.giveUp(call)
        try bench.expect(phoneA, "CANCEL")
        bench.reply(phoneA, 200, to: invite, body: "v=0\r\n")
        try bench.expect(caller, "200")
        #expect(try bench.decisions().suffix(2) == [.cancelledByCaller, .answered(by: Sample.alice)])
        bench.takeEverything()
    }

    private func attempts(_ record: CallRecord) -> [String] {
        record.legs.map { "\($0.sentTo) \($0.status)" }
    }

    @Test("each gateway that a call was tried at has a leg of its own: overloaded, then silent, then answered")
    func gatewaysInTurn() throws {
        let gateway3 = Peer("gateway3", "198.51.100.3:5060")
        let bench = RouterBench.alice(
            forwarding: [.always: Sample.toTokyo], trunks: Sample.trunk("03", gateway, gateway2, gateway3))
        let start = bench.now.milliseconds
        let (call, first) = try bench.callForwarded(to: gateway)
        bench.wait(1000)
        bench.takeAll(gateway)
        try bench.fail(gateway, 503, first)
        try bench.expect(gateway2, "INVITE")
        bench.wait(4000)
        bench.takeAll(gateway2)
        try bench.answer(gateway3, of: call)
        let record = try #require(bench.records.first)
        #expect(
            attempts(record) == ["udp:198.51.100.1:5060 503", "udp:198.51.100.2:5060 408", "udp:198.51.100.3:5060 200"])
        for (place, gateway) in [gateway, gateway2, gateway3].enumerated() {
            #expect(record.legs[place].target.contains(gateway.endpoint.address.description))
        }
        #expect(record.legs.map(\.startedAt) == [start, start + 1000, start + 5000])
        #expect(record.legs.map(\.endedAt) == [start + 1000, start + 5000, start + 5000])
        #expect(record.decisions.last?.description.contains("198.51.100.3") == true, "\(record.decisions)")
        bench.finish()
    }

    @Test("a gateway that answers after it was given up is the one that the log says has answered")
    func gatewayAfterAll() throws {
        let bench = RouterBench.alice(
            forwarding: [.always: Sample.toTokyo], trunks: Sample.trunk("03", gateway, gateway2))
        let (call, first) = try bench.callForwarded(to: gateway)
        bench.wait(4000)
        bench.takeAll(gateway)
        let second = try bench.ring(gateway2)
        bench.reply(gateway, 180, to: first)
        try bench.expect(gateway, "CANCEL")
        try bench.answer(gateway, first, of: call)
        try bench.expectCancel(gateway2, of: second)
        let record = try #require(bench.records.first)
        #expect(attempts(record) == ["udp:198.51.100.1:5060 200", "udp:198.51.100.2:5060 0"])
        #expect(record.decisions.last?.description.contains("198.51.100.1") == true, "\(record.decisions)")
        let heard = record.ladder.filter { $0.from == gateway.endpoint.description }
        #expect(heard.map(\.label) == ["180 Reason", "200 Reason"])
        let cancels = record.ladder.filter { $0.label == "CANCEL" }
        #expect(cancels.map(\.to) == [gateway, gateway2].map(\.endpoint.description))
        bench.finish()
    }

    @Test("each address of a name that a call was tried at has a leg of its own, and a name without one has one too")
    func addressesInTurn() throws {
        let hops = ["gone.example", "gw.example"].enumerated().map { NextHop(host: $1, priority: $0) }
        let bench = RouterBench.alice(
            forwarding: [.always: Sample.toTokyo], trunks: Sample.trunk("03", hops))
        bench.names["gw.example"] = ["198.51.100.1", "198.51.100.2"]
        bench.unreachable = ["udp:198.51.100.1:5060"]
        let (call, invite) = try bench.callForwarded(to: gateway2)
        try bench.answer(gateway2, invite, of: call)
        let record = try #require(bench.records.first)
        #expect(attempts(record) == [" 503", "udp:198.51.100.1:5060 503", "udp:198.51.100.2:5060 200"])
        #expect(record.legs[0].target.contains("gone.example") && record.legs[1].target == record.legs[2].target)
        bench.finish()
    }

    @Test("the log names the gateway that is tried first, not the first of the trunk")
    func gatewayByWeight() throws {
        let hops = [NextHop(host: "198.51.100.1", weight: 1), NextHop(host: "198.51.100.2", weight: 100)]
        let bench = RouterBench.alice(forwarding: [.always: Sample.toTokyo], trunks: Sample.trunk("03", hops))
        let (call, invite) = try bench.callForwarded(to: gateway2)
        try bench.endAsBusy(call, at: gateway2, invite)
        let isNamed = try bench.decisions().contains { decision in
            if case .toTrunk(_, _, let hop) = decision { hop.contains("198.51.100.2") } else { false }
        }
        #expect(isNamed)
        bench.finish()
    }
}
