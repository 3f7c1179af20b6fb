import HTTPTypes
import Testing

@testable import Portal

@Suite struct ProxyTrustTests {
    private let near: @Sendable (String) -> Bool = { $0.hasPrefix("10.") }

    private func origin(_ header: ProxyTrust.Header, _ fields: [(String, String)], from peer: String = "10.0.0.1")
        -> ProxyTrust.Origin
    {
        var headers = HTTPFields()
        for (name, value) in fields {
            if let name = HTTPField.Name(name) { headers.append(HTTPField(name: name, value: value)) }
        }
        return ProxyTrust(header, isProxy: near).origin(of: headers, from: peer)
    }

    @Test("nobody but a proxy is believed")
    func strangers() {
        let claim = [("X-Forwarded-For", "192.0.2.1"), ("X-Forwarded-Proto", "https")]
        #expect(origin(.xForwarded, claim, from: "203.0.113.9") == .init(address: "203.0.113.9", isSecure: nil))
    }

    @Test("the last address that is no proxy counts, over several lines too")
    func chain() {
        let fields = [("X-Forwarded-For", "192.0.2.66, 192.0.2.1"), ("X-Forwarded-For", "10.0.0.7")]
        #expect(origin(.xForwarded, fields).address == "192.0.2.1")
        #expect(origin(.xForwarded, [("X-Forwarded-For", "10.0.0.8, 10.0.0.7")]).address == "10.0.0.8")
        #expect(origin(.xForwarded, [("X-Forwarded-For", "192.0.2.1,,")]).address == "192.0.2.1")
        #expect(origin(.xForwarded, []).address == "10.0.0.1")
    }

    @Test("the scheme is the one that the nearest proxy was asked by")
    func scheme() {
        #expect(origin(.xForwarded, [("X-Forwarded-Proto", "http, HTTPS")]).isSecure == true)
        #expect(origin(.xForwarded, [("X-Forwarded-Proto", "http")]).isSecure == false)
        #expect(origin(.xForwarded, []).isSecure == nil)
    }

    @Test("RFC 7239 is read with its quotes and ports")
    func forwarded() {
        let told = origin(.forwarded, [("Forwarded", "for=192.0.2.9, For=\"[2001:db8::7]:4711\"; Proto=https;by=x")])
        #expect(told == .init(address: "2001:db8::7", isSecure: true))
        #expect(origin(.forwarded, [("X-Forwarded-For", "192.0.2.1")]).address == "10.0.0.1")
    }
}
