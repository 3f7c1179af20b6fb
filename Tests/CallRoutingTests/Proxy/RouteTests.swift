import CallPlanning
import Directory
import SIPMessage
import Testing

@testable import CallRouting

@Suite("Routes and dialogs (RFC 3261 §16.4, §16.5, §16.6 steps 4 to 6, §16.11)")
struct RouteTests: UsualPeers {
    let own = RouterBench.address

    /// An answered call to the phone of a number, with both sides' dialogs.
    private func established(_ bench: RouterBench) throws -> (caller: Dialog, called: Dialog) {
        bench.register(Sample.alice, phoneA)
        return try bench.callAnswered(at: phoneA)
    }

    @Test("requests of any method follow the signed route in both directions, without a challenge")
    func anyMethod() throws {
        let bench = RouterBench(numbers: [Sample.record(Sample.alice, password: "secret")])
        func refuse(_ request: RequestScript, of sender: Peer, at receiver: Peer) throws {
            bench.send(request, from: sender)
            let reached = try bench.expect(receiver, request.method)
            #expect(reached.requestURIText == receiver.contact)
            #expect(reached.listValues(.route).isEmpty)
            bench.reply(receiver, 488, to: reached)
            if request.method == "INVITE" { try bench.expect(receiver, "ACK") }
            let response = try bench.expect(sender, "488")
            if request.method == "INVITE" { bench.send(request.acknowledgement(of: response), from: sender) }
        }
        var (dialog, called) = try established(bench)
        for method in ["INVITE", "UPDATE", "INFO", "PRACK", "MESSAGE", "NOTIFY", "FOO", "BYE"] {
            try refuse(dialog.request(method), of: caller, at: phoneA)
            try refuse(called.request(method), of: phoneA, at: caller)
        }
        bench.finish()
    }

    @Test("where the sides use different transports, each is given a route of its own")
    func twoRecordRoutes() throws {
        let bench = RouterBench.alice()
        let phone = Peer("phoneT", "192.0.2.41:5062", .tcp)
        bench.register(Sample.alice, phone)
        let (call, invite) = try bench.callReaching(phone)
        let routes = invite.listValues(.recordRoute)
        #expect(routes.count == 2)
        #expect(routes[0].contains(";transport=tcp"))
        #expect(!routes[1].contains("transport"))
        var (dialog, called) = try bench.answer(phone, invite, of: call)
        let info = try bench.relay(dialog.request("INFO"), to: phone)
        #expect(info.listValues(.route).isEmpty)
        let bye = try bench.relay(called.request("BYE"), from: phone, to: caller)
        #expect(bye.listValues(.route).isEmpty)
        bench.finish()
    }

    @Test("several routes on one line: ours go, the others stay as they came")
    func severalOnOneLine() throws {
        let bench = RouterBench.alice()
        var (dialog, _) = try established(bench)
        let ours = dialog.routes[0]
        var request = dialog.request("INFO")
        request.headers = [
            "Route: \(ours) , <sip:\(own);lr>,\t<\(gateway.contact);lr>;x=\"a,b\" , <sip:far.example;lr>"
        ]
        let reached = try bench.relay(request, to: gateway)
        #expect(reached.headers(named: "Route") == ["<\(gateway.contact);lr>;x=\"a,b\" , <sip:far.example;lr>"])
        #expect(reached.requestURIText == phoneA.contact)
        bench.finish()
    }

    @Test("a strict router next is given the Request-URI, and the target goes to the end of the route")
    func strictRouterNext() throws {
        let bench = RouterBench.alice()
        var (dialog, _) = try established(bench)
        for separator in [", ", "\r\nRoute: "] {
            var request = dialog.request("INFO")
            let routes = [dialog.routes[0], "<\(gateway.contact)>", "<sip:far.example;lr>"]
            request.headers = ["Route: " + routes.joined(separator: separator)]
            let reached = try bench.relay(request, to: gateway)
            #expect(reached.requestURIText == gateway.contact)
            #expect(reached.listValues(.route) == ["<sip:far.example;lr>", "<\(phoneA.contact)>"])
        }
        var request = dialog.request("INFO")
        request.headers = ["Route: \(dialog.routes[0]), <\(gateway.contact)>"]
        let reached = try bench.relay(request, to: gateway)
        #expect(reached.listValues(.route) == ["<\(phoneA.contact)>"])
        bench.finish()
    }

