import Directory
import Testing

@Suite("184 and 186 before a number")
struct DialledPrefixTests {
    @Test(
        "A prefix is taken away and told as a wish",
        arguments: [
            ("18405012345678", PresentationWish.hidden, "05012345678"),
            ("18605012345678", .shown, "05012345678"),
            ("184+815012345678", .hidden, "+815012345678"),
            ("184-050-1234-5678", .hidden, "-050-1234-5678"),
            ("184110", .hidden, "110"),
            ("1861001", .shown, "1001"),
        ])
    func prefix(dialled: String, wish: PresentationWish, number: String) {
        let parts = DialledPrefix(dialled)
        #expect(parts.wish == wish)
        #expect(parts.number == number)
    }

    @Test(
        "What is no prefix stays as it is",
        arguments: ["05012345678", "184", "1841", "18612", "184alice", "184alice123", "184٠١٢", "alice", ""])
    func noPrefix(dialled: String) {
        let parts = DialledPrefix(dialled)
        #expect(parts.wish == nil)
        #expect(parts.number == dialled)
    }

    @Test("A number is taken apart by the same rule as what is dialled", arguments: ["184-050-1234-5678", "１８６１１０"])
    func numbers(typed: String) throws {
        let number = try PhoneNumber(typed: typed)
        let parts = try #require(number.presentationPrefix)
        #expect(parts.prefix + parts.rest == number.national)
        #expect(parts.rest == DialledPrefix(number.national).number)
        for other in ["1841", "184alice123", "+18405012345", "05012345678"] {
            #expect(try PhoneNumber(typed: other).presentationPrefix == nil, "\(other)")
        }
    }
}
