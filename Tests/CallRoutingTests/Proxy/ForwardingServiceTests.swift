import CallPlanning
import Directory
import SIPMessage
import Testing

@testable import CallRouting

@Suite("A call is forwarded by the rules of its number")
struct ForwardingServiceTests {
    let caller = Sample.caller
    let phoneA = Sample.phoneA
    let phoneB = Sample.phoneB
    let gateway = Sample.gateway

    @Test("a call to a registered number rings its phone, is answered and ended through the signed route")
    func plainCall() throws {
        let bench = RouterBench(numbers: [Sample.record(Sample.alice)])
        bench.register(Sample.alice, phoneA)
        let call = bench.call(Sample.alice, from: caller)
        let invite = try bench.expect(phoneA, "INVITE")
        #expect(invite.requestURIText == phoneA.contact)
        #expect(invite.value(.maxForwards) == "69")
        #expect(invite.listValues(.via).count == 2)
        bench.reply(phoneA, 180, to: invite)
        try bench.expect(caller, "180")
        var (dialog, called) = try bench.answer(phoneA, invite, of: call, caller)
        bench.send(dialog.request("INFO"), from: caller)
        let info = try bench.expect(phoneA, "INFO")
        #expect(info.listValues(.route).isEmpty)
        bench.reply(phoneA, 200, to: info)
        try bench.expect(caller, "200")
        bench.send(called.request("BYE"), from: phoneA)
        let bye = try bench.expect(caller, "BYE")
        #expect(bye.requestURIText == caller.contact)
        bench.reply(caller, 200, to: bye)
        try bench.expect(phoneA, "200")
        #expect(try bench.decisions().last == .answered(by: Sample.alice))
        bench.finish()
    }

    @Test("an unconditional rule sends the call on before the phone rings")
    func always() throws {
        let bench = RouterBench(
            numbers: [Sample.record(Sample.alice, [.always: Sample.to("0312345678")])],
            trunks: Sample.trunk("03", gateway))
        bench.register(Sample.alice, phoneA)
        let call = bench.call(Sample.alice, from: caller)
        try bench.expect(caller, "181")
        let invite = try bench.expect(gateway, "INVITE")
        #expect(invite.requestURIText == "sip:0312345678@198.51.100.1:5060;user=phone;cause=302")
        bench.expectNothing(phoneA)
        bench.reply(gateway, 180, to: invite)
        try bench.expect(caller, "180")
        _ = try bench.answer(gateway, invite, of: call, caller)
        bench.finish()
    }

    @Test("a busy phone sends the call on to the destination for busy")
    func busy() throws {
        let bench = RouterBench(
            numbers: [Sample.record(Sample.alice, [.busy: Sample.to(Sample.bob)]), Sample.record(Sample.bob)])
        bench.register(Sample.alice, phoneA)
        bench.register(Sample.bob, phoneB)
        let call = bench.call(Sample.alice, from: caller)
        let first = try bench.expect(phoneA, "INVITE")
        try bench.fail(phoneA, 486, first)
        try bench.expect(caller, "181")
        let second = try bench.expect(phoneB, "INVITE")
        _ = try bench.answer(phoneB, second, of: call, caller)
        bench.finish()
    }

    @Test("a phone that nobody answers is cancelled, and the call goes on at once")
    func noAnswer() throws {
        let bench = RouterBench(
            numbers: [
                Sample.record(Sample.alice, [.noAnswer: Sample.to(Sample.bob)], ring: 10), Sample.record(Sample.bob),
            ])
        bench.register(Sample.alice, phoneA)
        bench.register(Sample.bob, phoneB)
        let call = bench.call(Sample.alice, from: caller)
        let first = try bench.expect(phoneA, "INVITE")
        bench.reply(phoneA, 180, to: first)
        try bench.expect(caller, "180")
        bench.wait(9_999)
        bench.expectNothing(phoneA, phoneB, caller)
        bench.wait(1)
        try bench.expect(caller, "181")
        let second = try bench.expect(phoneB, "INVITE")
        let cancel = try bench.expectCancel(phoneA, of: first)
        #expect(cancel.value(.reason) == "SIP;cause=408;text=\"No answer\"")
        _ = try bench.answer(phoneB, second, of: call, caller)
        bench.finish()
    }

    @Test("a phone that says nothing for four seconds counts as unreachable")
    func silence() throws {
        let bench = RouterBench(
            numbers: [Sample.record(Sample.alice, [.unreachable: Sample.to(Sample.bob)]), Sample.record(Sample.bob)])
        bench.register(Sample.alice, phoneA)
        bench.register(Sample.bob, phoneB)
        let call = bench.call(Sample.alice, from: caller)
        bench.wait(3_999)
        bench.expectNothing(phoneB)
        bench.wait(1)
        try bench.expect(caller, "181")
        let second = try bench.expect(phoneB, "INVITE")
        _ = try bench.answer(phoneB, second, of: call, caller)
        bench.finish()
    }

    @Test("a gateway that is set to get no diversions gets no 181 for its calls")
    func noForwardingToldToGateway() throws {
        let hop = NextHop(host: "198.51.100.1", sendsDiversion: false)
        let bench = RouterBench(
            numbers: [Sample.record(Sample.alice, [.always: Sample.to(Sample.bob)]), Sample.record(Sample.bob)],
            trunks: TrunkTable(routes: [TrunkRoute(prefix: "03", hops: [hop])]))
        bench.register(Sample.bob, phoneB)
        let call = bench.call(Sample.alice, from: gateway)
        let invite = try bench.expect(phoneB, "INVITE")
        bench.expectNothing(gateway)
        _ = try bench.answer(phoneB, invite, of: call, gateway)
        bench.finish()
    }

    @Test("an emergency service that calls back is neither rejected nor forwarded, if a trusted peer says so")
    func emergencyCallback() throws {
        var record = Sample.record(Sample.alice, [.always: Sample.to(Sample.bob), .busy: Sample.to(Sample.bob)])
        record.anonymousCalls = AnonymousCallPolicy(rejected: [.withheld])
        let bench = RouterBench(numbers: [record, Sample.record(Sample.bob)])
        bench.register(Sample.alice, phoneA)
        bench.register(Sample.bob, phoneB)
        let headers = ["Priority: PSAP-Callback", "Privacy: id"]
        let call = bench.call(
            Sample.alice, from: gateway, fromURI: "sip:anonymous@anonymous.invalid", headers: headers)
        try bench.fail(phoneA, 486, bench.expect(phoneA, "INVITE"))
        try bench.expectFailure(486, of: call, gateway)
        let claim = bench.call(
            Sample.alice, from: caller, fromURI: "sip:anonymous@anonymous.invalid", headers: headers)
        try bench.expectFailure(433, of: claim, caller)
        bench.expectNothing(phoneB)
        bench.finish()
    }

    @Test("a blocked caller is turned away before the call could be forwarded")
    func blockedCaller() throws {
        var record = Sample.record(Sample.alice, [.always: Sample.to(Sample.bob)])
        let bench = RouterBench(numbers: [record, Sample.record(Sample.bob)])
        record.blockedCallers = [bench.number("0901111222")]
        bench.set(record)
        bench.register(Sample.bob, phoneB)
        let call = bench.call(Sample.alice, from: caller, fromURI: "sip:+81901111222@peer.example")
        try bench.expectFailure(603, of: call, caller)
        bench.expectNothing(phoneB)
        bench.finish()
    }
}
