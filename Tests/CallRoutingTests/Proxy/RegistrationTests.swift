import Directory
import SIPMessage
import Testing

@testable import CallRouting

@Suite("A phone registers, and is found (RFC 3261 §10.3)")
struct RegistrationTests: UsualPeers {
    private func bench() -> RouterBench {
        RouterBench(
            numbers: [
                Sample.record(Sample.alice, password: "wonder"), Sample.record(Sample.bob, password: "builder"),
                Sample.record(Sample.carol),
            ])
    }

    private func register(_ number: String, _ phone: Peer, _ bench: RouterBench, expires: Int = 3600) -> RequestScript {
        let serial = bench.nextSerial()
        return RequestScript(
            method: "REGISTER", uri: "sip:lab.test", from: "<sip:\(number)@lab.test>;tag=r\(serial)",
            to: "<sip:\(number)@lab.test>", callID: "reg-\(phone.name)", cseq: serial,
            branch: "z9hG4bK-reg-\(serial)", contact: phone.contact, headers: ["Expires: \(expires)"])
    }

    /// A REGISTER whose first try was challenged, with the answer to the challenge, yet to be sent.
    private func signed(
        _ number: String, _ phone: Peer, as username: String, _ password: String, _ bench: RouterBench
    ) throws -> RequestScript {
        var script = register(number, phone, bench)
        bench.send(script, from: phone)
        let challenge = try bench.expect(phone, "401")
        let offer = try #require(challenge.headers(named: "WWW-Authenticate").first)
        script.branch += "-2"
        script.cseq = bench.nextSerial()
        script.headers.append(
            "Authorization: "
                + Sample.digest(offer, method: "REGISTER", uri: script.uri, username: username, password: password))
        return script
    }

    @Test("challenged, registered when the change is durable, and rung from then on")
    func wholeWay() throws {
        let bench = bench()
        bench.commitsAtOnce = false
        let signed = try signed(Sample.alice, phoneA, as: Sample.alice, "wonder", bench)
        bench.send(signed, from: phoneA)
        bench.expectNothing(phoneA)
        // Not yet durable: not yet rung, and a retransmission changes nothing.
        bench.send(signed, from: phoneA)
        try bench.expectUnavailable(Sample.alice)
        bench.endCommits(succeeded: true)
        let ok = try bench.expect(phoneA, "200")
        #expect(ok.value(.contact) == "<\(phoneA.contact)>;expires=3600")
        let call = bench.call(Sample.alice)
        try bench.endAsBusy(call, at: phoneA)
        // Its time runs out.
        bench.wait(seconds: 3601)
        try bench.expectUnavailable(Sample.alice)
        bench.finish()
    }

    @Test("a change that can't be stored is refused, and nothing is registered")
    func diskFails() throws {
        let bench = bench()
        bench.commitsAtOnce = false
        bench.send(register(Sample.carol, gateway, bench), from: gateway)
        bench.endCommits(succeeded: false)
        let response = try bench.expect(gateway, "500")
        #expect(response.value(.retryAfter) == "5")
        try bench.expectUnavailable(Sample.carol)
        bench.finish()
    }

    @Test("two phones of a number register while neither is durable: both are kept")
    func twoAtOnce() throws {
        let bench = bench()
        bench.commitsAtOnce = false
        let other = Peer("other", "198.51.100.8:5060")
        bench.send(register(Sample.carol, gateway, bench), from: gateway)
        bench.send(register(Sample.carol, other, bench), from: other)
        bench.endCommits(succeeded: true)
        try bench.expect(gateway, "200")
        #expect(try bench.expect(other, "200").count(.contact) == 2)
        #expect(bench.locations.bindings(of: bench.number(Sample.carol), at: bench.now).count == 2)
        bench.finish()
    }

