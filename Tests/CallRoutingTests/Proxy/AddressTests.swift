import CallPlanning
import Directory
import SIPMessage
import Testing

@testable import CallRouting

@Suite("Addresses, gateways and transports (RFC 3261 §18.1.1, RFC 3263 §4)")
struct AddressTests: UsualPeers {
    private func bench(_ trunks: TrunkTable? = nil) -> RouterBench {
        RouterBench.alice(
            forwarding: [.always: Sample.toTokyo], trunks: trunks ?? Sample.trunk("03", gateway, gateway2))
    }

    private let named = Sample.trunk("03", [NextHop(host: "gw.example", port: 5080)])

    /// A call whose INVITE is too large for a datagram.
    private func largeCall(_ bench: RouterBench) -> RequestScript {
        var call = bench.invite(Sample.alice)
        call.body = String(repeating: "a=x\r\n", count: 400)
        bench.send(call, from: caller)
        return call
    }

    @Test("an overloaded gateway is passed over for the next one")
    func overloaded() throws {
        let bench = bench()
        let (call, first) = try bench.callForwarded(to: gateway)
        bench.reply(gateway, 100, to: first)
        try bench.fail(gateway, 503, first)
        let second = try bench.expect(gateway2, "INVITE")
        #expect(second.requestURIText.contains("198.51.100.2"))
        // That one has said nothing yet, whatever the first did: no CANCEL may go there before it does.
        try bench.giveUp(call)
        bench.expectNothing(gateway2)
        bench.reply(gateway2, 180, to: second)
        try bench.expectCancel(gateway2, of: second)
        try bench.expectFailure(487, of: call)
        bench.finish()
    }

    @Test("what a gateway says other than 503 is the answer")
    func busyGateway() throws {
        let bench = bench()
        let (call, invite) = try bench.callForwarded(to: gateway)
        try bench.endAsBusy(call, at: gateway, invite)
        bench.expectNothing(gateway2)
        bench.finish()
    }

    @Test("a silent gateway is given up for the next after four seconds; both silent: 408")
    func silent() throws {
        let bench = bench()
        let call = bench.call(Sample.alice)
        try bench.expect(caller, "181")
        bench.wait(4_000, withNothingFor: gateway2)
        try bench.expect(gateway2, "INVITE")
        bench.wait(32_000, withNothingFor: caller)
        try bench.expectFailure(408, of: call)
        bench.finish()
    }

    @Test("a gateway that has said 100 is not given up as silent, even after another was overloaded")
    func notSilent() throws {
        let gateway3 = Peer("gateway3", "198.51.100.3:5060")
        let bench = bench(Sample.trunk("03", gateway, gateway2, gateway3))
        let (_, first) = try bench.callForwarded(to: gateway)
        bench.wait(3000)
        bench.takeAll(gateway)
        bench.reply(gateway, 503, to: first)
        let second = try bench.expect(gateway2, "INVITE")
        // The first one's four seconds are not the second one's.
        bench.wait(3000)
        bench.expectNothing(gateway3)
        bench.reply(gateway2, 100, to: second)
        bench.wait(seconds: 20)
        bench.expectNothing(gateway3)
        bench.takeAll(gateway2)
        bench.reply(gateway2, 200, to: second)
        try bench.expect(caller, "200")
        bench.finish()
    }

    @Test("a gateway that answers after it was given up: the caller gets the answer, and the other is cancelled")
    func lateGateway() throws {
        let bench = bench()
        let (call, first) = try bench.callForwarded(to: gateway)
        bench.wait(seconds: 4)
        bench.takeAll(gateway)
        let second = try bench.ring(gateway2)
        try bench.answer(gateway, first, of: call)
        try bench.expectCancel(gateway2, of: second)
        bench.finish()
    }

    @Test("a gateway that can't be reached is passed over at once; none left: 500")
    func unreachableGateways() throws {
        let bench = bench()
        bench.unreachable = ["udp:198.51.100.1:5060"]
        let (first, invite) = try bench.callForwarded(to: gateway2)
        try bench.endAsBusy(first, at: gateway2, invite)
        bench.unreachable.insert("udp:198.51.100.2:5060")
        let call = bench.call(Sample.alice)
        try bench.expect(caller, "181")
        try bench.expectFailure(500, of: call)
        bench.finish()
    }

    @Test("a name is looked up, and its addresses are tried in order")
    func names() throws {
        let bench = bench(named)
        bench.names["gw.example"] = ["2001:db8::1", "198.51.100.1", "198.51.100.2"]
        bench.unreachable = ["udp:198.51.100.1:5080"]
        let second = Peer("gateway2", "198.51.100.2:5080")
        let (call, invite) = try bench.callForwarded(to: second)
        #expect(invite.requestURIText == "sip:0312345678@gw.example:5080;user=phone;cause=302")
        try bench.answer(second, invite, of: call)
        bench.finish()
    }