    @Test("a strict router before us has put our route into the Request-URI: the target at the end is put back")
    func strictRouterBefore() throws {
        let bench = RouterBench.alice()
        var (dialog, _) = try established(bench)
        let ours = String(dialog.routes[0].dropFirst().dropLast())
        for others in [[], ["<\(gateway.contact);lr>"], ["<sip:\(own);lr>"]] {
            for separator in [", ", "\r\nRoute: "] {
                var request = dialog.request("INFO")
                request.uri = ours
                request.headers = ["Route: " + (others + ["<\(phoneA.contact)>"]).joined(separator: separator)]
                let next = others.first?.contains("gateway") == true ? gateway : phoneA
                let reached = try bench.relay(request, to: next)
                #expect(reached.requestURIText == phoneA.contact)
                #expect(reached.listValues(.route) == (next == gateway ? others : []))
            }
        }
        bench.finish()
    }

    @Test("a signed route is no ticket for new calls: without a To tag it proves nothing")
    func signedRouteForNewCall() throws {
        let bench = RouterBench.alice(trunks: Sample.trunk("0", gateway))
        let (dialog, _) = try established(bench)
        for uri in ["sip:0312345678@lab.test", "tel:0312345678", foreign.contact] {
            var fraud = bench.invite(uri)
            fraud.callID = dialog.callID
            fraud.headers = dialog.routes.map { "Route: \($0)" }
            bench.send(fraud, from: caller)
            try bench.expectFailure(404, of: fraud)
            fraud.to += ";tag=invented"
            fraud.branch += "-2"
            guard uri != foreign.contact else { continue }
            bench.send(fraud, from: caller)
            try bench.expectFailure(404, of: fraud)
        }
        bench.expectNothing(gateway, foreign)
        bench.finish()
    }

    @Test("a route signed for another call is no proof, and neither is one that was changed")
    func forgedRoute() throws {
        let bench = RouterBench.alice()
        var (dialog, _) = try established(bench)
        var request = dialog.request("INFO")
        request.callID = "another"
        bench.send(request, from: stranger)
        try bench.expect(stranger, "404")
        request = dialog.request("INFO")
        request.headers = dialog.routes.map { "Route: " + $0.split(separator: "tsu=p").joined(separator: "tsu=p0") }
        bench.send(request, from: stranger)
        try bench.expect(stranger, "404")
        bench.expectNothing(phoneA)
        bench.finish()
    }

    @Test("an ACK to a contact that is a name goes out as soon as its address is known")
    func acknowledgementToName() throws {
        let bench = RouterBench.alice(at: phoneA)
        bench.names["phone.example"] = ["192.0.2.11"]
        let (call, invite) = try bench.callReaching(phoneA)
        bench.reply(phoneA, 200, to: invite, contact: "sip:a@phone.example")
        var dialog = Dialog(callerOf: call, caller, try bench.expect(caller, "200"))
        bench.send(dialog.request("ACK"), from: caller)
        let ack = try bench.expect(phoneA, "ACK")
        #expect(ack.requestURIText == "sip:a@phone.example")
        #expect(ack.value(.maxForwards) == "69")
        try bench.relay(dialog.request("BYE"), to: phoneA)
        bench.finish()
    }