    @Test("a phone that is removed while others of its number wait for the disk comes back with none of them")
    func removedMeanwhile() throws {
        let bench = bench()
        let number = bench.number(Sample.carol)
        let (second, third) = (Peer("second", "198.51.100.8:5060"), Peer("third", "198.51.100.9:5060"))
        bench.send(register(Sample.carol, gateway, bench), from: gateway)
        try bench.expect(gateway, "200")
        bench.commitsAtOnce = false
        bench.send(register(Sample.carol, second, bench), from: second)
        bench.locations.remove([BindingRemoval(number: number, contact: gateway.contact)])
        bench.send(register(Sample.carol, third, bench), from: third)
        bench.endCommits(succeeded: true)
        try bench.expect(second, "200")
        #expect(try bench.expect(third, "200").count(.contact) == 2)
        #expect(bench.locations.bindings(of: number, at: bench.now).map(\.contact) == [third.contact, second.contact])
        bench.finish()
    }

    @Test("a phone that registers again after it was removed is registered, even while others wait for the disk")
    func registersAfterRemoval() throws {
        let bench = bench()
        let number = bench.number(Sample.carol)
        let other = Peer("other", "198.51.100.8:5060")
        bench.commitsAtOnce = false
        bench.send(register(Sample.carol, gateway, bench), from: gateway)
        bench.send(register(Sample.carol, other, bench), from: other)
        bench.locations.remove([BindingRemoval(number: number, contact: nil)])
        bench.send(register(Sample.carol, gateway, bench), from: gateway)
        bench.endCommits(succeeded: true)
        try bench.expect(other, "200")
        #expect(bench.locations.bindings(of: number, at: bench.now).map(\.contact) == [gateway.contact])
        try bench.expect(gateway, "200")
        try bench.expect(gateway, "200")
        bench.finish()
    }

    @Test("nobody registers another's number, and a number without a password only from a trusted network")
    func whoMay() throws {
        let bench = bench()
        bench.send(try signed(Sample.alice, phoneA2, as: Sample.bob, "builder", bench), from: phoneA2)
        try bench.expect(phoneA2, "403")
        bench.send(register(Sample.carol, phoneA2, bench), from: phoneA2)
        try bench.expect(phoneA2, "403")
        bench.send(register("05099999999", phoneA2, bench), from: phoneA2)
        try bench.expect(phoneA2, "401")
        bench.send(register(Sample.carol, gateway, bench), from: gateway)
        try bench.expect(gateway, "200")
        var elsewhere = register(Sample.alice, phoneA2, bench)
        elsewhere.to = "<sip:alice@far.example>"
        bench.send(elsewhere, from: phoneA2)
        try bench.expect(phoneA2, "404")
        bench.finish()
    }

    @Test(
        "a contact can't be this server, nor a number behind our gateway that calls may not go to",
        arguments: [
            ("sip:a@\(RouterBench.address)", 403), ("sip:0990123456@198.51.100.1", 403),
            ("sip:0990123456@x.example;maddr=198.51.100.1", 403), ("sip:1840990123456@198.51.100.1", 403),
            ("sip:0312345678@198.51.100.1", 200), ("sip:0990123456@192.0.2.31:5060", 200),
        ])
    func refusedContact(contact: String, status: Int) throws {
        let bench = RouterBench(
            numbers: [Sample.record(Sample.alice, password: "wonder")], trunks: Sample.trunk("0", gateway))
        var script = try signed(Sample.alice, phoneA, as: Sample.alice, "wonder", bench)
        script.contact = contact
        bench.send(script, from: phoneA)
        try bench.expect(phoneA, String(status))
        bench.finish()
    }

    @Test("a REGISTER to another domain is a stranger's request: not relayed")
    func otherDomain() throws {
        let bench = bench()
        bench.names["far.example"] = ["203.0.113.99"]
        var script = register(Sample.alice, phoneA, bench)
        script.uri = "sip:far.example"
        script.from = "<sip:x@far.example>;tag=1"
        bench.send(script, from: phoneA)
        try bench.expect(phoneA, "404")
        bench.expectNothing(foreign)
        bench.finish()
    }

