import Directory
import Testing

@Suite struct ForwardingRulesTests {
    private let bob = Destination.uri("sip:bob@lab.test")

    @Test("while unconditional forwarding is on, the other conditions rest")
    func alwaysGoesFirst() {
        var rules = ForwardingRules(active: [.always: .voicemail, .busy: bob])
        #expect(rules.destination(when: .always) == .voicemail)
        #expect(rules.destination(when: .busy) == nil)
        rules.active[.always] = nil
        #expect(rules.destination(when: .busy) == bob)
        #expect(rules.destination(when: .noAnswer) == nil)
    }
}

@Suite struct TrunkTableTests {
    private func route(_ prefix: String) -> TrunkRoute {
        TrunkRoute(prefix: prefix, hops: [NextHop(host: "gw\(prefix).example")])
    }

    @Test("the longest prefix decides, in the national form and in the canonical one")
    func longestPrefix() throws {
        let table = TrunkTable(routes: [route("0"), route("03"), route("+8150"), route("9")])
        #expect(table.route(to: try PhoneNumber("0312345678"))?.prefix == "03")
        #expect(table.route(to: try PhoneNumber("0612345678"))?.prefix == "0")
        #expect(table.route(to: try PhoneNumber("05012345678"))?.prefix == "+8150")
        #expect(table.route(to: try PhoneNumber("911"))?.prefix == "9")
        #expect(table.route(to: try PhoneNumber("alice")) == nil)
        #expect(table.route(to: try PhoneNumber("+12125551234")) == nil)
    }

    @Test("a hop is told as a URI, IPv6 in brackets")
    func describesHops() {
        #expect(NextHop(host: "gw.example").description == "sip:gw.example:5060")
        #expect(
            NextHop(host: "2001:db8::1", port: 5080, transport: .tcp).description
                == "sip:[2001:db8::1]:5080;transport=tcp")
    }
}