    @Test("a stray ACK goes nowhere: not to our own numbers, not for strangers, not round in circles")
    func strayAcknowledgement() throws {
        let bench = RouterBench.alice(at: phoneA, trunks: Sample.trunk("0", gateway)) {
            $0.trustedNetworks += ["192.0.2.0/24"].compactMap { IPNetwork($0) }
        }
        for uri in ["sip:\(Sample.alice)@lab.test", "sip:\(own)", "sip:x@\(own)"] {
            bench.send(bench.request("ACK", uri, from: gateway), from: gateway)
        }
        bench.send(bench.request("ACK", foreign.contact, from: stranger), from: stranger)
        bench.expectNothing(phoneA, gateway, stranger, foreign, Peer("server", own))
        bench.finish()
    }

    @Test("a maddr that names us is taken off, and the request goes on to its domain")
    func maddr() throws {
        let bench = RouterBench.alice()
        bench.names["far.example"] = ["203.0.113.99"]
        let call = bench.call("sip:bob@far.example;maddr=192.0.2.1;x=y", from: gateway)
        let reached = try bench.expect(foreign, "INVITE")
        #expect(reached.requestURIText == "sip:bob@far.example;x=y")
        try bench.endAsBusy(call, at: foreign, reached, heardBy: gateway)
        bench.finish()
    }

    @Test("a Path that came with the registration stands as Route before the phone")
    func path() throws {
        let bench = RouterBench.alice()
        bench.register(
            Sample.alice, [(phoneA, 1000)], path: ["<\(gateway.contact);lr>", "<sip:inner.example;lr>"])
        let (call, reached) = try bench.callReaching(gateway)
        #expect(reached.requestURIText == phoneA.contact)
        #expect(reached.listValues(.route) == ["<\(gateway.contact);lr>", "<sip:inner.example;lr>"])
        try bench.endAsBusy(call, at: gateway, reached)
        bench.finish()
    }

    @Test("a loop is answered 482, a spiral goes on")
    func loopAndSpiral() throws {
        let bench = RouterBench.alice()
        bench.names["far.example"] = ["203.0.113.99"]
        let call = bench.call("sip:bob@far.example", from: gateway)
        let there = try bench.expect(foreign, "INVITE")
        // It comes back as it was: a loop.
        var back = bench.invite("sip:bob@far.example", from: gateway)
        back.from = call.from
        back.callID = call.callID
        back.earlierVias = there.listValues(.via)
        bench.send(back, from: gateway)
        try bench.expectFailure(482, of: back, gateway)
        // With another Request-URI it is a spiral.
        back.uri = "sip:carol@far.example"
        back.branch += "-spiral"
        bench.send(back, from: gateway)
        let spiral = try bench.expect(foreign, "INVITE")
        try bench.endAsBusy(back, at: foreign, spiral, heardBy: gateway)
        try bench.endAsBusy(call, at: foreign, there, heardBy: gateway)
        bench.finish()
    }

    @Test("another server of this kind that the same request has passed makes no loop")
    func sameKindIsNoLoop() throws {
        let (first, second) = (
            RouterBench.alice(),
            RouterBench { $0.nonceSecret = Array(repeating: 9, count: 32) }
        )
        for bench in [first, second] { bench.names["far.example"] = ["203.0.113.99"] }
        let call = first.call("sip:bob@far.example", from: gateway)
        let there = try first.expect(foreign, "INVITE")
        var onwards = second.invite("sip:bob@far.example", from: gateway)
        onwards.from = call.from
        onwards.callID = call.callID
        onwards.earlierVias = there.listValues(.via)
        second.send(onwards, from: gateway)
        let further = try second.expect(foreign, "INVITE")
        try second.endAsBusy(onwards, at: foreign, further, heardBy: gateway)
        try first.endAsBusy(call, at: foreign, there, heardBy: gateway)
        first.finish()
        second.finish()
    }

