import Testing

@testable import SignIn

@Suite("TOTP")
struct TOTPTests {
    /// The secret of the RFCs' test vectors: "12345678901234567890".
    private let secret: TOTPSecret

    init() throws {
        secret = try TOTPSecret(octets: Array("12345678901234567890".utf8))
    }

    @Test("the values of RFC 4226, appendix D, come out")
    func hotp() {
        let values: [UInt32] = [
            755_224, 287_082, 359_152, 969_429, 338_314, 254_676, 287_922, 162_583, 399_871, 520_489,
        ]
        for (counter, value) in values.enumerated() {
            #expect(HOTP.value(secret: secret.octets, counter: UInt64(counter), digits: 6) == value)
        }
    }

    @Test(
        "the values of RFC 6238, appendix B, come out",
        arguments: [
            (59, 94_287_082), (1_111_111_109, 7_081_804), (1_111_111_111, 14_050_471), (1_234_567_890, 89_005_924),
            (2_000_000_000, 69_279_037), (20_000_000_000, 65_353_130),
        ] as [(Int64, UInt32)])
    func totp(seconds: Int64, value: UInt32) {
        let now = Timestamp(milliseconds: seconds * 1000)
        #expect(HOTP.value(secret: secret.octets, counter: UInt64(TOTP.step(at: now)), digits: 8) == value)
        let six = String(value % 1_000_000)
        #expect(TOTP.code(of: secret, at: now) == String(repeating: "0", count: 6 - six.count) + six)
    }

    @Test("a code is accepted in its own step, the one before and the one after", arguments: [-2, -1, 0, 1, 2])
    func drift(steps: Int) {
        var totp = TOTP()
        let code = TOTP.code(of: secret, at: newYear + .seconds(30 * steps))
        #expect(totp.check(code, secret: secret, at: newYear) == (abs(steps) <= 1 ? .accepted : .wrong))
    }

    @Test("no code is accepted twice, nor one that is older than an accepted one")
    func once() {
        var totp = TOTP()
        let (before, code) = (TOTP.code(of: secret, at: newYear + .seconds(-30)), TOTP.code(of: secret, at: newYear))
        #expect(totp.check(code, secret: secret, at: newYear) == .accepted)
        #expect(totp.check(code, secret: secret, at: newYear) == .usedBefore)
        #expect(totp.check(before, secret: secret, at: newYear) == .usedBefore)
        #expect(totp.check(code, secret: secret, at: newYear + .seconds(30)) == .usedBefore)
        #expect(totp.check(code, secret: secret, at: newYear + .seconds(60)) == .wrong)
        let next = TOTP.code(of: secret, at: newYear + .seconds(30))
        #expect(totp.check(next, secret: secret, at: newYear) == .accepted)
    }

    @Test("a wrong code changes nothing, and what is not a code is not one")
    func wrong() {
        var totp = TOTP()
        let code = TOTP.code(of: secret, at: newYear)
        #expect(totp.check(code == "000000" ? "000001" : "000000", secret: secret, at: newYear) == .wrong)
        for typed in ["", "12345", "1234567", "12345x"] {
            #expect(totp.check(typed, secret: secret, at: newYear) == .notACode)
        }
        #expect(totp == TOTP())
        #expect(totp.check("\(code.prefix(3)) \(code.suffix(3))", secret: secret, at: newYear) == .accepted)
    }

    @Test("the first steps of time work, and times before them")
    func early() {
        var totp = TOTP()
        #expect(totp.check("755224", secret: secret, at: Timestamp(milliseconds: 0)) == .accepted)
        #expect(totp.check("755224", secret: secret, at: Timestamp(milliseconds: 0)) == .usedBefore)
        #expect(totp.check("755224", secret: secret, at: Timestamp(milliseconds: .min)) == .wrong)
        #expect(TOTP.code(of: secret, at: Timestamp(milliseconds: -1)) == "755224")
    }

    @Test("a secret is 160 random bits, written in base32")
    func base32() throws {
        #expect(secret.base32 == "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
        #expect(try TOTPSecret(base32: "gezd gnbv gy3t qojq gezd gnbv gy3t qojq") == secret)
        #expect(try TOTPSecret(base32: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ====") == secret)
        var generator = RepeatableGenerator()
        let made = TOTPSecret(using: &generator)
        #expect(made.octets.count == 20)
        #expect(made.base32.count == 32)
    }

    @Test("what is not a secret is refused", arguments: ["", "=", "GEZD", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJ1"])
    func refuses(text: String) {
        #expect(throws: SignInError.totpSecret) { try TOTPSecret(base32: text) }
    }

    @Test("the QR code's URI escapes issuer and account")
    func uri() {
        #expect(
            secret.uri(issuer: "繋ぎ & Co", account: "taro+a@example.jp")
                == "otpauth://totp/%E7%B9%8B%E3%81%8E%20%26%20Co:taro%2Ba%40example.jp"
                + "?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=%E7%B9%8B%E3%81%8E%20%26%20Co"
                + "&algorithm=SHA1&digits=6&period=30")
        #expect(secret.uri(issuer: "A:B", account: "c:d").hasPrefix("otpauth://totp/AB:cd?"))
    }

    @Test("a secret in a log does not show")
    func redacted() {
        #expect("\(secret) \([secret])" == "TOTPSecret [TOTPSecret]")
    }
}
