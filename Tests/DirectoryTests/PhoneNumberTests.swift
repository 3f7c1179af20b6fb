import Directory
import Testing

@Suite struct PhoneNumberTests {
    @Test(
        "every form of a number is one number",
        arguments: [
            "050-1234-5678", "05012345678", "+815012345678", "+81-50-1234-5678", "０５０−１２３４−５６７８", " 050 1234 5678 ",
            "010815012345678",
        ])
    func readsForms(text: String) throws {
        let number = try PhoneNumber(text)
        #expect(number.canonical == "+815012345678")
        #expect(number.national == "05012345678")
        #expect(number.kind == .global)
    }
}