    @Test("Max-Forwards: 0 is 483 where we would pass it on, missing is 70, and each hop takes one")
    func maxForwards() throws {
        let bench = RouterBench.alice(at: phoneA)
        for (came, goes) in [(nil, "70"), ("1", "0"), ("255", "254"), ("070", "69")] as [(String?, String)] {
            var call = bench.invite(Sample.alice)
            call.maxForwards = came
            bench.send(call, from: caller)
            let reached = try bench.expect(phoneA, "INVITE")
            #expect(reached.value(.maxForwards) == goes)
            try bench.endAsBusy(call, at: phoneA, reached)
        }
        var call = bench.invite(Sample.alice)
        call.maxForwards = "0"
        bench.send(call, from: caller)
        try bench.expectFailure(483, of: call)
        var ping = bench.request("OPTIONS", "sip:lab.test")
        ping.maxForwards = "0"
        bench.send(ping, from: caller)
        try bench.expect(caller, "200")
        bench.finish()
    }

    @Test("a request that a route leads on does not go on without a hop left, whomever its Request-URI names")
    func maxForwardsAlongRoute() throws {
        let bench = RouterBench.alice()
        var ping = bench.request("OPTIONS", "sip:lab.test", from: gateway2)
        ping.maxForwards = "0"
        ping.headers = ["Route: <\(gateway.contact);lr>"]
        bench.send(ping, from: gateway2)
        try bench.expect(gateway2, "483")
        bench.expectNothing(gateway)
        bench.finish()
    }

    @Test("our Record-Route stands before those that came, wherever they stand")
    func recordRouteFirst() throws {
        let bench = RouterBench.alice(at: phoneA)
        let call = bench.invite(Sample.alice)
        let other = "<sip:other.example;lr>"
        let text = String(decoding: call.bytes(from: caller), as: UTF8.self)
            .replacing("\r\nVia:", with: "\r\nRecord-Route: \(other)\r\nVia:", maxReplacements: 1)
        bench.send(text, from: caller)
        let invite = try bench.expect(phoneA, "INVITE")
        #expect(invite.listValues(.recordRoute).count == 2)
        #expect(invite.listValues(.recordRoute).last == other)
        try bench.endAsBusy(call, at: phoneA, invite)
        bench.finish()
    }

    @Test("a request in a dialog never meets the rules of a number")
    func reInviteIsNotServed() throws {
        let bench = RouterBench.alice()
        var (dialog, _) = try established(bench)
        bench.set(Sample.record(Sample.alice, [.always: Sample.toBob]))
        let again = dialog.request("INVITE")
        bench.send(again, from: caller)
        let reached = try bench.expect(phoneA, "INVITE")
        #expect(reached.listValues(.recordRoute).isEmpty)
        try bench.endAsBusy(again, at: phoneA, reached)
        bench.expectNothing(phoneB)
        #expect(bench.records.count == 1)
        bench.finish()
    }

    @Test("an INVITE with a To tag and without our route is in no dialog: it rings past no rule; a peer's goes on")
    func madeUpDialog() throws {
        let bench = RouterBench.alice(at: phoneA)
        for (peer, status) in [(caller, 481), (gateway, 486)] {
            var call = bench.invite(Sample.alice, from: peer)
            call.to += ";tag=made-up"
            bench.send(call, from: peer)
            if status == 486 { try bench.fail(phoneA, 486) }
            try bench.expectFailure(status, of: call, peer)
        }
        bench.expectNothing(phoneA)
        bench.finish()
    }

    @Test("a Contact that can't be read keeps nobody from ending a call: it means nothing in BYE")
    func contactWithoutMeaning() throws {
        let bench = RouterBench.alice()
        var (dialog, _) = try established(bench)
        var bye = dialog.request("BYE")
        bye.contact = nil
        bye.headers.append("Contact: sip:a@b?x=y")
        try bench.relay(bye, to: phoneA)
        bench.finish()
    }

    @Test("a route to one of this machine's addresses is ours where a listener has a wildcard")
    func wildcardListener() throws {
        let bench = RouterBench.alice(at: phoneA) {
            $0.listeners = [.init(.udp, Endpoint("0.0.0.0:5060") ?? $0.listeners[0].endpoint)]
            $0.interfaceAddresses = ["127.0.0.1", "192.0.2.1"].compactMap { IPAddress($0) }
            $0.domains = ["lab.test"]
        }
        for host in ["192.0.2.1", "127.0.0.1:5060"] {
            let (call, invite) = try bench.callReaching(phoneA, headers: ["Route: <sip:\(host);lr>"])
            #expect(invite.listValues(.route).isEmpty)
            try bench.endAsBusy(call, at: phoneA, invite)
        }
        bench.finish()
    }

