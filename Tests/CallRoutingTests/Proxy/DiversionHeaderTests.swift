import CallPlanning
import Directory
import SIPMessage
import Testing

@testable import CallRouting

@Suite("What a diverted call tells: Diversion (RFC 5806), History-Info (RFC 7044), cause and target (RFC 4458), 181")
struct DiversionHeaderTests: UsualPeers {
    private let alice = "sip:+815011110001@lab.test;user=phone"
    private let bob = "sip:+815011110002@lab.test;user=phone"

    private func chain(_ configure: (inout RoutingConfiguration) -> Void = { _ in }) -> RouterBench {
        let bench = RouterBench(
            numbers: [
                Sample.record(Sample.alice, [.always: Sample.toBob]),
                Sample.record(Sample.bob, [.busy: Sample.toTokyo]),
            ], trunks: Sample.trunk("03", gateway), configure: configure)
        bench.register(Sample.bob, phoneB)
        return bench
    }

    @Test("a chain A→B→C: each diversion is told once, newest first in Diversion, oldest first in History-Info")
    func chainOfTwo() throws {
        let bench = chain()
        let call = bench.call(Sample.alice)
        let forwarded = try bench.expect(caller, "181")
        let toBob = try bench.expect(phoneB, "INVITE")
        #expect(toBob.requestURIText == phoneB.contact)
        #expect(toBob.listValues(.diversion) == ["<\(alice)>;reason=unconditional;counter=1;privacy=off"])
        #expect(
            toBob.listValues(.historyInfo) == [
                "<\(alice)>;index=1", "<\(bob);cause=302>;index=1.1;mp=1", "<\(phoneB.contact)>;index=1.1.1;rc=1.1",
            ])
        try bench.fail(phoneB, 486, toBob)
        let again = try bench.expect(caller, "181")
        #expect(forwarded.tag(.to).map { forwarded.text($0) } != again.tag(.to).map { again.text($0) })
        let toGateway = try bench.expect(gateway, "INVITE")
        let uri = "sip:0312345678@198.51.100.1:5060;user=phone;cause=486"
        #expect(toGateway.requestURIText == uri)
        #expect(
            toGateway.listValues(.diversion) == [
                "<\(bob)>;reason=user-busy;counter=1;privacy=off",
                "<\(alice)>;reason=unconditional;counter=1;privacy=off",
            ])
        #expect(
            toGateway.listValues(.historyInfo) == [
                "<\(alice)>;index=1", "<\(bob);cause=302?Reason=SIP%3Bcause%3D486>;index=1.1;mp=1",
                "<\(uri)>;index=1.1.1;mp=1.1",
            ])
        bench.reply(gateway, 183, to: toGateway)
        try bench.expect(caller, "183")
        bench.expectNothing(caller)
        try bench.answer(gateway, toGateway, of: call)
        let decisions = try bench.decisions()
        #expect(
            decisions == [
                .callerIdentified(as: "0901111222"),
                .forwarded(condition: .always, number: Sample.alice, to: Sample.bob),
                .rings(number: Sample.bob, contacts: 1), .busy(number: Sample.bob),
                .forwarded(condition: .busy, number: Sample.bob, to: "0312345678"),
                .toTrunk(prefix: "03", number: "0312345678", hop: "sip:198.51.100.1:5060"), .answered(by: uri),
            ])
        bench.finish()
    }

    @Test("what came is kept: ours stand above in Diversion and below in History-Info, with indices that go on")
    func mergedWithReceived() throws {
        let bench = RouterBench.aliceToTokyo()
        let (call, reached) = try bench.callForwarded(
            to: gateway,
            headers: [
                "Diversion: <sip:+81311112222@far.example>;reason=user-busy;counter=1",
                "History-Info: <sip:+81311112222@far.example>;index=1",
                "History-Info: <sip:\(Sample.alice)@lab.test;cause=486>;index=1.2;mp=1",
            ])
        #expect(
            reached.listValues(.diversion) == [
                "<\(alice)>;reason=unconditional;counter=1;privacy=off",
                "<sip:+81311112222@far.example>;reason=user-busy;counter=1",
            ])
        #expect(
            reached.listValues(.historyInfo) == [
                "<sip:+81311112222@far.example>;index=1", "<sip:\(Sample.alice)@lab.test;cause=486>;index=1.2;mp=1",
                "<\(reached.requestURIText)>;index=1.2.1;mp=1.2",
            ])
        try bench.endAsBusy(call, at: gateway, reached)
        bench.finish()
    }

    @Test("the response that caused a diversion is told in the entry that came for the number")
    func reasonInReceivedEntry() throws {
        let bench = RouterBench.alice(
            at: phoneA, forwarding: [.busy: Sample.toTokyo], trunks: Sample.trunk("03", gateway))
        let call = bench.call(Sample.alice, headers: ["History-Info: <sip:\(Sample.alice)@lab.test>;index=1"])
        try bench.divert(phoneA, 486)
        let reached = try bench.expect(gateway, "INVITE")
        #expect(
            reached.listValues(.historyInfo) == [
                "<sip:\(Sample.alice)@lab.test?Reason=SIP%3Bcause%3D486>;index=1",
                "<\(reached.requestURIText)>;index=1.1;mp=1",
            ])
        try bench.endAsBusy(call, at: gateway, reached)
        bench.finish()
    }

    @Test(
        "an entry that names the number in another form stands for it: nothing is told twice, and the response stands there",
        arguments: [
            (
                "<sip:+815011110001@lab.test;user=phone>;index=1",
                "<sip:+815011110001@lab.test;user=phone?Reason=SIP%3Bcause%3D486>;index=1"
            ),
            (
                "<sip:050-1111-0001@carrier.example?Privacy=history>;index=1",
                "<sip:050-1111-0001@carrier.example?Privacy=history&Reason=SIP%3Bcause%3D486>;index=1"
            ),
            (
                "\"Alice\" <tel:+81-50-1111-0001>;index=1",
                "\"Alice\" <sip:+81-50-1111-0001@lab.test;user=phone?Reason=SIP%3Bcause%3D486>;index=1"
            ),
            (
                "tel:+815011110001;index=1",
                "<sip:+815011110001@lab.test;user=phone?Reason=SIP%3Bcause%3D486>;index=1"
            ),
            ("sip:05011110001@192.0.2.1;index=1", "<sip:05011110001@192.0.2.1?Reason=SIP%3Bcause%3D486>;index=1"),
        ])
    func sameNumberInAnotherForm(came: String, told: String) throws {
        let bench = RouterBench.alice(
            at: phoneA, forwarding: [.busy: Sample.toTokyo], trunks: Sample.trunk("03", gateway))
        let call = bench.call(Sample.alice, headers: ["History-Info: \(came)"])
        try bench.divert(phoneA, 486)
        let reached = try bench.expect(gateway, "INVITE")
        #expect(reached.listValues(.historyInfo) == [told, "<\(reached.requestURIText)>;index=1.1;mp=1"])
        try bench.endAsBusy(call, at: gateway, reached)
        bench.finish()
    }

    @Test("a gap between the last entry and the Request-URI is told by an index of 0")
    func gap() throws {
        let bench = RouterBench.aliceToTokyo()
        let (call, reached) = try bench.callForwarded(
            to: gateway, headers: ["History-Info: <sip:x@far.example>;index=1.1"])
        #expect(
            reached.listValues(.historyInfo) == [
                "<sip:x@far.example>;index=1.1", "<\(alice)>;index=1.1.0.1",
                "<\(reached.requestURIText)>;index=1.1.0.1.1;mp=1.1.0.1",
            ])
        try bench.endAsBusy(call, at: gateway, reached)
        bench.finish()
    }

    @Test("one header came: the other tells its diversions too, so that both tell the same story (RFC 7544)")
    func sameStory() throws {
        let bench = RouterBench.aliceToTokyo()
        let (call, reached) = try bench.callForwarded(
            to: gateway,
            headers: [
                "Diversion: <sip:second@far.example>;reason=no-answer, \"x\" <tel:+81311112222>;reason=user-busy;privacy=full"
            ])
        #expect(reached.listValues(.diversion).count == 3)
        #expect(
            reached.listValues(.historyInfo) == [
                "<sip:+81311112222@lab.test;user=phone?Privacy=history>;index=1",
                "<sip:second@far.example;cause=486>;index=1.1;mp=1", "<\(alice);cause=408>;index=1.1.1;mp=1.1",
                "<\(reached.requestURIText)>;index=1.1.1.1;mp=1.1.1",
            ])
        try bench.endAsBusy(call, at: gateway, reached)
        let (other, again) = try bench.callForwarded(
            to: gateway,
            headers: [
                "History-Info: <sip:first@far.example?Privacy=history&Reason=SIP%3Bcause%3D486>;index=1, "
                    + "<sip:\(Sample.alice)@lab.test;cause=486>;index=1.1;mp=1"
            ])
        #expect(
            again.listValues(.diversion) == [
                "<\(alice)>;reason=unconditional;counter=1;privacy=off",
                "<sip:first@far.example>;reason=user-busy;counter=1;privacy=full",
            ])
        try bench.endAsBusy(other, at: gateway, again)
        bench.finish()
    }

    @Test("a counter that came is told as so many diversions, those by numbers that nobody wrote down among them")
    func counterInHistory() throws {
        let bench = RouterBench.aliceToTokyo()
        let (call, reached) = try bench.callForwarded(
            to: gateway, headers: ["Diversion: <sip:first@far.example>;reason=user-busy;counter=3"])
        #expect(
            reached.listValues(.diversion) == [
                "<\(alice)>;reason=unconditional;counter=1;privacy=off",
                "<sip:first@far.example>;reason=user-busy;counter=3",
            ])
        #expect(
            reached.listValues(.historyInfo) == [
                "<sip:unknown@unknown.invalid>;index=1", "<sip:unknown@unknown.invalid;cause=404>;index=1.1;mp=1",
                "<sip:first@far.example;cause=404>;index=1.1.1;mp=1.1", "<\(alice);cause=486>;index=1.1.1.1;mp=1.1.1",
                "<\(reached.requestURIText)>;index=1.1.1.1.1;mp=1.1.1.1",
            ])
        try bench.endAsBusy(call, at: gateway, reached)
        bench.finish()
    }

    @Test("what can't be named is told all the same: the one header has as many diversions as the other")
    func unreadableDiverters() throws {
        let bench = RouterBench.aliceToTokyo()
        for (header, count) in [
            ("Diversion: <mailto:x@far.example>;reason=user-busy, <sip:y@far.example>;reason=;x", 3),
            ("History-Info: <sip:x@far.example;cause=486>;index=1, <sip:y@far.example;cause=x>;index=1.1", 3),
        ] {
            let (call, reached) = try bench.callForwarded(to: gateway, headers: [header])
            #expect(reached.listValues(.diversion).count == count)
            #expect(reached.listValues(.historyInfo).count { $0.contains("cause=") } == count)
            try bench.endAsBusy(call, at: gateway, reached)
        }
        bench.finish()
    }

    @Test("voice mail is told whose mailbox it is and why")
    func voicemail() throws {
        let bench = RouterBench.alice(forwarding: [.unreachable: .voicemail]) {
            $0.voicemailURI = "sip:voicemail@198.51.100.1:5070"
        }
        let server = Peer("voicemail", "198.51.100.1:5070")
        let (call, reached) = try bench.callForwarded(to: server)
        #expect(
            reached.requestURIText
                == "sip:voicemail@198.51.100.1:5070;target=sip%3A\(Sample.alice)%40lab.test;cause=503")
        #expect(reached.listValues(.diversion) == ["<\(alice)>;reason=unavailable;counter=1;privacy=off"])
        try bench.answer(server, reached, of: call)
        bench.finish()
    }

    @Test("a deflection is told as one: at once 480, while ringing 487")
    func deflection() throws {
        let bench = RouterBench.alice(at: phoneA)
        for (rings, cause) in [(false, 480), (true, 487)] {
            let (call, invite) = try bench.callReaching(phoneA)
            if rings { try bench.ring(phoneA, invite) }
            try bench.divert(
                phoneA, 302, invite, headers: ["Contact: \"x\" <\(foreign.contact)?Replaces=evil>;expires=3"])
            let reached = try bench.expect(foreign, "INVITE")
            #expect(reached.requestURIText == foreign.contact + ";cause=\(cause)")
            #expect(reached.listValues(.diversion) == ["<\(alice)>;reason=deflection;counter=1;privacy=off"])
            try bench.endAsBusy(call, at: foreign, reached)
        }
        bench.finish()
    }

    @Test("a cause that came with a destination gives way to ours: the Request-URI tells what Diversion tells")
    func causeInDestination() throws {
        let place = "sip:vm@\(foreign.endpoint)"
        let mailbox = "target=sip%3A\(Sample.alice)%40lab.test"
        let bench = RouterBench.alice(at: phoneA)
        let (call, invite) = try bench.callReaching(phoneA)
        try bench.divert(
            phoneA, 302, invite, headers: ["Contact: <\(place);cause=302;\(mailbox);CAUSE=1?Subject=x>"])
        let deflected = try bench.expect(foreign, "INVITE")
        #expect(deflected.requestURIText == "\(place);\(mailbox);cause=480")
        #expect(deflected.listValues(.diversion) == ["<\(alice)>;reason=deflection;counter=1;privacy=off"])
        #expect(deflected.listValues(.historyInfo).last == "<\(place);\(mailbox);cause=480>;index=1.1;mp=1")
        try bench.endAsBusy(call, at: foreign, deflected)

        bench.set(Sample.record(Sample.alice, [.busy: .uri("\(place);cause=404")]))
        let again = bench.call(Sample.alice)
        try bench.divert(phoneA, 486)
        let saved = try bench.expect(foreign, "INVITE")
        #expect(saved.requestURIText == "\(place);cause=486")
        #expect(saved.listValues(.diversion) == ["<\(alice)>;reason=user-busy;counter=1;privacy=off"])
        #expect(saved.listValues(.historyInfo).last == "<\(place);cause=486>;index=1.1;mp=1")
        try bench.endAsBusy(again, at: foreign, saved)
        bench.finish()
    }

    @Test(
        "a caller that requires reliable provisional responses gets no 181",
        arguments: ["Require: 100rel", "Require: timer, 100REL", "Require: timer\r\nRequire: 100rel"])
    func reliable(require: String) throws {
        let bench = chain()
        let (call, invite) = try bench.callReaching(phoneB, headers: [require])
        try bench.fail(phoneB, 486, invite)
        bench.expectNothing(caller)
        try bench.answer(gateway, of: call)
        bench.finish()
    }

    @Test("181 has a To tag of its own for each diversion, no Contact and no body (RFC 3261 §8.2.6.2, §21.1.3)")
    func shapeOf181() throws {
        let bench = chain()
        let call = bench.call(Sample.alice)
        let first = try bench.expect(caller, "181")
        try bench.fail(phoneB, 486)
        let second = try bench.expect(caller, "181")
        for told in [first, second] {
            #expect(told.value(.to)?.contains(";tag=") == true)
            #expect(told.headers(named: "Contact").isEmpty && told.headers(named: "Record-Route").isEmpty)
            #expect(told.headers(named: "Content-Type").isEmpty && told.headers(named: "Content-Length") == ["0"])
            #expect(told.whole.hasSuffix("\r\n\r\n"))
            #expect(told.listValues(.via).count == 1)
            #expect(told.value(.from) == call.from && told.value(.callID) == call.callID)
        }
        #expect(first.value(.to) != second.value(.to))
        try bench.answer(gateway, of: call)
        bench.finish()
    }

    @Test("one diversion too many: 486 for a busy one, 480 for the others, with a warning")
    func limit() throws {
        let bench = chain()
        bench.register(Sample.alice, phoneA)
        for (rules, status) in [(ForwardingCondition.always, 480), (.busy, 486)] {
            bench.set(Sample.record(Sample.alice, [rules: Sample.toTokyo]))
            for headers in [
                ["Diversion: <sip:x@y>;reason=user-busy;counter=5"],
                ["Diversion: <sip:x@y>;counter=2, <sip:z@y>", "Diversion: <sip:w@y>;counter=2"],
                ["Diversion: <sip:x@y>;counter=99999999999999999999999999"],
                [(1...6).map { "<sip:x@y;cause=302>;index=1.\($0)" }.joined(separator: ", ")].map {
                    "History-Info: " + $0
                },
            ] {
                let call = bench.call(Sample.alice, headers: headers)
                if status == 486 { try bench.fail(phoneA, 486) }
                let response = try bench.expectFailure(status, of: call)
                #expect(response.value(.warning) == "399 lab.test \"Too many diversions\"")
            }
        }
        bench.expectNothing(gateway)
        // Negative or senseless counters count as one diversion, and plain history as none.
        bench.set(Sample.record(Sample.alice, [.always: Sample.toTokyo]))
        let (call, reached) = try bench.callForwarded(
            to: gateway,
            headers: [
                "Diversion: <sip:x@y>;counter=-9, <sip:x@y>;counter=x",
                "History-Info: <sip:a@b>;index=1, <sip:c@d>;index=2, <sip:c@d>;index=3, <sip:c@d>;index=4, <sip:c@d>;index=5",
            ])
        try bench.endAsBusy(call, at: gateway, reached)
        bench.finish()
    }

    @Test("a circle among our numbers is answered 482, with the circle in the log")
    func circle() throws {
        let bench = RouterBench(
            numbers: [
                Sample.record(Sample.alice, [.always: Sample.toBob]),
                Sample.record(Sample.bob, [.always: .uri("sip:\(Sample.alice)@lab.test")]),
            ])
        bench.call(Sample.alice)
        try bench.expect(caller, "181")
        bench.takeAll(caller)
        bench.finish()
        #expect(bench.records.first?.status == 482)
        #expect(try bench.decisions().contains { if case .forwardingLoop = $0 { true } else { false } })
    }
}
