import SIPMessage
import Testing

/// The examples of RFC 3261 §19.1.4, and what follows from its rules.
@Suite struct SIPURIEquivalenceTests {
    private func areEquivalent(_ one: String, _ other: String) throws -> Bool {
        let one = try #require(SIPURI(one))
        let other = try #require(SIPURI(other))
        let result = one.isEquivalent(to: other)
        #expect(other.isEquivalent(to: one) == result, "the order must not matter")
        return result
    }

    @Test(
        "equivalent",
        arguments: [
            ("sip:%61lice@atlanta.com;transport=TCP", "sip:alice@AtLanTa.CoM;Transport=tcp"),
            ("sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5"),
            ("sip:carol@chicago.com", "sip:carol@chicago.com;security=on"),
            ("sip:carol@chicago.com;newparam=5", "sip:carol@chicago.com;security=on"),
            (
                "sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com",
                "sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com"
            ),
            (
                "sip:alice@atlanta.com?subject=project%20x&priority=urgent",
                "sip:alice@atlanta.com?priority=urgent&subject=project%20x"
            ),
            ("sip:a@[2001:DB8:0::1]", "sip:a@[2001:db8::1]"), ("sip:a%2cb@c", "sip:a%2Cb@c"), ("SIP:a@b", "sip:a@b"),
            ("sip:a@b;x=1;x=2", "sip:a@b;x=1;x=2"), ("tel:1;x=1;x=2", "tel:1;x=1;x=2"),
            ("tel:+81-50-1234", "TEL:+81.50(1234)"), ("tel:1;phone-context=A.b;ext=5", "tel:1;EXT=5;phone-context=a.B"),
        ])
    func equivalent(_ one: String, _ other: String) throws { #expect(try areEquivalent(one, other)) }

    @Test(
        "not equivalent",
        arguments: [
            ("SIP:ALICE@AtLanTa.CoM;Transport=udp", "sip:alice@AtLanTa.CoM;Transport=UDP"),
            ("sip:bob@biloxi.com", "sip:bob@biloxi.com:5060"),
            ("sip:bob@biloxi.com", "sip:bob@biloxi.com:6000;transport=tcp"),
            ("sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp"),
            ("sip:carol@chicago.com", "sip:carol@chicago.com?Subject=next%20meeting"),
            ("sip:bob@phone21.boxesbybob.com", "sip:bob@192.0.2.4"),
            ("sip:carol@chicago.com;security=on", "sip:carol@chicago.com;security=off"),
            ("sip:a@b", "sips:a@b"), ("sip:a@b", "sip:b"), ("sip:a:p@b", "sip:a@b"), ("sip:a:p@b", "sip:a:P@b"),
            ("sip:a;b@c", "sip:a%3Bb@c"), ("sip:%00@h", "sip:%00%00@h"), ("sip:a@b;maddr=c", "sip:a@b"),
            ("sip:a@b;user=phone", "sip:a@b"), ("sip:a@b;ttl=1", "sip:a@b"), ("sip:a@b;method=INVITE", "sip:a@b"),
            ("sip:a@b;method=INVITE", "sip:a@b;method=invite"), ("sip:a@b?x=y&x=y", "sip:a@b?x=y&x=z"),
            ("tel:1001", "tel:1002"), ("tel:1001", "tel:1001;ext=5"), ("name:John", "name:John"),
        ])
    func different(_ one: String, _ other: String) throws { #expect(try !areEquivalent(one, other)) }
}
