import Directory
import SIPMessage
import Testing

@testable import CallRouting

/// What tests do again and again: calls, answers, ends.
extension RouterBench {
    /// An INVITE of a stranger with a number of its own.
    func invite(
        _ number: String, from caller: Peer = Sample.caller, fromURI: String = "sip:0901111222@peer.example",
        headers: [String] = []
    ) -> RequestScript {
        let serial = nextSerial()
        return RequestScript(
            method: "INVITE", uri: number.contains(":") ? number : "sip:\(number)@\(Self.domain)",
            from: "<\(fromURI)>;tag=caller\(serial)",
            to: "<" + (number.contains(":") ? number : "sip:\(number)@\(Self.domain)") + ">",
            callID: "call-\(serial)@\(caller.name)", branch: "z9hG4bK-\(caller.name)-\(serial)",
            contact: caller.contact, headers: headers)
    }

    /// The same for a request other than INVITE.
    func request(_ method: String, _ number: String, from caller: Peer = Sample.caller) -> RequestScript {
        var script = invite(number, from: caller)
        script.method = method
        return script
    }

    /// Sends the INVITE of a new call.
    @discardableResult
    func call(
        _ number: String, from caller: Peer = Sample.caller, fromURI: String = "sip:0901111222@peer.example",
        headers: [String] = []
    ) -> RequestScript {
        let script = invite(number, from: caller, fromURI: fromURI, headers: headers)
        send(script, from: caller)
        return script
    }

