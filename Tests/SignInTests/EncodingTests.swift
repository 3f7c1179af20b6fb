import Testing

@testable import SignIn

@Suite("Encodings")
struct EncodingTests {
    /// RFC 4648 §10, without padding.
    @Test(
        "the test vectors of RFC 4648 come out, and go back in",
        arguments: [
            ("", "", ""), ("f", "Zg", "MY"), ("fo", "Zm8", "MZXQ"), ("foo", "Zm9v", "MZXW6"),
            ("foob", "Zm9vYg", "MZXW6YQ"), ("fooba", "Zm9vYmE", "MZXW6YTB"), ("foobar", "Zm9vYmFy", "MZXW6YTBOI"),
        ])
    func vectors(plain: String, base64: String, base32: String) {
        let octets = Array(plain.utf8)
        #expect(BaseEncoding.base64.text(octets) == base64)
        #expect(BaseEncoding.base64URL.octets(base64) == octets)
        #expect(BaseEncoding.base32.text(octets) == base32)
        #expect(BaseEncoding.base32.octets(base32) == octets)
    }

    @Test("every length survives each alphabet")
    func roundTrips() {
        var generator = RepeatableGenerator()
        for encoding in [BaseEncoding.base32, .crockford, .base64, .base64URL] {
            for length in 0...70 {
                let octets = generator.octets(length)
                #expect(encoding.octets(encoding.text(octets)) == octets)
            }
        }
    }

    @Test(
        "what no encoder writes is not read: padding, impossible lengths, bits left over, other characters",
        arguments: ["Zg==", "Z", "Zh", "Zm9v\n", "Zm 9v", "Zm9+", "Zm9é"])
    func strict(text: String) {
        #expect(BaseEncoding.base64URL.octets(text) == nil)
    }

    @Test("the two base64 alphabets differ in their last two characters")
    func urlSafe() {
        #expect(BaseEncoding.base64.text([0xFB, 0xFF]) == "+/8")
        #expect(BaseEncoding.base64URL.text([0xFB, 0xFF]) == "-_8")
    }

    @Test(
        "only unreserved characters stay unescaped",
        arguments: [
            ("a b&c=d/e?f#g:h@é", "a%20b%26c%3Dd%2Fe%3Ff%23g%3Ah%40%C3%A9"), ("A-z_0.9~", "A-z_0.9~"), ("", ""),
        ])
    func percent(plain: String, escaped: String) {
        #expect(PercentEncoding.text(plain) == escaped)
        #expect(PercentEncoding.plain(escaped) == plain)
    }

    @Test("what is not our escaping is not read", arguments: ["%", "%4", "%zz", "%41", "%3a", "a b", "%FF", "é"])
    func strictPercent(text: String) {
        #expect(PercentEncoding.plain(text) == nil)
    }

    @Test("time stays at its ends instead of overflowing")
    func saturates() {
        #expect(Timestamp(milliseconds: .max) + .seconds(1) == Timestamp(milliseconds: .max))
        #expect(Timestamp(milliseconds: .min) + .seconds(-1) == Timestamp(milliseconds: .min))
        #expect(Timestamp(milliseconds: 0) + .seconds(Int64.max) == Timestamp(milliseconds: .max))
        #expect(Timestamp(milliseconds: 500) + .milliseconds(-1500) == Timestamp(milliseconds: -1000))
    }
}
