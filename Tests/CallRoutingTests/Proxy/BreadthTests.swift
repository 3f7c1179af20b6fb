import CallPlanning
import Directory
import SIPMessage
import Testing

@testable import CallRouting

@Suite("Max-Breadth limits how many branches run at once (RFC 5393 §5.3)")
struct BreadthTests: UsualPeers {
    @Test("a request without it goes on with one, and several phones share it")
    func shared() throws {
        let bench = RouterBench.alice(at: phoneA, phoneA2, phoneB)
        let call = bench.call(Sample.alice)
        var sum = 0
        for phone in [phoneA, phoneA2, phoneB] {
            let invite = try bench.expect(phone, "INVITE")
            sum += Int(try #require(invite.number(.maxBreadth), "\(phone.name) is told none"))
            try bench.fail(phone, 486, invite)
        }
        #expect((3...60).contains(sum))
        try bench.expectFailure(486, of: call)
        bench.finish()
    }

    @Test("breadth 1: one phone after the other, in the order of q, the best response at the end")
    func one() throws {
        let bench = RouterBench.alice(at: phoneA, phoneA2)
        let call = bench.call(Sample.alice, headers: ["Max-Breadth: 1"])
        let first = bench.kinds(phoneA).isEmpty ? phoneA2 : phoneA
        let second = first == phoneA ? phoneA2 : phoneA
        let invite = try bench.expect(first, "INVITE")
        #expect(invite.value(.maxBreadth) == "1")
        bench.expectNothing(second)
        try bench.fail(first, 404, invite)
        try bench.fail(second, 500)
        try bench.expectFailure(404, of: call)
        bench.finish()
    }

    @Test("breadth 1 and no answer: the destination is called when the cancelled phone has ended")
    func oneAndForwarding() throws {
        let bench = RouterBench.alice(at: phoneA, forwarding: [.noAnswer: Sample.toBob], ring: 5)
        let (call, first) = try bench.callUnanswered(at: phoneA, forSeconds: 5, headers: ["Max-Breadth: 1"])
        bench.expectNothing(phoneB)
        try bench.expectCancel(phoneA, of: first)
        try bench.answer(phoneB, of: call)
        bench.finish()
    }

    @Test("a deflection while other phones ring goes on as soon as there is breadth, and is not refused")
    func deflectionWhileRinging() throws {
        let bench = RouterBench(numbers: [Sample.record(Sample.alice), Sample.record(Sample.carol)])
        bench.register(Sample.alice, phoneA, phoneA2)
        bench.register(Sample.carol, phoneC)
        let (call, ringing) = try bench.callRinging(at: phoneA2, headers: ["Max-Breadth: 2"])
        try bench.divert(phoneA, 302, headers: ["Contact: <sip:\(Sample.carol)@lab.test>"])
        let cancel = try bench.expectCancel(phoneA2, of: ringing)
        #expect(cancel.value(.reason) == "SIP;cause=302;text=\"Call deflected\"")
        try bench.answer(phoneC, of: call)
        bench.finish()
    }

    @Test("a 302 with five contacts of equal q and breadth 2: two at once, the others as these end")
    func deflectionToFive() throws {
        let bench = RouterBench.alice(at: phoneA)
        let call = bench.call(Sample.alice, headers: ["Max-Breadth: 2"])
        let targets = (1...5).map { Peer("t\($0)", "203.0.113.\(30 + $0):5060") }
        try bench.divert(phoneA, 302, headers: targets.map { "Contact: <\($0.contact)>" })
        for place in 0..<5 {
            let waiting = targets.filter { bench.kinds($0).contains("INVITE") }
            #expect(waiting.count == min(2, 5 - place))
            let target = try #require(waiting.first)
            let invite = try bench.expect(target, "INVITE")
            #expect(invite.value(.maxBreadth) == "1" || waiting.count == 1)
            try bench.fail(target, 486, invite)
        }
        try bench.expectFailure(486, of: call)
        bench.finish()
    }

    @Test("breadth 0 is 440; more than anybody needs, or what can't be read, is an ordinary call")
    func odd() throws {
        let bench = RouterBench.alice(at: phoneA)
        let none = bench.call(Sample.alice, headers: ["Max-Breadth: 0"])
        try bench.expectFailure(440, of: none)
        for odd in ["4294967295", "99999999999999999999999999999", "-1", "x", ""] {
            let (call, invite) = try bench.callReaching(phoneA, headers: ["Max-Breadth: \(odd)"])
            #expect((1...60).contains(invite.number(.maxBreadth) ?? 0))
            try bench.endAsBusy(call, at: phoneA, invite)
        }
        bench.finish()
    }

    @Test("phones that deflect to ten numbers whose phones do the same: the call has an end")
    func explosion() throws {
        let numbers = (0..<60).map { "0502222" + String(10_000 + $0).suffix(4) }
        let bench = RouterBench(numbers: numbers.map { Sample.record($0) }) {
            $0.datagramComfort = 65_000
            $0.planning.diversionLimit = DiversionLimit(40)
        }
        for number in numbers { bench.register(number, phoneA) }
        bench.call(numbers[0])
        var asked = 0
        var next = 1
        var waiting = bench.takeAll(phoneA)
        while !waiting.isEmpty {
            let invite = waiting.removeFirst()
            guard invite.kind == "INVITE" else { continue }
            asked += 1
            var contacts: [String] = []
            for _ in 0..<10 {
                contacts.append("<sip:\(numbers[next % numbers.count])@lab.test>;q=0.\(next % 9)")
                next += 1
            }
            bench.reply(phoneA, 302, to: invite, headers: ["Contact: " + contacts.joined(separator: ", ")])
            waiting += bench.takeAll(phoneA)
            try #require(asked < 1000)
        }
        #expect(asked <= 100)
        bench.finish()
        #expect(bench.records.count == 1)
    }
}
