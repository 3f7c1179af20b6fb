import CallPlanning
import Directory
import Testing

@Suite("What would happen to a call")
struct CallExplanationTests {
    private func explain(
        _ records: [NumberRecord], to dialled: PhoneNumber = Sample.callee,
        caller: CallerIdentity = Sample.identified, callback: Bool = false, diversions: Int = 0,
        contacts: [PhoneNumber: Int] = [:], trunks: [TrunkRoute] = [], voicemail: String? = nil
    ) throws -> [Decision] {
        let network = CallExplanation.Network(
            directory: MemoryDirectory(records: records, trunks: TrunkTable(routes: trunks)), policy: PlanningPolicy(),
            registeredContacts: { contacts[$0] ?? 0 },
            ownNumber: { uri in
                guard uri.hasPrefix("sip:"), uri.hasSuffix("@lab.test") else { return nil }
                return try? PhoneNumber(String(uri.dropFirst(4).dropLast(9)))
            }, flawOfWay: { $0.hasPrefix("sips:") ? "needs TLS" : nil }, voicemail: voicemail)
        return try CallExplanation(
            callFrom: caller, to: dialled, isEmergencyCallback: callback, diversionsSoFar: diversions, at: 0,
            in: network
        ).decisions
    }

    private static let identified = Decision.callerIdentified(as: "09011112222")

