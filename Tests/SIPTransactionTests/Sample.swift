import SIPMessage
import SIPTransaction

/// Messages between a peer at 192.0.2.7:5060 and us at 192.0.2.1:5060.
enum Sample {
    static let us = Endpoint(address: .v4(0xC000_0201), port: 5060)
    static let peer = Endpoint(address: .v4(0xC000_0207), port: 5060)

    static func flow(_ transport: TransportProtocol) -> Flow {
        Flow(
            transport: transport, local: us, remote: peer, connection: transport == .tcp ? ConnectionID(3) : nil)
    }

    static func hop(_ transport: TransportProtocol) -> Hop {
        Hop(transport: transport, remote: peer, local: us, connection: transport == .tcp ? ConnectionID(3) : nil)
    }

    static func request(
        _ method: String, branch: String?, transport: TransportProtocol = .udp, cseq: String? = nil,
        uri: String = "sip:bob@192.0.2.7", toTag: String? = nil, fromTag: String = "caller", host: String = "192.0.2.7",
        callID: String = "one@example.test", headers: String = ""
    ) -> [UInt8] {
        Array(
            """
            \(method) \(uri) SIP/2.0\r
            Via: SIP/2.0/\(transport.viaText) \(host):5060\(branch.map { ";branch=\($0)" } ?? "")\r
            Max-Forwards: 70\r
            From: <sip:alice@example.test>;tag=\(fromTag)\r
            To: <sip:bob@example.test>\(toTag.map { ";tag=\($0)" } ?? "")\r
            Call-ID: \(callID)\r
            CSeq: \(cseq ?? "1 \(method)")\r
            \(headers)Content-Length: 0\r
            \r

            """.utf8)
    }

    static func response(_ status: Int, _ method: String, branch: String, toTag: String = "callee") -> [UInt8] {
        Array(
            """
            SIP/2.0 \(status) Whatever\r
            Via: SIP/2.0/UDP 192.0.2.1:5060;branch=\(branch)\r
            Via: SIP/2.0/UDP 192.0.2.7:5060;branch=z9hG4bKpeer1\r
            From: <sip:alice@example.test>;tag=caller\r
            To: <sip:bob@example.test>;tag=\(toTag)\r
            Call-ID: one@example.test\r
            CSeq: 1 \(method)\r
            Content-Length: 0\r
            \r

            """.utf8)
    }
}
