import Testing

@testable import SIPMessage

@Suite("The value of an Authorization header (RFC 3261 §25.1 credentials)")
struct AuthorizationParametersTests {
    private func read(_ value: [UInt8]) -> AuthorizationParameters? {
        // What stands around it in a message is not read.
        let octets = Array("Authorization: ".utf8) + value + Array("\r\n\"".utf8)
        return AuthorizationParameters(octets, 15..<15 + value.count)
    }

    @Test("Tokens, quoted strings and what has escapes in it are read, names in any case")
    func spelling() throws {
        let value = #"Digest Username = "a\"b\\" ,nc=00000001,opaque="",URI=sip:lab.test"#
        let parameters = try #require(read(Array(value.utf8)))
        #expect(parameters["username"] == #"a"b\"#)
        #expect(parameters["nc"] == "00000001")
        #expect(parameters["opaque"] == "")
        #expect(parameters["uri"] == "sip:lab.test")
        #expect(parameters["qop"] == nil)
    }

    @Test("The scheme is known in any case, and only whole")
    func scheme() {
        for (value, isDigest) in [
            ("Digest a=b", true), ("dIGEST\ta=b", true), ("Digest", true), ("Digests a=b", false), ("Basic a", false),
            ("", false),
        ] {
            let octets = Array(value.utf8)
            #expect(AuthorizationParameters.isScheme("digest", of: octets, 0..<octets.count) == isDigest, "\(value)")
        }
    }

    @Test(
        "What has no end, no name, no value or a name twice is malformed",
        arguments: [
            "", "Digest", "Digest ", "=a", "Digest =b", "Digest a", "Digest a=", "Digest a=b,", "Digest a=b c=d",
            #"Digest a=b"c"#, #"Digest a=""#, #"Digest a="\"#, #"Digest a="\""#, #"Digest a="b"c"#, "Digest a=b, A=c",
        ])
    func malformed(value: String) { #expect(read(Array(value.utf8)) == nil) }

    @Test("Text that is not UTF-8 is malformed, other text is not")
    func encoding() throws {
        let start = Array("Digest username=\"".utf8)
        #expect(read(start + [0xE7, 0xB9, 0x22]) == nil)
        let parameters = try #require(read(start + Array("繋ぎ\"".utf8)))
        #expect(parameters["username"] == "繋ぎ")
    }

    @Test("More parameters than anybody has are malformed: to compare thousands with each other would take long")
    func many() {
        func value(of count: Int) -> [UInt8] {
            Array(("Digest " + (0..<count).map { "p\($0)=1" }.joined(separator: ",")).utf8)
        }
        #expect(read(value(of: 64))?["p63"] == "1")
        #expect(read(value(of: 65)) == nil)
    }
}