    @Test("rules that can't be read: 503, and the phone is to come back")
    func rulesUnavailable() throws {
        let bench = bench()
        bench.isDirectoryReadable = false
        bench.send(register(Sample.alice, phoneA, bench), from: phoneA)
        #expect(try bench.expect(phoneA, "503").value(.retryAfter) == "5")
        bench.finish()
    }

    @Test("all REGISTERs of a number and all messages of a call have one owner among the shards")
    func shards() throws {
        let bench = bench()
        func owner(_ script: RequestScript) throws -> Int {
            ShardAssignment.owner(of: try #require(MessageParser.parse(script.bytes(from: phoneA))), among: 7)
        }
        let call = bench.invite(Sample.alice)
        #expect(try owner(call) == owner(call.cancel))
        var one = register(Sample.alice, phoneA, bench)
        var other = register(Sample.alice, phoneA2, bench)
        #expect(try owner(one) == owner(other))
        one.callID = "x"
        for form in [
            "<sip:\(Sample.alice)@lab.test>;tag=y", "tel:+81-50-1111-0001", "\"A\" <sip:+815011110001@192.0.2.1>",
        ] {
            other.to = form
            #expect(try owner(one) == owner(other))
        }
    }

    @Test(
        "the owner that a look at the octets finds is the one that the whole message has",
        arguments: [
            "INVITE sip:a@b SIP/2.0\r\nVia: x\r\nCall-ID: 1@x\r\nCSeq: 1 INVITE\r\n\r\n",
            "INVITE sip:a@b SIP/2.0\r\ni:1@x \t\r\nCSeq: 1 INVITE\r\n\r\n",
            "INVITE sip:a@b SIP/2.0\nCALL-ID:1@x\nCSeq: 1 INVITE\n\n",
            "SIP/2.0 200 OK\r\nCSeq: 1 BYE\r\nCall-ID: 1@x\r\nX: y\r\n\r\n",
            "SIP/2.0 200 OK\r\nCall-ID: 1@x\r\nCall-ID: 2@x\r\nCSeq: 1 REGISTERED\r\nX: y\r\n\r\n",
        ])
    func quickOwner(text: String) throws {
        let bytes = Array(text.utf8)
        let message = try #require(MessageParser.parse(bytes))
        #expect(ShardAssignment.owner(ofMessageIn: bytes, among: 7) == ShardAssignment.owner(of: message, among: 7))
    }

    @Test(
        "what is about a registration or written unusually takes more than a look at the octets",
        arguments: [
            "REGISTER sip:b SIP/2.0\r\nCall-ID: 1@x\r\nTo: <sip:a@b>\r\n\r\n",
            "SIP/2.0 200 OK\r\nCall-ID: 1@x\r\nTo: <sip:a@b>\r\nCSeq: 1 REGISTER\r\nX: y\r\n\r\n",
            "\r\nREGISTER sip:b SIP/2.0\r\nCall-ID: 1@x\r\nTo: <sip:a@b>\r\n\r\n",
            "INVITE sip:a@b SIP/2.0\r\nCall-ID: 1\r\n @x\r\nCSeq: 1 INVITE\r\n\r\n",
            "INVITE sip:a@b SIP/2.0\r\nCall-ID : 1@x\r\nCSeq: 1 INVITE\r\n\r\n",
            "INVITE sip:a@b SIP/2.0\r\nCSeq: 1 INVITE\r\n\r\nCall-ID: 1@x\r\n", "INVITE", "SIP/", "\r\n\r\n", "",
            "SIP/2.0 200 OK\r\nCall-ID: 1@x\r\n\r\n", "INVITE sip:a@b SIP/2.0\r\nCall-ID", "i",
            "INVITE sip:a@b SIP/2.0\r\nCall\rID: 1@x\r\nCSeq: 1 INVITE\r\n\r\n", "i:", "\n\n\n\n\n\n",
        ])
    func quickOwnerOfNone(text: String) {
        #expect(ShardAssignment.owner(ofMessageIn: Array(text.utf8), among: 7) == nil)
    }
}
