import CallPlanning
import Directory
import SIPMessage
import SIPTransaction
import Testing

@testable import CallRouting

/// Numbers with any rules, phones that do anything at any time, callers who give up: whatever the order, what must
/// hold for every call holds.
@Suite("Calls at random")
struct RandomCallTests: UsualPeers {
    private let numbers = (1...5).map { "0503333000\($0)" }
    private let phones = (0..<8).map { Peer("p\($0)", "192.0.2.\(100 + $0):5060") }
    private let gateways = [Sample.gateway, Sample.gateway2]

    private func bench(_ random: inout SeededGenerator) -> RouterBench {
        let destinations: [Destination] =
            numbers.map(Sample.to) + [
                Sample.toTokyo, Sample.to("0699999999"), .uri(foreign.contact), .voicemail,
                .uri("sip:x@nowhere.example"),
            ]
        let records = numbers.map { number in
            var rules: [ForwardingCondition: Destination] = [:]
            for condition in [ForwardingCondition.busy, .noAnswer, .unreachable] where Bool.random(using: &random) {
                rules[condition] = destinations.randomElement(using: &random)
            }
            if Int.random(in: 0..<5, using: &random) == 0 {
                rules[.always] = destinations.randomElement(using: &random)
            }
            return Sample.record(number, rules, ring: Int.random(in: 5...30, using: &random))
        }
        let bench = RouterBench(
            numbers: records, trunks: Sample.trunk("03", gateways[0], gateways[1]), seed: random.next()
        ) {
            $0.datagramComfort = 65_000
            $0.voicemailURI = "sip:vm@198.51.100.9:5060"
        }
        for number in numbers {
            let count = Int.random(in: 0...3, using: &random)
            bench.register(
                number,
                phones.shuffled(using: &random).prefix(count).map {
                    ($0, [1000, 1000, 500].randomElement(using: &random) ?? 1000)
                })
        }
        return bench
    }

    /// A request that somebody has received and not yet answered for good.
    private struct Pending {
        let peer: Peer
        let invite: SIPMessage
    }

    @Test("every call ends once, with an answer if anybody answered in time, and leaves nothing", arguments: 1...40)
    func anyOrder(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let bench = bench(&random)
        let breadth = [nil, "1", "2", "5"].randomElement(using: &random) ?? nil
        let call = bench.call(
            numbers[0], headers: breadth.map { ["Max-Breadth: \($0)"] } ?? [])
        let everybody = phones + gateways + [foreign, Peer("vm", "198.51.100.9:5060")]
        var pending: [Pending] = []
        var finals: [Int] = []
        var isAnswered = false
        var isCancelled = false
        for _ in 0..<200 {
            let before = finals
            for response in bench.takeAll(caller) {
                guard let status = response.status, status >= 200, response.cseqMethod == .invite else { continue }
                finals.append(status)
                if status >= 300 { bench.send(call.acknowledgement(of: response), from: caller) }
            }
            for peer in everybody {
                for request in bench.takeAll(peer) {
                    switch request.method {
                    case .invite:
                        let isNew = !pending.contains {
                            $0.invite.topVia?.branch == request.topVia?.branch && $0.peer == peer
                        }
                        guard isNew else { continue }
                        #expect(before.isEmpty && !isCancelled, "\(peer.name) was called after the end")
                        pending.append(Pending(peer: peer, invite: request))
                    case .cancel:
                        bench.reply(peer, 200, to: request)
                        let place = pending.firstIndex {
                            $0.peer == peer && $0.invite.topVia?.branch == request.topVia?.branch
                        }
                        if let place, Int.random(in: 0..<4, using: &random) > 0 {
                            bench.reply(peer, 487, to: pending.remove(at: place).invite)
                        }
                    default: break
                    }
                }
            }
            let isPending = finals.isEmpty && !bench.kinds(caller).contains { (Int($0) ?? 0) >= 200 }
            if !isCancelled, isPending, Int.random(in: 0..<60, using: &random) == 0 {
                isCancelled = true
                bench.send(call.cancel, from: caller)
            } else if act(bench, &pending, &random), isPending {
                isAnswered = true
            }
        }
        bench.wait(seconds: 300)
        for response in bench.takeAll(caller) {
            guard let status = response.status, status >= 200, response.cseqMethod == .invite else { continue }
            finals.append(status)
        }
        let failures = Set(finals.filter { $0 >= 300 })
        #expect(!finals.isEmpty, "no final response")
        #expect(failures.count <= 1, "\(finals)")
        #expect(failures.isEmpty || !finals.contains { $0 < 300 }, "\(finals)")
        #expect(!isAnswered || finals.contains(200), "an answer was lost: \(finals)")
        #expect(failures.isDisjoint(with: [302, 408, 503]) || failures == [408], "\(finals)")
        bench.finish()
        let record = try #require(bench.records.first)
        #expect(bench.records.count == 1 && record.status == finals.first)
        // What the only phone says to its CANCEL goes on as it came.
        if isCancelled, let failure = failures.first, failure < 600, record.legs.count > 1 {
            #expect(failure == 487, "\(finals)")
        }
    }

    /// One thing happens: a phone says something, or time passes.
    ///
    /// - Returns: whether it was an answer.
    private func act(_ bench: RouterBench, _ pending: inout [Pending], _ random: inout SeededGenerator) -> Bool {
        guard !pending.isEmpty, Bool.random(using: &random) else {
            bench.wait(Int64.random(in: 0...4000, using: &random))
            return false
        }
        let place = Int.random(in: 0..<pending.count, using: &random)
        let chosen = pending[place]
        let status =
            [100, 180, 180, 183, 180, 180, 200, 302, 302, 404, 407, 480, 486, 486, 500, 503, 600, 603].randomElement(
                using: &random) ?? 180
        if status >= 200 { pending.remove(at: place) }
        let contacts = (numbers + ["0312345678"]).shuffled(using: &random).prefix(Int.random(in: 1...3, using: &random))
        let headers =
            status == 302
            ? contacts.map { "Contact: <sip:\($0)@lab.test>;q=0.\(Int.random(in: 1...3, using: &random))" } : []
        bench.reply(chosen.peer, status, to: chosen.invite, headers: headers)
        return status == 200
    }
}
