import Directory
import SIPMessage
import SIPTransaction
import Testing

@testable import CallRouting

@Suite("Registrar: bindings (RFC 3261 §10.3)")
struct RegistrarTests {
    @Test("A contact is bound for the default hour, with the Call-ID and CSeq of its request")
    func plain() throws {
        var phone = RegisteringPhone()
        let answer = try phone.register("Contact: <sip:bob@192.0.2.7>", "User-Agent: Desk/1.0")
        #expect(answer.status == 200 && answer.isChange)
        #expect(
            answer.headers == ["Contact: <sip:bob@192.0.2.7>;expires=3600", "Date: Tue, 14 Nov 2023 22:13:20 GMT"])
        #expect(
            phone.bindings == [
                Binding(
                    contact: "sip:bob@192.0.2.7", callID: "phone@192.0.2.7", cseq: 1,
                    expiresAt: phone.now.milliseconds + 3_600_000, userAgent: "Desk/1.0")
            ])
    }

    @Test("Without Contact the bindings are told with what is left of them, and nothing changes")
    func fetch() throws {
        var phone = RegisteringPhone()
        #expect(try phone.register().contacts.isEmpty)
        try phone.register("Contact: <sip:a@192.0.2.7>;q=0.5;expires=600", "Contact: <sip:b@192.0.2.7>;expires=90")
        phone.now = phone.now + .milliseconds(29_500)
        let answer = try phone.register()
        #expect(!answer.isChange)
        #expect(answer.contacts == ["<sip:b@192.0.2.7>;expires=61", "<sip:a@192.0.2.7>;q=0.5;expires=571"])
    }

    @Test("What has expired is neither told nor kept")
    func expiry() throws {
        var phone = RegisteringPhone()
        try phone.register("Contact: <sip:a@192.0.2.7>;expires=60, <sip:b@192.0.2.7>;expires=120")
        phone.now = phone.now + .seconds(60)
        #expect(try phone.register().contacts == ["<sip:b@192.0.2.7>;expires=60"])
        try phone.register("Contact: <sip:c@192.0.2.7>")
        #expect(phone.bindings.map(\.contact) == ["sip:c@192.0.2.7", "sip:b@192.0.2.7"])
    }

    @Test("Several contacts in one line and in several are all bound, the response lists each on a line")
    func several() throws {
        var phone = RegisteringPhone()
        let answer = try phone.register(
            "Contact: \"A, b\" <sip:a@192.0.2.7>, <sip:b@192.0.2.7>;x=\"1,2\";q=0.3", "m: sip:c@192.0.2.7;expires=300")
        #expect(
            answer.contacts == [
                "<sip:a@192.0.2.7>;expires=3600", "<sip:c@192.0.2.7>;expires=300",
                "<sip:b@192.0.2.7>;q=0.3;expires=3600;x=\"1,2\"",
            ])
        #expect(phone.bindings.count == 3)
    }

    @Test(
        "The time is the contact's, else the Expires header's, cut to the maximum",
        arguments: [
            ("Contact: <sip:a@b.test>;expires=100", "Expires: 200", 100),
            ("Contact: <sip:a@b.test>", "Expires: 200", 200),
            ("Contact: <sip:a@b.test>", "X-Other: 1", 3600),
            ("Contact: <sip:a@b.test>;expires=99999", "X-Other: 1", 7200),
            ("Contact: <sip:a@b.test>", "Expires: 99999999999999999999999", 7200),
            ("Contact: <sip:a@b.test>;expires=soon", "Expires: 200", 3600),
            ("Contact: <sip:a@b.test>;expires", "Expires: 200", 3600),
            ("Contact: <sip:a@b.test>", "Expires: Thu, 01 Dec 1994 16:00:00 GMT", 3600),
            ("Contact: <sip:a@b.test>;expires=\"100\"", "Expires: 200", 3600),
            ("Contact: <sip:a@b.test>;EXPIRES=0060", "Expires: 200", 60),
        ])
    func interval(contact: String, header: String, granted: Int) throws {
        var phone = RegisteringPhone()
        let answer = try phone.register(contact, header)
        #expect(answer.contacts == ["<sip:a@b.test>;expires=\(granted)"])
        #expect(phone.bindings[0].expiresAt == phone.now.milliseconds + Int64(granted) * 1000)
    }

    @Test("An interval below the minimum is refused with Min-Expires, and nothing is changed")
    func tooBrief() throws {
        var phone = RegisteringPhone()
        let answer = try phone.register("Contact: <sip:a@b.test>, <sip:b@b.test>;expires=59")
        #expect(answer.status == 423 && answer.headers == ["Min-Expires: 60"])
        #expect(phone.bindings.isEmpty)
        #expect(try phone.register("Contact: <sip:a@b.test>;expires=60").status == 200)
    }

    @Test("An hour is never too brief")
    func hour() throws {
        var phone = RegisteringPhone()
        var settings = Registrar.Settings()
        settings.minimumExpires = 5000
        phone.registrar = Registrar(settings: settings)
        #expect(try phone.register("Contact: <sip:a@b.test>;expires=3600").status == 200)
        #expect(try phone.register("Contact: <sip:a@b.test>;expires=3599").headers == ["Min-Expires: 3600"])
    }

    @Test("Zero removes a contact; removing one that is not there changes nothing")
    func removal() throws {
        var phone = RegisteringPhone()
        try phone.register("Contact: <sip:a@b.test>, <sip:b@b.test>")
        let answer = try phone.register("Contact: <sip:a@b.test>;expires=0")
        #expect(answer.contacts == ["<sip:b@b.test>;expires=3600"])
        let again = try phone.register("Contact: <sip:nobody@b.test>", "Expires: 0")
        #expect(again.status == 200 && !again.isChange && again.contacts.count == 1)
        let last = try phone.register("Contact: <sip:b@b.test>", "Expires: 0")
        #expect(last.isChange && last.contacts.isEmpty && phone.bindings.isEmpty)
    }

    @Test("Higher q comes first, of the same q the one registered last")
    func order() throws {
        var phone = RegisteringPhone()
        try phone.register("Contact: <sip:a@b.test>;q=0.5, <sip:b@b.test>;q=0.5, <sip:c@b.test>;q=0.7")
        #expect(phone.bindings.map(\.contact) == ["sip:c@b.test", "sip:a@b.test", "sip:b@b.test"])
        try phone.register("Contact: <sip:b@b.test>;q=0.5")
        #expect(phone.bindings.map(\.contact) == ["sip:c@b.test", "sip:b@b.test", "sip:a@b.test"])
        try phone.register("Contact: <sip:d@b.test>")
        #expect(phone.bindings.map(\.q) == [1000, 700, 500, 500])
    }

    @Test(
        "q has up to three decimals and is told in its shortest form",
        arguments: [
            ("0", ";q=0"), ("1", ""), ("0.", ";q=0"), ("1.000", ""), ("0.5", ";q=0.5"), ("0.500", ";q=0.5"),
            ("0.05", ";q=0.05"), ("0.123", ";q=0.123"), ("0.999", ";q=0.999"), ("0.000", ";q=0"),
        ])
    func q(given: String, told: String) throws {
        var phone = RegisteringPhone()
        #expect(
            try phone.register("Contact: <sip:a@b.test>;q=\(given)").contacts == ["<sip:a@b.test>\(told);expires=3600"])
    }

    @Test("A q that is none is refused", arguments: ["2", "1.001", "0.1234", "-1", ".5", "0,5", "\"0.5\"", "00"])
    func badQ(given: String) throws {
        var phone = RegisteringPhone()
        #expect(try phone.register("Contact: <sip:a@b.test>;q=\(given)").status == 400)
        #expect(phone.bindings.isEmpty)
    }

    @Test("A contact is the same under RFC 3261's comparison, and takes the new text")
    func equivalence() throws {
        var phone = RegisteringPhone()
        try phone.register("Contact: <sip:%61lice@B.test;x=1>")
        try phone.register("Contact: <sip:alice@b.TEST>;expires=100")
        #expect(phone.bindings.map(\.contact) == ["sip:alice@b.TEST"])
        #expect(phone.bindings[0].cseq == 2)
        for other in [
            "sip:Alice@b.test", "sip:alice@b.test:5060", "sip:alice@b.test;transport=tcp", "sips:alice@b.test",
            "sip:alice@b.test?X=1", "sip:alice@b.test?X=2", "sip:alice@b.test?X=1&Y=2",
        ] {
            try phone.register("Contact: <\(other)>")
        }
        #expect(phone.bindings.count == 8)
        try phone.register("Contact: <sip:alice@b.test?y=2&x=1>;expires=0")
        #expect(phone.bindings.count == 7)
    }

    @Test("At most ten contacts: one more is refused, a refresh or an exchange is not")
    func tooMany() throws {
        var phone = RegisteringPhone()
        let ten = (0..<10).map { "<sip:phone\($0)@b.test>" }.joined(separator: ", ")
        #expect(try phone.register("Contact: \(ten)").contacts.count == 10)
        let refused = try phone.register("Contact: <sip:eleventh@b.test>")
        #expect(refused.status == 403 && refused.reason == "Too Many Contacts")
        #expect(phone.bindings.count == 10)
        #expect(try phone.register("Contact: <sip:phone3@b.test>").status == 200)
        #expect(try phone.register("Contact: <sip:phone3@b.test>;expires=0, <sip:eleventh@b.test>").status == 200)
        #expect(phone.bindings.count == 10)
        let flood = (0..<2000).map { "<sip:x\($0)@b.test>" }.joined(separator: ",")
        #expect(try phone.register("Contact: \(flood)").status == 403)
    }

    @Test("A limit that was lowered leaves a number what it has")
    func loweredLimit() throws {
        var phone = RegisteringPhone()
        try phone.register("Contact: <sip:a@b.test>, <sip:b@b.test>, <sip:c@b.test>")
        var settings = Registrar.Settings()
        settings.maximumContacts = 1
        phone.registrar = Registrar(settings: settings)
        #expect(try phone.register("Contact: <sip:b@b.test>").status == 200)
        #expect(try phone.register("Contact: <sip:d@b.test>").status == 403)
        #expect(phone.bindings.count == 3)
    }

    @Test("The same contact twice in a request: the last holds")
    func twice() throws {
        var phone = RegisteringPhone()
        try phone.register("Contact: <sip:a@b.test>;q=0.1, <sip:a@b.test>;q=0.2;expires=100")
        #expect(phone.bindings.map(\.q) == [200])
        try phone.register("Contact: <sip:a@b.test>, <sip:a@b.test>;expires=0")
        #expect(phone.bindings.isEmpty)
    }
}
