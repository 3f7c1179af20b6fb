import Directory
import SIPTransaction
import Testing

@testable import CallRouting

@Suite("Registrar: order of requests, all or nothing, and the wildcard (RFC 3261 §10.3)")
struct RegistrarOrderTests {
    @Test("A request that is late or comes twice changes nothing and fails", arguments: [1, 2] as [UInt32])
    func late(cseq: UInt32) throws {
        var phone = RegisteringPhone()
        phone.cseq = 2
        try phone.register("Contact: <sip:a@b.test>, <sip:b@b.test>;q=0.5")
        let before = phone.bindings
        phone.cseq = cseq
        let answer = try phone.register("Contact: <sip:new@b.test>, <sip:b@b.test>;expires=0")
        #expect(answer.status == 500 && answer.headers.isEmpty)
        #expect(phone.bindings == before)
        phone.cseq = cseq
        #expect(try phone.register("Contact: *", "Expires: 0").status == 500)
        #expect(phone.bindings == before)
    }

    @Test("Under another Call-ID every CSeq is newer")
    func otherCallID() throws {
        var phone = RegisteringPhone()
        phone.cseq = 900
        try phone.register("Contact: <sip:a@b.test>")
        phone.callID = "after-a-restart"
        phone.cseq = 1
        #expect(try phone.register("Contact: <sip:a@b.test>").status == 200)
        #expect(phone.bindings.map(\.callID) == ["after-a-restart"])
        #expect(phone.bindings[0].cseq == 1)
    }

    @Test("Only the contacts that are named have to be newer")
    func unrelated() throws {
        var phone = RegisteringPhone()
        phone.cseq = 5
        try phone.register("Contact: <sip:a@b.test>")
        phone.cseq = 4
        #expect(try phone.register("Contact: <sip:b@b.test>").status == 200)
        phone.cseq = 5
        #expect(try phone.register("Contact: <sip:a@b.test>").status == 500)
    }

    @Test(
        "One contact that can't be read refuses them all",
        arguments: [
            "<sip:b@b.test", "sip:b@b.test?Route=x", "<name:John_Smith>", "<tel:+815012345678>", "<http://b.test>",
            "Bob, Jr. <sip:b@b.test>", "<sip:b@b.test>;=", "\"Bob <sip:b@b.test>", "<>", "<sip:>", "<sip:b@b.test>;q",
        ])
    func allOrNothing(contact: String) throws {
        var phone = RegisteringPhone()
        try phone.register("Contact: <sip:old@b.test>")
        let before = phone.bindings
        #expect(try phone.register("Contact: <sip:a@b.test>", "Contact: \(contact)").status == 400)
        #expect(phone.bindings == before)
    }

    @Test("* with Expires 0 removes everything")
    func wildcard() throws {
        var phone = RegisteringPhone()
        try phone.register("Contact: <sip:a@b.test>, <sip:b@b.test>")
        let answer = try phone.register("Contact: *", "Expires: 0")
        #expect(answer.status == 200 && answer.isChange && answer.contacts.isEmpty)
        #expect(phone.bindings.isEmpty)
        let again = try phone.register("Contact: *", "Expires: 0")
        #expect(again.status == 200 && !again.isChange)
    }

    @Test(
        "* with anything else is refused",
        arguments: [
            ["Contact: *"], ["Contact: *", "Expires: 1"], ["Contact: *", "Expires: x"],
            ["Contact: *, <sip:a@b.test>", "Expires: 0"], ["Contact: *", "Contact: <sip:a@b.test>", "Expires: 0"],
            ["Contact: *", "Contact: *", "Expires: 0"], ["Contact: *;expires=0", "Expires: 0"],
        ])
    func badWildcard(lines: [String]) throws {
        var phone = RegisteringPhone()
        try phone.register("Contact: <sip:a@b.test>")
        #expect(try phone.register(lines.joined(separator: "\r\n")).status == 400)
        #expect(phone.bindings.count == 1)
    }

    @Test("A change that waits for the disk is built upon by the next phone's")
    func pending() throws {
        var changes = PendingChanges()
        let number = RegisteringPhone.number
        let first = BindingChange(
            number: number, bindings: [Binding(contact: "sip:a@b.test", callID: "1", cseq: 1, expiresAt: 1)])
        let second = BindingChange(number: number, bindings: [])
        #expect(changes.change(of: number) == nil)
        changes.began(first)
        #expect(changes.change(of: number) == first)
        changes.began(second)
        changes.ended(first)
        #expect(changes.change(of: number) == second)
        #expect(changes.count == 1)
        changes.ended(second)
        #expect(changes.change(of: number) == nil)
        changes.ended(second)
        #expect(changes.count == 0)
    }
}
