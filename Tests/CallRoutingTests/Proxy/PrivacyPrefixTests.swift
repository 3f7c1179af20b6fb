import CallPlanning
import Directory
import SIPMessage
import Testing

@testable import CallRouting

@Suite("184 hides the caller, 186 shows it (RFC 3323 §5)")
struct PrivacyPrefixTests: UsualPeers {
    private func bench() -> RouterBench {
        let bench = RouterBench(
            numbers: [Sample.record(Sample.alice, password: "wonder"), Sample.record(Sample.bob)],
            trunks: Sample.trunk("0", gateway))
        bench.register(Sample.alice, phoneA)
        bench.register(Sample.bob, phoneB)
        return bench
    }

    /// What must not be found in anything that the other side gets.
    private func expectHidden(_ message: SIPMessage, sourceLocation: SourceLocation = #_sourceLocation) {
        for secret in ["5011110001", phoneA.contact, "Alice"] {
            #expect(
                !message.whole.contains(secret), "\(secret) is in\n\(message.whole)", sourceLocation: sourceLocation)
        }
    }

    private let telltales = [
        "P-Preferred-Identity: <sip:05011110001@lab.test>", "P-Asserted-Identity: <sip:05011110001@lab.test>",
        "Remote-Party-ID: <sip:05011110001@lab.test>", "Reply-To: <sip:05011110001@lab.test>",
        "Call-Info: <http://lab.test/05011110001>", "Organization: Alice Ltd", "Privacy: none", "Privacy: session",
        "Referred-By: <sip:05011110001@lab.test>", "b: <sip:05011110001@lab.test>", "s: Alice calls",
        "y: 05011110001", "n: <https://lab.test/Alice.cer>",
        "P-Served-User: <sip:05011110001@lab.test>", "P-Charge-Info: <sip:05011110001@lab.test>",
        "Geolocation: <https://lab.test/Alice>", "P-Visited-Network-ID: Alice's",
        "P-Access-Network-Info: 3GPP-E-UTRAN-FDD;utran-cell-id-3gpp=Alice", "User-Agent: Phone of Alice",
        "Server: Phone of Alice",
    ]

    @Test("with 184 nothing that the called side gets names the caller, in any request of the dialog")
    func hidden() throws {
        let bench = bench()
        let (call, invite) = try bench.authenticatedCall(
            "184" + Sample.bob, from: phoneA, as: Sample.alice, password: "wonder", at: phoneB, headers: telltales)
        expectHidden(invite)
        #expect(invite.requestURIText == phoneB.contact)
        let tag = call.from.split(separator: ";tag=").last.map(String.init) ?? ""
        #expect(invite.value(.from) == "\"Anonymous\" <sip:anonymous@anonymous.invalid>;tag=\(tag)")
        #expect(invite.headers(named: "Privacy") == ["id"])
        // Responses come back with the From that the caller wrote.
        bench.reply(phoneB, 180, to: invite)
        #expect(try bench.expect(phoneA, "180").value(.from) == call.from)
        var (dialog, called) = try bench.answer(phoneB, invite, of: call, phoneA)
        // The caller's further requests are hidden too, without a new challenge.
        var reinvite = dialog.request("INVITE")
        reinvite.headers += telltales
        bench.send(reinvite, from: phoneA)
        let again = try bench.expect(phoneB, "INVITE")
        expectHidden(again)
        #expect(again.value(.from)?.contains("anonymous.invalid") == true)
        bench.reply(phoneB, 200, to: again)
        let ok = try bench.expect(phoneA, "200")
        #expect(ok.value(.from) == call.from)
        var ack = dialog.request("ACK")
        ack.cseq = reinvite.cseq
        bench.send(ack, from: phoneA)
        expectHidden(try bench.expect(phoneB, "ACK"))
        // The other side reaches the caller by the contact that it was given.
        #expect(called.target.contains("tsu."))
        let update = called.request("UPDATE")
        bench.send(update, from: phoneB)
        let reached = try bench.expect(phoneA, "UPDATE")
        #expect(reached.requestURIText == phoneA.contact)
        bench.reply(phoneA, 200, to: reached, contact: phoneA.contact, headers: telltales)
        expectHidden(try bench.expect(phoneB, "200"))
        bench.send(dialog.request("BYE"), from: phoneA)
        let bye = try bench.expect(phoneB, "BYE")
        expectHidden(bye)
        bench.reply(phoneB, 200, to: bye)
        #expect(try bench.expect(phoneA, "200").value(.from) == call.from)
        #expect(try bench.decisions().prefix(2) == [.callerHidden, .callerWithoutNumber(.withheld)])
        #expect(bench.records[0].caller == "anonymous")
        bench.finish()
    }

    @Test("with 184 what names the one who is called, or a network, goes on")
    func unsuspicious() throws {
        let bench = bench()
        let headers = [
            "P-Called-Party-ID: <sip:\(Sample.bob)@lab.test>", "P-Charging-Vector: icid-value=1;orig-ioi=lab.test",
            "Geolocation-Routing: no",
        ]
        let (call, invite) = try bench.authenticatedCall(
            "184" + Sample.bob, from: phoneA, as: Sample.alice, password: "wonder", at: phoneB, headers: headers)
        for header in headers { #expect(invite.whole.contains(header + "\r\n")) }
        try bench.endAsBusy(call, at: phoneB, invite, heardBy: phoneA)
        bench.finish()
    }

    @Test("without 184 location and User-Agent go on")
    func shownWhere() throws {
        let bench = bench()
        let headers = ["Geolocation: <https://lab.test/Alice>", "User-Agent: Phone of Alice"]
        let (call, invite) = try bench.authenticatedCall(
            Sample.bob, from: phoneA, as: Sample.alice, password: "wonder", at: phoneB, headers: headers)
        for header in headers { #expect(invite.whole.contains(header + "\r\n")) }
        try bench.endAsBusy(call, at: phoneB, invite, heardBy: phoneA)
        bench.finish()
    }

    @Test(
        "credentials for our realm name the caller to nobody, however they are written",
        arguments: ["Realm = \"tsunagi\"", "realm=tsunagi", "REALM=\"ts\\unagi\""])
    func credentials(realm: String) throws {
        let bench = bench()
        try bench.authenticate(
            "184" + Sample.bob, from: phoneA, fromURI: "sip:\(Sample.alice)@lab.test", as: Sample.alice,
            password: "wonder", headers: ["Authorization: Digest username=\"05011110001\", realm=\"tsunagi\","],
            realm: realm
        ) { call in
            let invite = try bench.expect(phoneB, "INVITE")
            expectHidden(invite)
            try bench.endAsBusy(call, at: phoneB, invite, heardBy: phoneA)
        }
        bench.finish()
    }

    @Test("the dialog stays hidden after a restart, when only the signed route remembers it")
    func hiddenAfterRestart() throws {
        let bench = bench()
        let (call, invite) = try bench.authenticatedCall(
            "184" + Sample.bob, from: phoneA, as: Sample.alice, password: "wonder", at: phoneB)
        var (dialog, called) = try bench.answer(phoneB, invite, of: call, phoneA)
        bench.restart()
        expectHidden(try bench.relay(dialog.request("INFO"), from: phoneA, to: phoneB))
        bench.send(called.request("BYE"), from: phoneB)
        #expect(try bench.expect(phoneA, "BYE").requestURIText == phoneA.contact)
        bench.finish()
    }

    @Test("a trusted peer is told who calls, and that it is to be withheld")
    func hiddenToPeer() throws {
        let bench = bench()
        let (call, invite) = try bench.authenticatedCall(
            "1840312345678", from: phoneA, as: Sample.alice, password: "wonder", at: gateway)
        #expect(invite.requestURIText == "sip:0312345678@198.51.100.1:5060;user=phone")
        #expect(invite.value(.from)?.contains("anonymous.invalid") == true)
        #expect(invite.headers(named: "Privacy") == ["id"])
        #expect(invite.listValues(.pAssertedIdentity) == ["<sip:+815011110001@lab.test;user=phone>"])
        try bench.fail(gateway, 486, invite)
        #expect(try bench.expectFailure(486, of: call, phoneA).value(.from) == call.from)
        bench.finish()
    }

    @Test("a phone on a trusted network that has no password: a trusted peer is told who calls all the same")
    func hiddenOnTrustedNetwork() throws {
        let bench = bench()
        let call = bench.call("1840312345678", from: gateway2, fromURI: "sip:\(Sample.bob)@lab.test")
        let invite = try bench.expect(gateway, "INVITE")
        #expect(invite.value(.from)?.contains("anonymous.invalid") == true)
        #expect(invite.listValues(.pAssertedIdentity) == ["<sip:+815011110002@lab.test;user=phone>"])
        try bench.endAsBusy(call, at: gateway, invite, heardBy: gateway2)
        bench.finish()
    }

    @Test("184 before an emergency number is taken off before the number is looked at")
    func emergency() throws {
        let bench = RouterBench(
            numbers: [Sample.record(Sample.alice, password: "wonder")], trunks: Sample.trunk("1", gateway))
        let (call, invite) = try bench.authenticatedCall(
            "184110", from: phoneA, as: Sample.alice, password: "wonder", at: gateway)
        #expect(invite.requestURIText.hasPrefix("sip:110@"))
        try bench.endAsBusy(call, at: gateway, invite, heardBy: phoneA)
        #expect(try bench.decisions().contains(.emergency(number: "110")))
        bench.finish()
    }

    @Test("186 shows the caller: From as it is, Privacy: none, and the identity to trusted peers")
    func shown() throws {
        let bench = bench()
        let (call, invite) = try bench.authenticatedCall(
            "1860312345678", from: phoneA, as: Sample.alice, password: "wonder", at: gateway,
            headers: ["Privacy: id", "Privacy: user"])
        #expect(invite.requestURIText == "sip:0312345678@198.51.100.1:5060;user=phone")
        #expect(invite.value(.from) == call.from)
        #expect(invite.headers(named: "Privacy") == ["none"])
        #expect(invite.count(.pAssertedIdentity) == 1)
        try bench.endAsBusy(call, at: gateway, invite, heardBy: phoneA)
        bench.finish()
    }

    @Test(
        "186 shows a caller whose phone withholds its number: From names it, and the phone gets back what it wrote",
        arguments: [Sample.anonymous, "sip:anonymous@lab.test"])
    func shownAgainstThePhone(from: String) throws {
        let bench = bench()
        try bench.authenticate(
            "186" + Sample.bob, from: phoneA, fromURI: from, as: Sample.alice, password: "wonder",
            headers: ["Privacy: id"]
        ) { call in
            let invite = try bench.expect(phoneB, "INVITE")
            let tag = call.from.split(separator: ";tag=").last.map(String.init) ?? ""
            #expect(invite.value(.from) == "<sip:+815011110001@lab.test;user=phone>;tag=\(tag)")
            #expect(invite.headers(named: "Privacy") == ["none"])
            try bench.fail(phoneB, 486, invite)
            #expect(try bench.expectFailure(486, of: call, phoneA).value(.from) == call.from)
        }
        bench.finish()
    }

    @Test("a hidden caller is turned away by a number that rejects withheld numbers, whatever its rules")
    func rejected() throws {
        let bench = bench()
        var bob = Sample.record(Sample.bob, [.always: Sample.toTokyo])
        bob.anonymousCalls = AnonymousCallPolicy(rejected: [.withheld])
        bench.set(bob)
        try bench.authenticate(
            "184" + Sample.bob, from: phoneA, fromURI: "sip:\(Sample.alice)@lab.test", as: Sample.alice,
            password: "wonder"
        ) { call in
            try bench.expectFailure(433, of: call, phoneA)
        }
        bench.expectNothing(gateway, phoneB)
        bench.finish()
    }

    @Test("with 184 the caller is not told either by what forwarded the call before it came here")
    func hiddenDiversions() throws {
        let bench = bench()
        let (call, invite) = try bench.authenticatedCall(
            "184" + Sample.bob, from: phoneA, as: Sample.alice, password: "wonder", at: phoneB,
            headers: [
                "Diversion: <sip:05011110001@lab.test>;reason=unconditional",
                "History-Info: <sip:+815011110001@lab.test>;index=1, <sip:05011110002@lab.test>;index=1.1",
            ])
        expectHidden(invite)
        try bench.endAsBusy(call, at: phoneB, invite, heardBy: phoneA)
        bench.finish()
    }
}
