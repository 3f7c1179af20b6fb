import Directory
import SIPMessage
import Testing

@testable import CallRouting

/// What tests do again and again: calls, answers, ends.
extension RouterBench {
    /// An INVITE of a stranger with a number of its own.
    func invite(
        _ number: String, from caller: Peer, fromURI: String = "sip:0901111222@peer.example", headers: [String] = []
    ) -> RequestScript {
        let serial = nextSerial()
        return RequestScript(
            method: "INVITE", uri: number.contains(":") ? number : "sip:\(number)@\(Self.domain)",
            from: "<\(fromURI)>;tag=caller\(serial)",
            to: "<" + (number.contains(":") ? number : "sip:\(number)@\(Self.domain)") + ">",
            callID: "call-\(serial)@\(caller.name)", branch: "z9hG4bK-\(caller.name)-\(serial)",
            contact: caller.contact, headers: headers)
    }

    /// Sends the INVITE of a new call.
    @discardableResult
    func call(
        _ number: String, from caller: Peer, fromURI: String = "sip:0901111222@peer.example", headers: [String] = []
    ) -> RequestScript {
        let script = invite(number, from: caller, fromURI: fromURI, headers: headers)
        send(script, from: caller)
        return script
    }

    /// Takes the final response of a failed call and acknowledges it.
    @discardableResult
    func expectFailure(
        _ status: Int, of call: RequestScript, _ caller: Peer, sourceLocation: SourceLocation = #_sourceLocation
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

    /// The phone fails the call, and gets its ACK.
    func fail(
        _ phone: Peer, _ status: Int, _ invite: SIPMessage, headers: [String] = [],
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        reply(phone, status, to: invite, headers: headers)
        try expect(phone, "ACK", sourceLocation: sourceLocation)
    }

    /// The phone answers; the caller gets the 200 and acknowledges it.
    func answer(
        _ phone: Peer, _ invite: SIPMessage, of call: RequestScript, _ caller: Peer,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> (caller: Dialog, called: Dialog) {
        let response = try #require(reply(phone, 200, to: invite, body: "v=0\r\n"), sourceLocation: sourceLocation)
        let received = try expect(caller, "200", sourceLocation: sourceLocation)
        var dialog = Dialog(callerOf: call, caller, received)
        send(dialog.request("ACK"), from: caller)
        try expect(phone, "ACK", sourceLocation: sourceLocation)
        return (dialog, Dialog(calledBy: invite, phone, response))
    }

    /// The only record, which tells the decisions of the only call.
    func decisions(sourceLocation: SourceLocation = #_sourceLocation) throws -> [Decision] {
        try #require(records.count == 1, "\(records.count) records", sourceLocation: sourceLocation)
        return records[0].decisions
    }

    /// Calls as one of our numbers: challenged first, then with the password. `then` gets the second INVITE.
    @discardableResult
    func authenticate(
        _ number: String, from phone: Peer, fromURI: String, as username: String, password: String,
        headers: [String] = [], sourceLocation: SourceLocation = #_sourceLocation,
        then: (RequestScript) throws -> Void
    ) throws -> RequestScript {
        var call = call(number, from: phone, fromURI: fromURI, headers: headers)
        let challenge = try expectFailure(407, of: call, phone, sourceLocation: sourceLocation)
        let offer = try #require(challenge.headers(named: "Proxy-Authenticate").first, sourceLocation: sourceLocation)
        call.branch += "-again"
        call.cseq += 1
        let digest = Sample.digest(
            offer, method: "INVITE", uri: call.uri, username: username, password: password)
        call.headers.append("Proxy-Authorization: \(digest)")
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
