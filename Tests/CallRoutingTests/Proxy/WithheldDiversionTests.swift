import CallPlanning
import Directory
import SIPMessage
import Testing

@testable import CallRouting

@Suite("Who is told a diverting number that asked to be withheld (RFC 3323, RFC 5806, RFC 7044)")
struct WithheldDiversionTests: UsualPeers {
    private let alice = "sip:+815011110001@lab.test;user=phone"
    private let nobody = "sip:anonymous@anonymous.invalid"
    private let privateDiversion = "Diversion: \"Sales\" <sip:+81311112222@c.example>;reason=user-busy;privacy=full"
    private let privateHistory =
        "History-Info: <sip:+81311112222@c.example;x=1?Privacy=history&Reason=SIP%3Bcause%3D486>;index=1, "
        + "<sip:\(Sample.alice)@lab.test;cause=486>;index=1.1;mp=1"

    private func toForeign() -> RouterBench {
        RouterBench.alice(forwarding: [.always: .uri(foreign.contact)])
    }

    private func expectUnnamed(_ message: SIPMessage, sourceLocation: SourceLocation = #_sourceLocation) {
        for secret in ["1111-2222", "11112222", "Sales", "c.example"] {
            #expect(
                !message.whole.contains(secret), "\(secret) is in\n\(message.whole)", sourceLocation: sourceLocation)
        }
    }

    @Test("a phone is not told the numbers that asked to be withheld, but everything else that came")
    func withheldFromPhone() throws {
        let bench = RouterBench.alice(at: phoneA)
        let (call, reached) = try bench.callReaching(
            phoneA, from: gateway,
            headers: [
                privateDiversion + ";counter=2, <sip:+81355556666@d.example>;reason=unknown;privacy=off",
                "History-Info: <sip:+81355556666@d.example>;index=1",
                "History-Info: <sip:+81311112222@c.example;cause=404?Reason=SIP%3Bcause%3D486&Privacy=history>;index=1.2;mp=1",
                "History-Info: <tel:+81-3-1111-2222?privacy=history>;index=1.3;np=1",
            ])
        expectUnnamed(reached)
        #expect(
            reached.listValues(.diversion) == [
                "<\(nobody)>;reason=user-busy;privacy=full;counter=2",
                "<sip:+81355556666@d.example>;reason=unknown;privacy=off",
            ])
        #expect(
            reached.listValues(.historyInfo) == [
                "<sip:+81355556666@d.example>;index=1",
                "<\(nobody);cause=404?Reason=SIP%3Bcause%3D486>;index=1.2;mp=1", "<\(nobody)>;index=1.3;np=1",
            ])
        try bench.endAsBusy(call, at: phoneA, reached, heardBy: gateway)
        bench.finish()
    }

    @Test("a withheld number is copied into the other header for a trusted peer alone")
    func withheldFromStranger() throws {
        for (header, mark) in [(privateDiversion, ""), (privateHistory, "?Reason=SIP%3Bcause%3D486")] {
            let bench = toForeign()
            let (call, reached) = try bench.callForwarded(to: foreign, from: gateway, headers: [header])
            expectUnnamed(reached)
            let told = reached.listValues(.diversion)
            #expect(told.first == "<\(alice)>;reason=unconditional;counter=1;privacy=off")
            #expect(told.count == 2 && told[1].hasPrefix("<\(nobody)>;reason=user-busy;"))
            #expect(told.last?.contains("privacy=full") == true)
            let history = reached.listValues(.historyInfo)
            #expect(history.first == "<\(nobody)\(mark)>;index=1")
            #expect(history.count == 3 && history[1].hasSuffix(";cause=486>;index=1.1;mp=1"))
            #expect(history.last == "<\(reached.requestURIText)>;index=1.1.1;mp=1.1")
            try bench.endAsBusy(call, at: foreign, reached, heardBy: gateway)
            bench.finish()
        }
        let bench = RouterBench.aliceToTokyo()
        let (call, reached) = try bench.callForwarded(to: gateway, from: gateway2, headers: [privateDiversion])
        #expect("Diversion: " + reached.listValues(.diversion)[1] == privateDiversion)
        #expect(reached.listValues(.historyInfo)[0] == "<sip:+81311112222@c.example?Privacy=history>;index=1")
        try bench.endAsBusy(call, at: gateway, reached, heardBy: gateway2)
        bench.finish()
    }

    @Test("whom the one header withholds the other does not name either, be it the number that was called")
    func withheldInOneHeader() throws {
        let bench = RouterBench.alice(at: phoneA, forwarding: [.busy: .uri(foreign.contact)])
        let (call, toPhone) = try bench.callReaching(
            phoneA, from: gateway,
            headers: [
                privateDiversion,
                "History-Info: <tel:+81-3-1111-2222>;index=1, <sip:\(Sample.alice)@lab.test;cause=486?Privacy=history>;index=1.1;mp=1",
            ])
        expectUnnamed(toPhone)
        #expect(
            toPhone.listValues(.historyInfo) == ["<\(nobody)>;index=1", "<\(nobody);cause=486>;index=1.1;mp=1"])
        try bench.fail(phoneA, 486, toPhone)
        try bench.expect(gateway, "181")
        let reached = try bench.expect(foreign, "INVITE")
        expectUnnamed(reached)
        #expect(
            reached.listValues(.diversion) == [
                "<\(nobody)>;reason=user-busy;counter=1;privacy=full", "<\(nobody)>;reason=user-busy;privacy=full",
            ])
        #expect(
            reached.listValues(.historyInfo) == [
                "<\(nobody)>;index=1", "<\(nobody);cause=486?Reason=SIP%3Bcause%3D486>;index=1.1;mp=1",
                "<\(reached.requestURIText)>;index=1.1.1;mp=1.1",
            ])
        try bench.endAsBusy(call, at: foreign, reached, heardBy: gateway)
        bench.finish()
    }

    @Test(
        "a request that withholds its history names nobody beyond the circle of trust (RFC 7044 §10.1)",
        arguments: ["Privacy: history", "Privacy: id;header", "Privacy: critical\r\nPrivacy: session"])
    func withheldAsWhole(privacy: String) throws {
        let bench = toForeign()
        let headers = [privacy, "Diversion: <sip:+81311112222@c.example>;reason=user-busy"]
        let (call, reached) = try bench.callForwarded(to: foreign, from: gateway, headers: headers)
        expectUnnamed(reached)
        #expect(
            reached.listValues(.diversion) == [
                "<\(nobody)>;reason=unconditional;counter=1;privacy=full", "<\(nobody)>;reason=user-busy",
            ])
        #expect(
            reached.listValues(.historyInfo) == [
                "<\(nobody)>;index=1", "<\(nobody);cause=486>;index=1.1;mp=1",
                "<\(nobody);cause=302>;index=1.1.1;mp=1.1",
            ])
        try bench.endAsBusy(call, at: foreign, reached, heardBy: gateway)
        bench.finish()
    }
}