    @Test("a name without an address is a gateway that can't be reached; a domain without one is 404")
    func unknownNames() throws {
        let bench = bench(named)
        let call = bench.call(Sample.alice)
        try bench.expect(caller, "181")
        try bench.expectFailure(500, of: call)
        let other = bench.call("sip:bob@nowhere.example", from: gateway)
        try bench.expectFailure(404, of: other, gateway)
        bench.finish()
    }

    @Test("a contact whose name has no address counts as unreachable")
    func unreachableContact() throws {
        let bench = RouterBench.alice(forwarding: [.unreachable: Sample.toBob])
        bench.register(Sample.alice, [(phoneA, 1000)], contact: "sip:a@gone.example")
        let (call, invite) = try bench.callForwarded(to: phoneB)
        try bench.answer(phoneB, invite, of: call)
        bench.finish()
    }

    @Test("a phone is unreachable when all of its addresses are silent, not when the first is")
    func silentAddresses() throws {
        let bench = RouterBench.alice(forwarding: [.unreachable: Sample.toBob])
        bench.names["a.example"] = [phoneA, phoneA2].map(\.endpoint.address.description)
        bench.register(Sample.alice, [(phoneA, 1000)], contact: "sip:a@a.example")
        var call = bench.call(Sample.alice)
        bench.wait(4_000, withNothingFor: phoneA2, phoneB)
        try bench.answer(phoneA2, of: call)
        call = bench.call(Sample.alice)
        bench.wait(4_000, withNothingFor: phoneB)
        bench.takeAll(phoneA2)
        bench.wait(4_000, withNothingFor: phoneB)
        try bench.expect(caller, "181")
        try bench.answer(phoneB, of: call)
        bench.finish()
    }

    @Test("a response without Content-Length has one when it goes over a connection (§18.3)")
    func lengthOnStream() throws {
        let bench = RouterBench.alice(at: phoneA)
        let onStream = Peer("onStream", "203.0.113.7:5062", .tcp)
        let (call, invite) = try bench.callReaching(phoneA, from: onStream)
        let answer = String(
            decoding: bench.response(phoneA, 200, to: invite, body: "v=0\r\n"), as: UTF8.self)
        bench.send(answer.replacing("Content-Length: 5\r\n", with: ""), from: phoneA)
        let heard = try bench.expect(onStream, "200")
        #expect(heard.value(.contentLength) == "5")
        var dialog = Dialog(callerOf: call, onStream, heard)
        bench.send(dialog.request("ACK"), from: onStream)
        try bench.expect(phoneA, "ACK")
        bench.finish()
    }

    @Test("a question mark in a contact's user part is no beginning of headers")
    func questionMarkInUser() throws {
        let bench = RouterBench.alice()
        for (contact, uri) in [
            ("sip:a?b@192.0.2.11:5060", "sip:a?b@192.0.2.11:5060"),
            ("sip:a@192.0.2.11:5060?Subject=x", "sip:a@192.0.2.11:5060"),
        ] {
            bench.register(Sample.alice, [(phoneA, 1000)], contact: contact)
            let (call, invite) = try bench.callReaching(phoneA)
            #expect(invite.requestURIText == uri)
            try bench.endAsBusy(call, at: phoneA, invite)
        }
        bench.finish()
    }

    @Test("a request too large for UDP goes by TCP, with a Via that says so")
    func large() throws {
        let bench = RouterBench.alice(at: phoneA)
        let call = largeCall(bench)
        let stream = Peer("phoneA", "192.0.2.11:5060", .tcp)
        let invite = try bench.expect(stream, "INVITE")
        #expect(invite.listValues(.via)[0].hasPrefix("SIP/2.0/TCP"))
        #expect(invite.text(invite.body) == call.body)
        bench.expectNothing(phoneA)
        try bench.answer(stream, invite, of: call)
        bench.finish()
    }

    @Test("where TCP can't be reached, the large request goes by UDP all the same")
    func largeFallback() throws {
        let bench = RouterBench.alice(at: phoneA)
        bench.unreachable = ["tcp:192.0.2.11:5060"]
        let call = largeCall(bench)
        let invite = try bench.expect(phoneA, "INVITE")
        #expect(invite.listValues(.via)[0].hasPrefix("SIP/2.0/UDP"))
        try bench.answer(phoneA, invite, of: call)
        bench.finish()
    }

