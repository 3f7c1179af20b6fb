import SIPMessage
import Testing

@Suite struct LibosipSilenceTests {
    @Test("a malformed value prints nothing: what a peer sends must not fill our output")
    func silence() async {
        let result = await #expect(
            processExitsWith: .success, observing: [\.standardOutputContent, \.standardErrorContent]
        ) {
            for text in ["sip:", "sip:@", "sip:a@b;;x=", "sip:a@[::1", "sip:a@b:x?y", "sip:%zz%@%;=;%00"] {
                _ = SIPURI(text)
            }
            for text in ["SIP/2.0", "SIP/2.0/UDP", "SIP/2.0/UDP h;;,;,,", "SIP/2.0/UDP [::1;x", "SIP//// h:;"] {
                let bytes = Array(text.utf8)
                _ = Via(bytes, bytes.indices)
            }
        }
        #expect(result.map { String(decoding: $0.standardOutputContent, as: UTF8.self) } == "")
        #expect(result.map { String(decoding: $0.standardErrorContent, as: UTF8.self) } == "")
    }
}
