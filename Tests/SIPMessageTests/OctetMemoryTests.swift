import Testing

@testable import SIPMessage

@Suite("What is remembered or read the short way")
struct OctetMemoryTests {
    @Test(
        "A URI is the same whether it is read, read by its parts or remembered",
        arguments: [
            "sip:127.0.0.1:5060;lr;tsu=p-0123456789abcdef", "sip:h;tsu=p-0123456789abcdef;lr",
            "sip:alice@h:5060;transport=tcp;x=0123456789abcdefgh", "sip:h;x=0123456789%41bcdefgh",
            "sip:h;x=0123456789abcdefgh?Subject=a", "sip:h;=0123456789abcdefgh", "sip:h;x=0123456789abcdefgh;",
            "sip:h?a=b;x=0123456789abcdefgh", "sip:;x=0123456789abcdefgh", "sip:a;b@h;x=0123456789abcdefgh",
            "sip:[2001:db8::1]:5061;x=0123456789abcdefgh", "tel:+81;x=0123456789abcdefgh", "SIP:h;lr",
        ])
    func uri(text: String) {
        let bytes = Array("<\(text)>".utf8)
        let range = 1..<(bytes.count - 1)
        let fresh = SIPURI(bytes, range)
        var memory = URIMemory(capacity: 16)
        #expect(memory.uri(bytes, range) == fresh)
        #expect(memory.uri(bytes, range) == fresh)
        #expect(memory.isURI(bytes, range) == (fresh != nil))
        if let plain = memory.plainURI(bytes, range, with: "tsu"), let fresh {
            #expect(plain.head.host == fresh.host)
            #expect(plain.isLooseRouter == fresh.isLooseRouter)
            #expect(plain.value.map { String(decoding: bytes[$0], as: UTF8.self) } == fresh.parameter("tsu")?.value)
        }
    }

    @Test("A memory smaller than what it is asked gives each URI its own meaning")
    func eviction() {
        var memory = URIMemory(capacity: 2)
        for number in (0..<20).flatMap({ [$0, $0 / 2] }) {
            let bytes = Array("sip:\(number)@lab.test".utf8)
            #expect(memory.uri(bytes, bytes.indices)?.user == String(number))
        }
    }

    @Test(
        "A Via is the same whether its sender is remembered or not",
        arguments: [
            "SIP/2.0/UDP 192.0.2.1:5062;branch=z9hG4bKx;rport", "SIP/2.0/TCP h;received=192.0.2.9;maddr=224.2.0.1",
            "SIP/2.0/UDP h;branch=\"a;b\"", "SIP / 2.0 / UDP h : 5060 ; branch = x", "SIP/2.0/UDP h;branch=%41",
            "SIP/2.0/UDP [2001:db8::1]:5060;rport=99;branch=x", "SIP/2.0/UDP h;branch=a;branch=b", "SIP/2.0/UDP h",
            "SIP/3.0/UDP h;branch=x", "SIP/2.0/UDP ;branch=x", "SIP/2.0/UDP h;;branch=x", "SIP/2.0/UDP h;branch",
        ])
    func via(text: String) {
        let bytes = Array(text.utf8)
        let fresh = Via(bytes, bytes.indices)
        let whole = Via.parsedWhole(bytes, bytes.indices)
        #expect([whole?.sentBy, whole?.transport, whole?.branch] == [fresh?.sentBy, fresh?.transport, fresh?.branch])
        #expect([whole?.rport, whole?.received, whole?.maddr] == [fresh?.rport, fresh?.received, fresh?.maddr])
        var memory = SentByMemory(capacity: 16)
        for _ in 0..<2 {
            let via = Via(bytes, bytes.indices, remembering: &memory)
            #expect((via == nil) == (fresh == nil))
            #expect(via?.sentBy == fresh?.sentBy)
            #expect(via?.transport == fresh?.transport)
            #expect(via?.branch(in: bytes).map { String(decoding: $0, as: UTF8.self) } == fresh?.branch)
            #expect([via?.rport, via?.received, via?.maddr] == [fresh?.rport, fresh?.received, fresh?.maddr])
        }
    }

    @Test("An octet is found wherever it stands, and not beyond the end")
    func scan() {
        var errors = 0
        for count in 0..<40 {
            for place in 0..<max(count, 1) {
                var bytes = [UInt8](repeating: UInt8(ascii: "a"), count: count)
                if place < count { bytes[place] = 0x0A }
                let text = bytes.span
                for start in 0...count {
                    let expected = place < count && place >= start ? place : nil
                    let found = text.firstPlace(of: 0x0A, from: start, to: count)
                    let below = text.firstPlace(below: 0x0E, from: start)
                    let short = text.firstPlace(of: 0x0A, from: start, to: place)
                    if found != expected || below != expected ?? count || short != nil { errors += 1 }
                }
            }
        }
        #expect(errors == 0)
    }
}
