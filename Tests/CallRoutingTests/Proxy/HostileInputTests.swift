import CallPlanning
import Directory
import SIPMessage
import SIPTransaction
import Testing

@testable import CallRouting

@Suite("Hostile and broken input costs little, and harms nobody")
struct HostileInputTests: UsualPeers {
    private func bench() -> RouterBench {
        let bench = RouterBench(
            numbers: [Sample.record(Sample.alice, [.busy: Sample.toTokyo])],
            trunks: Sample.trunk("0", gateway)
        ) {
            $0.datagramComfort = 1_000_000
        }
        bench.register(Sample.alice, phoneA)
        bench.mayAnswerMalformed = true
        return bench
    }

    @Test(
        "a message full of one header is handled in the time that its length deserves",
        arguments: [
            "Route: <sip:a>", "Route: <sip:192.0.2.1;lr>", "Via: SIP/2.0/UDP a;branch=z9hG4bKx", "Contact: <sip:a>",
            "Diversion: <sip:a>;counter=1", "History-Info: <sip:a;cause=302>;index=1", "Privacy: id;user",
            "P-Asserted-Identity: <sip:a@b>", "Proxy-Require: a", "Require: a", "Record-Route: <sip:a;lr>",
            "Reason: SIP;cause=200", "Max-Breadth: 7", "Proxy-Authorization: Digest realm=\"tsunagi\"",
        ])
    func manyElements(header: String) throws {
        let parts = header.split(separator: ": ", maxSplits: 1).map(String.init)
        func time(_ count: Int) -> Duration {
            let bench = bench()
            let headers = ["\(parts[0]): " + Array(repeating: parts[1], count: count).joined(separator: ",")]
            let clock = ContinuousClock()
            return clock.measure {
                for peer in [caller, gateway] {
                    var call = bench.invite(Sample.alice, from: peer)
                    call.headers = headers
                    bench.send(call, from: peer)
                    bench.send(call.cancel, from: peer)
                    bench.wait(1)
                }
            }
        }
        let few = time(500)
        let many = time(5000)
        // Ten times as much may take ten times as long, not a hundred times.
        #expect(many < few * 40 + .milliseconds(50), "\(few) for 500, \(many) for 5000")
    }

