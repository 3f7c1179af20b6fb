import SignIn
import Testing

@Suite("Mobile numbers")
struct MobileNumberTests {
    @Test(
        "eleven digits are a mobile number, full-width ones taken as half-width",
        arguments: ["09012345678", "０９０１２３４５６７８", "090１２３45678"])
    func accepts(typed: String) throws {
        #expect(try MobileNumber(typed: typed).digits == "09012345678")
    }

    @Test("a number need not begin with 0")
    func otherBeginnings() throws {
        #expect(try MobileNumber(typed: "81901234567").digits == "81901234567")
    }

    @Test(
        "anything else is refused, with the reason",
        arguments: [
            ("", .empty), ("090-1234-5678", .hyphen), ("０９０－１２３４－５６７８", .hyphen), ("090ー12345678", .hyphen),
            ("0901234567", .length(10)), ("090123456789", .length(12)), ("00123456789", .doubleZero),
            ("００123456789", .doubleZero), ("+8190123456", .notDigits), ("090 1234567", .notDigits),
            ("09012345678 ", .notDigits), ("0901234567x", .notDigits), ("٠٩٠١٢٣٤٥٦٧٨", .notDigits),
            ("０９０1234567\u{301}8", .notDigits),
        ] as [(String, MobileNumberRefusal)])
    func refuses(typed: String, refusal: MobileNumberRefusal) {
        #expect(throws: refusal) { try MobileNumber(typed: typed) }
    }

    @Test("each refusal has a text in both languages under a key of its own")
    func messages() {
        let all: [MobileNumberRefusal] = [.empty, .hyphen, .notDigits, .length(10), .doubleZero]
        #expect(Set(all.map(\.message.key)).count == all.count)
        #expect(Set(all.map { $0.message.text(in: .japanese) }).count == all.count)
        #expect(Set(all.map { $0.message.text(in: .english) }).count == all.count)
    }
}
