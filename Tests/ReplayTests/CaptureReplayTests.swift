import Foundation
import Replay
import Testing

@Suite struct CaptureReplayTests {
    @Test(
        "captures of real devices go through, and nothing changes that nobody had to change",
        arguments: [
            ("sip.pcap", "81 messages: 51 passed unchanged, 0 with another status, 30 taken in"),
            ("sip_hello.pcapng", "8 messages: 8 passed unchanged, 0 with another status, 0 taken in"),
            (
                "FAX-Call-t38-CA-TDM-SIP-FB-1.pcap",
                "92 messages: 50 passed unchanged, 0 with another status, 42 taken in"
            ),
        ])
    func realDevices(_ name: String, _ tally: String) throws {
        guard let path = Corpora.file("pcap/" + name) else { return }
        let result = CaptureReplay.run(try CaptureReader.read(path: path), title: name)
        #expect(result.failures == [])
        #expect(result.remarks == [])
        #expect(result.tally?.description == tally + ", 0 answered here, 0 left out")
    }
}