    @Test("A phone rings, and what each rule would do is told with its ring time")
    func conditionalRules() throws {
        let decisions = try explain(
            [Sample.record(forwarding: [.busy, .noAnswer, .unreachable], ringSeconds: 12)],
            contacts: [Sample.callee: 2])
        #expect(
            decisions == [
                Self.identified, .rings(number: "05012345678", contacts: 2),
                .wouldForward(
                    condition: .busy, number: "05012345678", to: "sip:busy@elsewhere.test", afterSeconds: nil),
                .wouldForward(
                    condition: .noAnswer, number: "05012345678", to: "sip:no-answer@elsewhere.test", afterSeconds: 12),
                .wouldForward(
                    condition: .unreachable, number: "05012345678", to: "sip:unreachable@elsewhere.test",
                    afterSeconds: nil),
            ])
    }

    @Test("A rule that leads to an emergency number of the configuration is told as such, with the way there")
    func emergencyDestination() throws {
        let police = try PhoneNumber("110")
        let gateway = TrunkRoute(prefix: "1", hops: [NextHop(host: "gw.test")])
        let emergency = Decision.emergency(number: "110")
        let forwarded = try explain([Sample.record(forwarding: [.always], to: .number(police))], trunks: [gateway])
        #expect(
            forwarded == [
                Self.identified, .forwarded(condition: .always, number: "05012345678", to: "110"), emergency,
                .toTrunk(prefix: "1", number: "110", hop: "sip:gw.test:5060"),
            ])
        let ringing = try explain(
            [Sample.record(forwarding: [.busy], to: .number(police))], contacts: [Sample.callee: 1])
        #expect(ringing.last == emergency)
    }

    @Test("An unconditional chain is followed through our numbers, by rule and by URI, to the trunk")
    func chain() throws {
        let third = Sample.record(Sample.third, forwarding: [.always], to: .number(Sample.callee))
        let gateway = TrunkRoute(prefix: "03", hops: [NextHop(host: "gw.test")])
        let decisions = try explain(
            [
                third, Sample.record(forwarding: [.always], to: .uri("sip:05022222222@lab.test")),
                Sample.record(Sample.second, forwarding: [.unreachable], to: Sample.outside),
            ], to: Sample.third, trunks: [gateway])
        #expect(
            decisions == [
                Self.identified, .forwarded(condition: .always, number: "05033333333", to: "05012345678"),
                .forwarded(condition: .always, number: "05012345678", to: "sip:05022222222@lab.test"),
                .notRegistered(number: "05022222222"),
                .forwarded(condition: .unreachable, number: "05022222222", to: "0312345678"),
                .toTrunk(prefix: "03", number: "0312345678", hop: "sip:gw.test:5060"),
            ])
    }

    @Test("A rule whose URI nothing can be sent to leads nowhere, be it at work or still to come")
    func secured() throws {
        let destination = Destination.uri("sips:05022222222@lab.test")
        let refused = Decision.refused(status: 480, reason: "sips:05022222222@lab.test needs TLS")
        let always = try explain([
            Sample.record(forwarding: [.always], to: destination), Sample.record(Sample.second),
        ])
        #expect(always.last == refused && !always.contains(.toURI("sips:05022222222@lab.test")))
        let busy = try explain(
            [Sample.record(forwarding: [.busy], to: destination)], contacts: [Sample.callee: 1])
        #expect(
            busy.suffix(2) == [
                .wouldForward(
                    condition: .busy, number: "05012345678", to: "sips:05022222222@lab.test", afterSeconds: nil),
                refused,
            ])
    }

    @Test("A circle by number and a circle by URI both end")
    func circles() throws {
        let byNumber = try explain([
            Sample.record(forwarding: [.always], to: .number(Sample.second)),
            Sample.record(Sample.second, forwarding: [.always], to: .number(Sample.callee)),
        ])
        #expect(
            byNumber.last == .forwardingLoop(path: ["05012345678", "05022222222", "05012345678"], status: 482))
        let byURI = try explain(
            [Sample.record(Sample.second, forwarding: [.always], to: .uri("sip:05022222222@lab.test"))],
            to: Sample.second)
        #expect(byURI.last == .forwardingLoop(path: ["05022222222", "05022222222"], status: 482))
    }

    @Test("A rule that the limit would stop is told so, once")
    func limit() throws {
        let decisions = try explain(
            [Sample.record(forwarding: [.noAnswer, .unreachable])], diversions: 5, contacts: [Sample.callee: 1])
        #expect(decisions.suffix(1) == [.forwardingLimitReached(limit: 5, status: 480)])
        #expect(decisions.count == 3)
    }

    @Test("A rejection ends it")
    func rejection() throws {
        let decisions = try explain(
            [Sample.record(forwarding: [.always], rejecting: [.withheld])],
            caller: CallerIdentity(presentation: .withheld(.withheld)))
        #expect(
            decisions == [
                .callerWithoutNumber(.withheld), .anonymousRejected(.withheld, number: "05012345678", status: 433),
            ])
    }

    @Test("Voice mail is named, or its absence")
    func voicemail() throws {
        let record = Sample.record(forwarding: [.always], to: .voicemail)
        #expect(try explain([record], voicemail: "sip:vm@lab.test").last == .toVoicemail("sip:vm@lab.test"))
        #expect(try explain([record]).last?.description.contains("voicemail.uri") == true)
    }

    @Test("A rule's URI that names a number calls may not go to ends it, and the caller is answered 480")
    func forbidden() throws {
        let to = "sip:110@lab.test"
        let gateway = TrunkRoute(prefix: "1", hops: [NextHop(host: "gw.test")])
        for condition in [ForwardingCondition.always, .unreachable] {
            let record = Sample.record(forwarding: [condition], to: .uri(to))
            #expect(
                try explain([record], trunks: [gateway]).suffix(3) == [
                    .forwarded(condition: condition, number: "05012345678", to: to),
                    .destinationForbidden(number: "05012345678", to: to, flaw: "an emergency number"),
                    .refused(status: 480, reason: "Temporarily Unavailable"),
                ])
        }
    }

    @Test("A number that isn't ours goes to a trunk, or nowhere")
    func outgoing() throws {
        let far = try PhoneNumber("0312345678")
        #expect(try explain([], to: far) == [Self.identified, .noRoute("0312345678")])
        #expect(try explain([], to: try PhoneNumber("1001")).last == .noSuchNumber("1001"))
    }

    @Test("An emergency call is told as such, and so is a callback")
    func emergency() throws {
        let police = try PhoneNumber("110")
        let gateway = TrunkRoute(prefix: "110", hops: [NextHop(host: "gw.test")])
        #expect(
            try explain([], to: police, trunks: [gateway]) == [
                Self.identified, .emergency(number: "110"),
                .toTrunk(prefix: "110", number: "110", hop: "sip:gw.test:5060"),
            ])
        #expect(
            try explain(
                [Sample.record(forwarding: ForwardingCondition.allCases)], callback: true, contacts: [Sample.callee: 1])
                == [Self.identified, .emergencyCallback, .rings(number: "05012345678", contacts: 1)])
    }

    @Test("Nothing registered and no rule: the caller is told so")
    func nothing() throws {
        #expect(
            try explain([Sample.record()]).suffix(3) == [
                .notRegistered(number: "05012345678"), .noRule(condition: .unreachable, number: "05012345678"),
                .refused(status: 480, reason: "Temporarily Unavailable"),
            ])
        #expect(
            try explain([Sample.record()], callback: true).suffix(2) == [
                .notRegistered(number: "05012345678"), .refused(status: 480, reason: "Temporarily Unavailable"),
            ])
    }
}