    @Test(
        "an ACK too large for UDP goes by TCP; where that can't be reached, by UDP all the same",
        arguments: [true, false])
    func largeAcknowledgement(isReachable: Bool) throws {
        let bench = RouterBench.alice(at: phoneA)
        let stream = Peer("phoneA", "192.0.2.11:5060", .tcp)
        let (call, invite) = try bench.callReaching(phoneA)
        bench.reply(phoneA, 200, to: invite, body: "v=0\r\n")
        var dialog = Dialog(callerOf: call, caller, try bench.expect(caller, "200"))
        var request = dialog.request("ACK")
        request.body = String(repeating: "a=x\r\n", count: 400)
        if !isReachable { bench.unreachable = ["tcp:192.0.2.11:5060"] }
        bench.send(request, from: caller)
        let (taker, other) = isReachable ? (stream, phoneA) : (phoneA, stream)
        let reached = try bench.expect(taker, "ACK")
        #expect(reached.listValues(.via)[0].hasPrefix(isReachable ? "SIP/2.0/TCP" : "SIP/2.0/UDP"))
        #expect(reached.text(reached.body) == request.body)
        bench.expectNothing(other)
        bench.finish()
    }

    @Test("an overloaded gateway is not asked again by UDP because the request was large, and the next is tried by TCP")
    func largeAndOverloaded() throws {
        let bench = bench()
        let call = largeCall(bench)
        try bench.expect(caller, "181")
        let streams = [Peer("gateway", "198.51.100.1:5060", .tcp), Peer("gateway2", "198.51.100.2:5060", .tcp)]
        try bench.fail(streams[0], 503)
        bench.expectNothing(gateway)
        try bench.endAsBusy(call, at: streams[1])
        bench.finish()
    }

    @Test("a phone behind an address translator is reached where it registered from, whatever the size")
    func addressTranslation() throws {
        let bench = RouterBench.alice()
        let inside = Peer("phoneA", "10.0.0.7:5060")
        bench.register(Sample.alice, [(inside, 1000)], received: "udp:192.0.2.11:40000")
        let outside = Peer("phoneA", "192.0.2.11:40000")
        let call = largeCall(bench)
        let invite = try bench.expect(outside, "INVITE")
        #expect(invite.requestURIText == inside.contact)
        try bench.endAsBusy(call, at: outside, invite)
        bench.finish()
    }

    @Test("rport: the response goes to the port that the request came from, and the Via says which")
    func rport() throws {
        let bench = RouterBench.alice(at: phoneA)
        var call = bench.invite(Sample.alice)
        call.viaParameters = ";rport"
        let translated = Peer("caller", "203.0.113.200:31337")
        bench.send(call.bytes(from: caller), from: translated)
        let invite = try bench.expect(phoneA, "INVITE")
        #expect(invite.listValues(.via)[1].contains(";received=203.0.113.200;rport=31337"))
        bench.reply(phoneA, 486, to: invite)
        let response = try bench.expect(translated, "486")
        #expect(response.listValues(.via) == [invite.listValues(.via)[1]])
        bench.takeAll(phoneA)
        bench.send(call.acknowledgement(of: response).bytes(from: caller), from: translated)
        bench.finish()
    }

    @Test("without rport the response goes to the address that the request came from and the port that the Via names")
    func received() throws {
        let bench = RouterBench(numbers: [])
        let call = bench.invite(Sample.alice)
        bench.send(call.bytes(from: caller), from: Peer("caller", "203.0.113.200:31337"))
        let response = try bench.expect(Peer("caller", "203.0.113.200:5060"), "404")
        #expect(response.value(.via)?.contains(";received=203.0.113.200") == true)
        bench.finish()
    }

    @Test("gateways of equal priority share the calls by weight")
    func weights() throws {
        let hops = [NextHop(host: "198.51.100.1", weight: 1), NextHop(host: "198.51.100.2", weight: 3)]
        let bench = bench(Sample.trunk("03", hops))
        var counts = [0, 0]
        for _ in 0..<200 {
            bench.call(Sample.alice)
            for (place, peer) in [gateway, gateway2].enumerated() {
                for invite in bench.takeAll(peer) where invite.kind == "INVITE" {
                    counts[place] += 1
                    bench.reply(peer, 486, to: invite)
                }
                bench.takeAll(peer)
            }
        }
        #expect(counts[0] + counts[1] == 200)
        #expect((30...70).contains(counts[0]))
        bench.finish()
    }

    @Test("a name service that never answers: after twenty seconds the name has no address")
    func silentNameService() throws {
        let bench = RouterBench.alice(forwarding: [.always: .uri("sip:bob@slow.example")])
        bench.slowNames = ["slow.example"]
        bench.names["slow.example"] = ["203.0.113.99"]
        let call = bench.call(Sample.alice)
        try bench.expect(caller, "181")
        bench.wait(20_000, withNothingFor: caller)
        try bench.expectFailure(500, of: call)
        bench.answerLookups()
        bench.expectNothing(foreign)
        bench.finish()
    }
}