    /// Takes the final response of a failed call and acknowledges it.
    @discardableResult
    func expectFailure(
        _ status: Int, of call: RequestScript, _ caller: Peer = Sample.caller,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> SIPMessage {
        let response = try expect(caller, String(status), sourceLocation: sourceLocation)
        send(call.acknowledgement(of: response), from: caller)
        return response
    }

    /// The phone is cancelled: it says 200 to the CANCEL and 487 to the INVITE, and gets its ACK.
    @discardableResult
    func expectCancel(
        _ phone: Peer, of invite: SIPMessage, sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> SIPMessage {
        let cancel = try expect(phone, "CANCEL", sourceLocation: sourceLocation)
        #expect(cancel.value(.callID) == invite.value(.callID), sourceLocation: sourceLocation)
        #expect(cancel.topVia?.branch == invite.topVia?.branch, sourceLocation: sourceLocation)
        #expect(cancel.requestURIText == invite.requestURIText, sourceLocation: sourceLocation)
        reply(phone, 200, to: cancel)
        reply(phone, 487, to: invite)
        try expect(phone, "ACK", sourceLocation: sourceLocation)
        return cancel
    }

    /// The caller gives up, and hears that this was understood.
    func giveUp(
        _ call: RequestScript, _ caller: Peer = Sample.caller, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        send(call.cancel, from: caller)
        try expect(caller, "200", sourceLocation: sourceLocation)
    }

    /// The phone rings, and the caller hears it. Without an `invite` it is the next that reaches the phone.
    @discardableResult
    func ring(
        _ phone: Peer, _ invite: SIPMessage? = nil, heardBy caller: Peer = Sample.caller,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> SIPMessage {
        let invite = try invite ?? expect(phone, "INVITE", sourceLocation: sourceLocation)
        reply(phone, 180, to: invite)
        try expect(caller, "180", sourceLocation: sourceLocation)
        return invite
    }

    /// The phone fails the call, and gets its ACK. Without an `invite` it is the next that reaches the phone.
    func fail(
        _ phone: Peer, _ status: Int, _ invite: SIPMessage? = nil, headers: [String] = [],
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let invite = try invite ?? expect(phone, "INVITE", sourceLocation: sourceLocation)
        reply(phone, status, to: invite, headers: headers)
        try expect(phone, "ACK", sourceLocation: sourceLocation)
    }

    /// The phone fails the call, which goes on elsewhere, as the caller is told.
    func divert(
        _ phone: Peer, _ status: Int, _ invite: SIPMessage? = nil, headers: [String] = [],
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        try fail(phone, status, invite, headers: headers, sourceLocation: sourceLocation)
        try expect(Sample.caller, "181", sourceLocation: sourceLocation)
    }

    /// Whoever calls the number now is told that nobody can be reached.
    func expectUnavailable(_ number: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        try expectFailure(480, of: call(number), sourceLocation: sourceLocation)
    }

    /// The phone is busy, and that is what the caller is told: the end of a call that was about something else.
    @discardableResult
    func endAsBusy(
        _ call: RequestScript, at phone: Peer, _ invite: SIPMessage? = nil, heardBy caller: Peer = Sample.caller,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> SIPMessage {
        try fail(phone, 486, invite, sourceLocation: sourceLocation)
        return try expectFailure(486, of: call, caller, sourceLocation: sourceLocation)
    }

    /// The phone answers; the caller gets the 200 and acknowledges it. Without an `invite` it is the next that reaches
    /// the phone.
    @discardableResult
    func answer(
        _ phone: Peer, _ invite: SIPMessage? = nil, of call: RequestScript, _ caller: Peer = Sample.caller,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> (caller: Dialog, called: Dialog) {
        let invite = try invite ?? expect(phone, "INVITE", sourceLocation: sourceLocation)
        let response = try #require(reply(phone, 200, to: invite, body: "v=0\r\n"), sourceLocation: sourceLocation)
        let received = try expect(caller, "200", sourceLocation: sourceLocation)
        var dialog = Dialog(callerOf: call, caller, received)
        send(dialog.request("ACK"), from: caller)
        try expect(phone, "ACK", sourceLocation: sourceLocation)
        return (dialog, Dialog(calledBy: invite, phone, response))
    }

    /// A request other than INVITE goes all the way, and its response comes back.
    ///
    /// - Returns: the request as it has arrived.
    @discardableResult
    func relay(
        _ request: RequestScript, from sender: Peer = Sample.caller, to receiver: Peer, answeredBy status: Int = 200,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> SIPMessage {
        send(request, from: sender)
        let reached = try expect(receiver, request.method, sourceLocation: sourceLocation)
        reply(receiver, status, to: reached)
        try expect(sender, String(status), sourceLocation: sourceLocation)
        return reached
    }

    /// Lets time pass, at whose very last millisecond something may come to these peers, and nothing before.
    func wait(
        _ milliseconds: Int64, withNothingFor peers: Peer..., sourceLocation: SourceLocation = #_sourceLocation
    ) {
        wait(milliseconds - 1)
        for peer in peers { expectNothing(peer, sourceLocation: sourceLocation) }
        wait(1)
    }

    /// The only record, which tells the decisions of the only call.
    func decisions(sourceLocation: SourceLocation = #_sourceLocation) throws -> [Decision] {
        try #require(records.count == 1, "\(records.count) records", sourceLocation: sourceLocation)
        return records[0].decisions
    }

    /// Calls as one of our numbers: challenged first, then with the password. `then` gets the second INVITE.
    ///
    /// - Parameter realm: how the phone writes it.
    @discardableResult
    func authenticate(
        _ number: String, from phone: Peer, fromURI: String, as username: String, password: String,
        headers: [String] = [], realm: String = "realm=\"\(Sample.realm)\"",
        sourceLocation: SourceLocation = #_sourceLocation, then: (RequestScript) throws -> Void
    ) throws -> RequestScript {
        var call = call(number, from: phone, fromURI: fromURI, headers: headers)
        let challenge = try expectFailure(407, of: call, phone, sourceLocation: sourceLocation)
        let offer = try #require(challenge.headers(named: "Proxy-Authenticate").first, sourceLocation: sourceLocation)
        call.branch += "-again"
        call.cseq += 1
        let digest = Sample.digest(
            offer, method: "INVITE", uri: call.uri, username: username, password: password)
        call.headers.append(
            "Proxy-Authorization: " + digest.replacing("realm=\"\(Sample.realm)\"", with: realm))
        send(call, from: phone)
        try then(call)
        return call
    }

    /// The same, and what has reached the other side of it.
    func authenticatedCall(
        _ number: String, from phone: Peer, as username: String, password: String, at target: Peer,
        headers: [String] = [], sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> (RequestScript, SIPMessage) {
        var reached: SIPMessage?
        let call = try authenticate(
            number, from: phone, fromURI: "sip:\(username)@\(Self.domain)", as: username, password: password,
            headers: headers, sourceLocation: sourceLocation
        ) { _ in
            reached = try expect(target, "INVITE", sourceLocation: sourceLocation)
        }
        return (call, try #require(reached, sourceLocation: sourceLocation))
    }
}
