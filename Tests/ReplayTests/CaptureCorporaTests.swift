import Foundation
import Replay
import Testing

/// Captures of real devices, which are not part of this repository: `TSUNAGI_CORPORA` names their folder, or they lie in
/// `../shared/corpora` beside the checkout.
enum Corpora {
    static func file(_ path: String) -> String? {
        let beside = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
            .appending(path: "../../../shared/corpora").standardizedFileURL.path
        let folder = ProcessInfo.processInfo.environment["TSUNAGI_CORPORA"] ?? beside
        guard FileManager.default.fileExists(atPath: folder) else {
            print("skipped: no corpora")
            return nil
        }
        return folder + "/" + path
    }
}

@Suite struct CaptureCorporaTests {
    // The numbers of messages are those that Wireshark's dissector finds. (It takes 27 of the RTP packets of the last one
    // for T.38, because the session description has just announced that.)
    @Test(
        "captures of real devices give every SIP message and say what the rest is",
        arguments: [
            (
                "sip.pcap", 81,
                "112 frames, 81 SIP messages (81 UDP, 0 TCP); skipped: 21 keep-alives (blank, CRLF or NUL), "
                    + "9 RTP packets, 1 RTCP packet"
            ),
            (
                "sip_hello.pcapng", 8,
                "30 frames, 8 SIP messages (8 UDP, 0 TCP); skipped: 22 datagrams of other protocols (T.38, DNS, ...)"
            ),
            (
                "FAX-Call-t38-CA-TDM-SIP-FB-1.pcap", 92,
                "1552 frames, 92 SIP messages (92 UDP, 0 TCP); skipped: 1330 RTP packets, "
                    + "130 datagrams of other protocols (T.38, DNS, ...)"
            ),
        ])
    func realDevices(_ name: String, _ count: Int, _ summary: String) throws {
        guard let path = Corpora.file("pcap/" + name) else { return }
        let result = try CaptureReader.read(path: path)
        #expect(result.messages.count == count)
        #expect(result.summary.description == summary)
        #expect(result.damage == nil)
    }

    @Test("every torture message of RFC 4475 is recognised in a datagram and comes out unchanged")
    func tortureMessages() throws {
        guard let folder = Corpora.file("rfc4475/messages") else { return }
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        let messages = try files.map { [UInt8](try Data(contentsOf: URL(filePath: folder + "/" + $0))) }
        var capture = TestCapture()
        for message in messages {
            capture.add(Wire.ethernet(Wire.ipv4(Wire.udp(message))))
        }
        #expect(messages.count == 49)
        #expect(try capture.read().messages.map(\.bytes) == messages)
    }
}