    @Test("names with control characters and endless texts stay out of the log")
    func cleanTexts() throws {
        let bench = bench()
        var call = bench.invite("sip:%0d%0aevil%00%1b[31m@lab.test")
        bench.send(call, from: caller)
        try bench.expectFailure(404, of: call)
        call = bench.invite(Sample.alice)
        call.callID = String(repeating: "c", count: 20_000)
        bench.send(call, from: caller)
        let invite = try bench.expect(phoneA, "INVITE")
        bench.reply(phoneA, 486, to: invite, reason: "Busy\u{1b}[31m\u{7}" + String(repeating: "!", count: 5000))
        bench.takeAll(phoneA)
        try bench.expect(caller, "181")
        let forwarded = try bench.expect(gateway, "INVITE")
        bench.reply(
            gateway, 302, to: forwarded, reason: "x\ty",
            headers: ["Contact: <sip:\(String(repeating: "u", count: 9000))@x>"])
        bench.finish()
        for record in bench.records {
            var texts = [record.callID, record.caller, record.callee] + record.decisions.map(\.description)
            texts += record.legs.map(\.target) + record.ladder.map(\.label)
            for text in texts {
                #expect(text.utf8.count < 1000)
                #expect(
                    !text.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }, "\(text.debugDescription)")
            }
        }
        #expect(bench.records.count == 2)
    }

    @Test("an index of any length or shape grows by no more than we add")
    func absurdIndex() throws {
        for index in [
            String(repeating: "1.", count: 3000) + "1", "x", "", "1..1", "-1", "1.", "\"1\"", "99999999999999999999",
        ] {
            let bench = bench()
            let call = bench.call(
                Sample.alice, headers: ["History-Info: <sip:\(Sample.alice)@lab.test>;index=\(index)"])
            guard let invite = bench.takeAll(phoneA).first(where: { $0.kind == "INVITE" }) else {
                bench.takeEverything()
                bench.finish()
                continue
            }
            bench.reply(phoneA, 486, to: invite)
            let forwarded = try bench.expect(gateway, "INVITE")
            let ours = forwarded.listValues(.historyInfo).dropFirst().joined()
            #expect(ours.utf8.count < 600)
            _ = call
            bench.takeEverything()
            bench.finish()
        }
    }

    @Test("a caller without tags, branch, Max-Forwards and Content-Length, as of RFC 2543, is served")
    func oldCaller() throws {
        let bench = bench()
        let text =
            "INVITE sip:\(Sample.alice)@lab.test SIP/2.0\r\nVia: SIP/2.0/UDP \(caller.endpoint)\r\n"
            + "From: <sip:0901111222@peer.example>\r\nTo: sip:\(Sample.alice)@lab.test\r\nCall-ID: old\r\n"
            + "CSeq: 1 INVITE\r\nContact: <\(caller.contact)>\r\n\r\n"
        bench.send(text, from: caller)
        let invite = try bench.expect(phoneA, "INVITE")
        #expect(invite.value(.maxForwards) == "70")
        // The same again is a retransmission, by the rules of that time.
        bench.send(text, from: caller)
        bench.expectNothing(phoneA)
        try bench.ring(phoneA, invite)
        bench.send(
            text.replacing("INVITE sip", with: "CANCEL sip").replacing("1 INVITE", with: "1 CANCEL"), from: caller)
        try bench.expect(caller, "200")
        try bench.expectCancel(phoneA, of: invite)
        try bench.expect(caller, "487")
        bench.send(text.replacing("INVITE sip", with: "ACK sip").replacing("1 INVITE", with: "1 ACK"), from: caller)
        bench.finish()
    }

    @Test("an empty or missing Call-ID, From, To or CSeq is answered 400")
    func emptyHeaders() throws {
        let bench = bench()
        let whole = String(decoding: bench.invite(Sample.alice).bytes(from: caller), as: UTF8.self)
        for name in ["Call-ID", "From", "To", "CSeq"] {
            for replacement in ["\(name): \r\n", ""] {
                let lines = whole.split(separator: "\r\n", omittingEmptySubsequences: false).filter {
                    !$0.hasPrefix(name + ":")
                }
                let text = lines.joined(separator: "\r\n").replacing(
                    "Max-Forwards: 70\r\n", with: "Max-Forwards: 70\r\n" + replacement)
                bench.send(text.replacing("branch=", with: "branch=z9hG4bK\(bench.nextSerial())"), from: caller)
                try bench.expect(caller, "400")
            }
        }
        bench.expectNothing(phoneA)
        bench.finish()
    }

    @Test(
        "whatever is done to the messages of a call, nothing malformed goes on and nothing is left behind",
        arguments: 1...8)
    func mutations(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let bench = bench()
        let interesting: [[UInt8]] = [
            Array("\r\n".utf8), Array("\0".utf8), Array(",".utf8), Array(";".utf8), Array("<".utf8), Array(">".utf8),
            Array("\"".utf8), Array("%".utf8), Array(" ".utf8), Array("\r\n ".utf8), Array("99999999999".utf8), [0xFF],
            Array(";lr".utf8), Array("sip:192.0.2.1;lr".utf8), Array("@".utf8), Array("tel:".utf8),
        ]
        func mutated(_ bytes: [UInt8]) -> [UInt8] {
            var bytes = bytes
            for _ in 0..<Int.random(in: 0...3, using: &random) where !bytes.isEmpty {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<5, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...20, using: &random)))
                case 2: bytes.insert(contentsOf: interesting.randomElement(using: &random) ?? [], at: place)
                case 3:
                    let end = min(bytes.count, place + Int.random(in: 1...80, using: &random))
                    bytes.insert(contentsOf: bytes[place..<end], at: Int.random(in: 0..<bytes.count, using: &random))
                default: bytes.removeSubrange(place...)
                }
            }
            return bytes
        }
        let headers = [
            "Route: <sip:192.0.2.1;lr>", "Diversion: <sip:x@y>;reason=no-answer", "Privacy: id",
            "History-Info: <sip:\(Sample.alice)@lab.test>;index=1", "P-Asserted-Identity: <tel:+81312345678>",
        ]
        for round in 0..<150 {
            let peer = round % 2 == 0 ? caller : gateway
            let call = bench.invite(Sample.alice, from: peer, headers: headers)
            bench.send(mutated(call.bytes(from: peer)), from: peer)
            for phone in [phoneA, gateway] {
                for request in bench.takeAll(phone) where request.isRequest && request.method != .ack {
                    let status = [100, 180, 200, 302, 407, 486, 503, 603].randomElement(using: &random) ?? 486
                    let contact = ["Contact: <sip:0312345678@lab.test>;q=0.5"]
                    let whole = bench.response(phone, status, to: request, headers: status == 302 ? contact : [])
                    bench.send(mutated(whole), from: phone)
                }
            }
            if round % 3 == 0 { bench.send(mutated(call.cancel.bytes(from: peer)), from: peer) }
            bench.wait(Int64.random(in: 0...3000, using: &random))
        }
        bench.takeEverything()
        bench.finish()
    }
}