    @Test("Proxy-Require is refused with all that it names")
    func proxyRequire() throws {
        let bench = RouterBench.alice()
        let call = bench.call(Sample.alice, headers: ["Proxy-Require: foo, bar", "Proxy-Require: baz"])
        let response = try bench.expectFailure(420, of: call)
        #expect(response.value(.unsupported) == "foo, bar, baz")
        bench.finish()
    }

    @Test(
        "a route with anything malformed in it is refused, and goes nowhere",
        arguments: [
            "", "<sip:192.0.2.1;lr>,", "<sip:192.0.2.1;lr>,,<sip:far.example;lr>", "sip:192.0.2.1;lr", "<sip:>",
        ])
    func malformedRoute(value: String) throws {
        let bench = RouterBench.alice(at: phoneA)
        for behind in [[], ["Route: <\(gateway.contact);lr>"]] {
            let call = bench.call(Sample.alice, from: gateway, headers: behind + ["Route: " + value])
            try bench.expectFailure(400, of: call, gateway)
        }
        bench.expectNothing(phoneA)
        bench.finish()
    }

    @Test("both sides behind address translators: the whole dialog reaches them, and after a restart too")
    func dialogThroughTranslators() throws {
        let bench = RouterBench.alice()
        let insideA = Peer("phoneA", "10.0.0.7:5060")
        let outsideA = Peer("phoneA", "192.0.2.11:40000")
        let insideC = Peer("caller", "10.0.0.7:5060")
        let outsideC = Peer("caller", "203.0.113.200:31337")
        bench.register(Sample.alice, [(insideA, 1000)], received: "udp:192.0.2.11:40000")
        var call = bench.invite(Sample.alice, from: insideC)
        call.viaParameters = ";rport"
        bench.send(call.bytes(from: insideC), from: outsideC)
        let invite = try bench.expect(outsideA, "INVITE")
        let response = try #require(bench.reply(outsideA, 200, to: invite, contact: insideA.contact))
        let answer = try bench.expect(outsideC, "200")
        var dialog = Dialog(callerOf: call, insideC, answer)
        var called = Dialog(calledBy: invite, insideA, response)
        bench.send(dialog.request("ACK").bytes(from: insideC), from: outsideC)
        #expect(try bench.expect(outsideA, "ACK").requestURIText == insideA.contact)
        bench.restart()
        bench.send(dialog.request("INFO").bytes(from: insideC), from: outsideC)
        let info = try bench.expect(outsideA, "INFO")
        bench.reply(outsideA, 200, to: info)
        bench.takeEverything()
        bench.send(called.request("BYE").bytes(from: insideA), from: outsideA)
        let bye = try bench.expect(outsideC, "BYE")
        #expect(bye.requestURIText == insideC.contact)
        bench.reply(outsideC, 200, to: bye)
        bench.takeEverything()
        bench.finish()
    }

    @Test("a caller on a connection is reached by it; when it is gone, by the address in its Contact")
    func dialogOverConnection() throws {
        let bench = RouterBench.alice(at: phoneA)
        let listening = Peer("caller", "203.0.113.5:5060", .tcp)
        let connected = Peer("caller", "203.0.113.5:49152", .tcp)
        let call = bench.invite(Sample.alice, from: listening)
        bench.send(call.bytes(from: listening), from: connected)
        let invite = try bench.expect(phoneA, "INVITE")
        let response = try #require(bench.reply(phoneA, 200, to: invite))
        try bench.expect(connected, "200")
        var called = Dialog(calledBy: invite, phoneA, response)
        try bench.relay(called.request("INFO"), from: phoneA, to: connected)
        bench.unreachable = ["tcp:203.0.113.5:49152"]
        try bench.relay(called.request("BYE"), from: phoneA, to: listening)
        bench.finish()
    }

