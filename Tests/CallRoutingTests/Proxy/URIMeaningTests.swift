import CallPlanning
import Directory
import SIPMessage
import Testing

@testable import CallRouting

@Suite("What a URI asks for (RFC 3261 §19.1.1, RFC 3966 §5.1.5)")
struct URIMeaningTests: UsualPeers {
    @Test("what is addressed by sips: is not sent along a route in clear")
    func secureAlongRoute() throws {
        let bench = RouterBench.alice()
        let call = bench.call(
            "sips:bob@far.example", from: gateway, headers: ["Route: <\(foreign.contact);lr>"])
        bench.expectNothing(foreign)
        try bench.expectFailure(500, of: call, gateway)
        bench.finish()
    }

    @Test("what is addressed by sips: does not leave in clear, neither to a phone nor through a trunk nor by a rule")
    func secureHome() throws {
        let secured = Destination.uri("sips:\(Sample.bob)@lab.test")
        let bench = RouterBench.alice(at: phoneA, forwarding: [.busy: secured], trunks: Sample.trunk("03", gateway))
        bench.set(Sample.record(Sample.bob))
        bench.register(Sample.bob, phoneB)
        for number in [Sample.alice, Sample.tokyo] {
            try bench.expectFailure(480, of: bench.call("sips:\(number)@lab.test", from: gateway), gateway)
        }
        let call = bench.call(Sample.alice)
        try bench.divert(phoneA, 486)
        try bench.expectFailure(480, of: call)
        bench.expectNothing(phoneB)
        bench.finish()
    }

    @Test(
        "a number in a context that is not ours is none of our numbers (RFC 3966 §5.1.5)",
        arguments: [
            ("tel:\(Sample.tokyo);phone-context=+44", false), ("tel:1001;phone-context=other.example", false),
            ("sip:\(Sample.tokyo);phone-context=+44@lab.test;user=phone", false),
            ("tel:\(Sample.tokyo);phone-context=+81", true), ("tel:1001;phone-context=Lab.test", true),
            ("tel:+81312345678;phone-context=+44", true),
        ])
    func contextOfNumber(uri: String, isOurs: Bool) throws {
        let bench = RouterBench(numbers: [Sample.record("1001")], trunks: Sample.trunk("03", gateway))
        bench.register("1001", gateway)
        let call = bench.call(uri, from: gateway2)
        if isOurs {
            try bench.endAsBusy(call, at: gateway, heardBy: gateway2)
        } else {
            try bench.expectFailure(404, of: call, gateway2)
        }
        bench.finish()
    }

    @Test("the method that a URI asks for is no part of a Request-URI (RFC 3261 §19.1.1)")
    func methodOfURI() throws {
        let bench = RouterBench.alice()
        bench.register(Sample.alice, [(phoneA, 1000)], contact: phoneA.contact + ";method=INVITE;ob?Subject=x")
        let call = bench.call(Sample.alice)
        let invite = try bench.expect(phoneA, "INVITE")
        #expect(invite.requestURIText == phoneA.contact + ";ob")
        let contact = foreign.contact + ";Method=INVITE?Subject=x"
        try bench.divert(phoneA, 302, invite, headers: ["Contact: <\(contact)>"])
        let next = try bench.expect(foreign, "INVITE")
        #expect(next.requestURIText.hasPrefix(foreign.contact + ";cause="), "\(next.requestURIText)")
        try bench.endAsBusy(call, at: foreign, next)
        bench.finish()
    }
}
