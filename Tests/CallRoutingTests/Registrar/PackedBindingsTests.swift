import Directory
import Testing

@testable import CallRouting

@Suite("Packed bindings")
struct PackedBindingsTests {
    @Test("What is packed comes out as it was, in its order")
    func roundTrip() {
        let bindings = [
            Binding(contact: "sip:a@b.test", callID: "1", cseq: 0, expiresAt: 100),
            Binding(
                contact: "sip:b@b.test;x=\"é\"", parameters: ";+sip.instance=\"<urn:x>\"", q: 0, callID: "", cseq: .max,
                expiresAt: .max, received: "tcp:[2001:db8::1]:5060", path: ["<sip:p1.test;lr>", "", "<sip:p2.test>"],
                userAgent: "電話"),
            Binding(
                contact: String(repeating: "x", count: 70_000), q: 999, callID: "3", cseq: 3, expiresAt: 101,
                received: "", userAgent: ""),
        ]
        let packed = PackedBindings(bindings)
        #expect(packed.count == 3)
        #expect(packed.bindings() == bindings)
        #expect([0, 99, 100, 101].map(packed.count(expiringAfter:)) == [3, 3, 2, 1])
        #expect(!packed.hasExpired(at: 99) && packed.hasExpired(at: 100))
        #expect(PackedBindings([]).bindings().isEmpty)
    }
}