    @Test(
        "a note holds what was put into it, and nothing else is read as one",
        arguments: ["192.0.2.1:5060", "[2001:db8::7]:65535", "0.0.0.1:1"])
    func notes(address: String) throws {
        let signer = RouteSigner(secret: Array(repeating: 1, count: 32))
        let endpoint = try #require(Endpoint(address))
        var note = RouteNote()
        note.hiddenTag = 0
        note.callerTag = .max
        note.callerFlow = DialogFlow(.tcp, endpoint)
        note.calledFlow = DialogFlow(.udp, endpoint)
        let value = String(decoding: signer.value(note, callID: [1, 2]), as: UTF8.self)
        #expect(signer.note(value, callID: [1, 2]) == note)
        #expect(signer.note(value, callID: [1, 3]) == nil)
        #expect(SIPURI("sip:h;lr;tsu=" + value)?.parameter("tsu")?.value == value)
        for wrong in ["", "x", "p.", "p.x", "pp", "h", "hx", "p.g", "p.cu1", "p.cx0000000000000", "p.g1.cu00000000"] {
            #expect(RouteNote(Array(wrong.utf8)[...]) == nil, "\(wrong)")
        }
    }

    @Test("between IPv4 and IPv6 each side is given a route that it can reach, and the dialog holds")
    func dualStack() throws {
        let bench = RouterBench.alice {
            let six = Peer("server", "[2001:db8::1]:5060").endpoint
            $0.listeners += [.init(.udp, six), .init(.tcp, six)]
        }
        let phone = Peer("phone6", "[2001:db8::77]:5070")
        bench.register(Sample.alice, phone)
        let (call, invite) = try bench.callReaching(phone)
        #expect(invite.requestURIText == "sip:phone6@[2001:db8::77]:5070")
        #expect(invite.listValues(.via)[0].hasPrefix("SIP/2.0/UDP [2001:db8::1]:5060;rport;branch="))
        let routes = invite.listValues(.recordRoute)
        #expect(routes.count == 2 && routes[0].hasPrefix("<sip:[2001:db8::1]:5060;lr"))
        #expect(routes[1].hasPrefix("<sip:192.0.2.1:5060;lr"))
        var (dialog, called) = try bench.answer(phone, invite, of: call)
        let info = try bench.relay(dialog.request("INFO"), to: phone)
        #expect(info.listValues(.route).isEmpty)
        try bench.relay(called.request("BYE"), from: phone, to: caller)
        bench.finish()
    }

    @Test("the ACK to a 2xx goes where the request went, when the connection of before is gone")
    func acknowledgementPastTheConnection() throws {
        let stream = Peer("phoneA", "192.0.2.11:40000", .tcp)
        let listening = Peer("phoneA", "192.0.2.11:5060", .tcp)
        let bench = RouterBench.alice()
        bench.register(
            Sample.alice, [(stream, 1000)], received: "tcp:192.0.2.11:40000", contact: listening.contact)
        let call = bench.call(Sample.alice)
        // It answers over the connection, and names where it listens.
        bench.reply(listening, 200, to: try bench.expect(stream, "INVITE"))
        var dialog = Dialog(callerOf: call, caller, try bench.expect(caller, "200"))
        bench.send(dialog.request("ACK"), from: caller)
        try bench.expect(stream, "ACK")
        bench.unreachable = ["tcp:192.0.2.11:40000"]
        let again = dialog.request("INVITE")
        bench.send(again, from: caller)
        let reached = try bench.expect(listening, "INVITE")
        bench.reply(listening, 200, to: reached)
        try bench.expect(caller, "200")
        let ack = dialog.request("ACK")
        bench.send(ack, from: caller)
        try bench.expect(listening, "ACK")
        // A repeated 200 has the same ACK once more.
        bench.send(ack, from: caller)
        try bench.expect(listening, "ACK")
        bench.finish()
    }
}
