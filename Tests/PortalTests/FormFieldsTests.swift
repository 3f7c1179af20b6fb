import SignIn
import Testing

@testable import Portal

@Suite("Forms")
struct FormFieldsTests {
    @Test("Fields come as they were typed")
    func decoded() throws {
        let form = try FormFields(encoded: Array("name=%E9%9B%BB%E8%A9%B1+1&empty=&pick=a&pick=b&bare".utf8))
        #expect(form["name"] == "電話 1")
        #expect(form["empty"] == "")
        #expect(form.all("pick") == ["a", "b"])
        #expect(form["bare"] == "")
        #expect(form["nothing"] == nil)
        #expect(try FormFields(encoded: Array("a=++x%20y+".utf8)).trimmed("a") == "x y")
    }

    @Test("What is no form is refused", arguments: ["a=%", "a=%4", "a=%GG", "a=%FF", "%FF=a", "a=%00", "%00=a"])
    func refused(text: String) {
        #expect(throws: PortalError.unreadableForm) { try FormFields(encoded: Array(text.utf8)) }
    }

    @Test("A seal is of one browser and one key")
    func seal() {
        var generator = SystemRandomNumberGenerator()
        let (visitor, other) = (VisitorToken(using: &generator), VisitorToken(using: &generator))
        let seal = FormSeal(key: Array(repeating: 1, count: 32))
        let text = seal.text(for: visitor)
        #expect(seal.isValid(text, for: visitor))
        #expect(!seal.isValid(text, for: other))
        #expect(!seal.isValid(nil, for: visitor))
        #expect(!seal.isValid("", for: visitor))
        #expect(!FormSeal(key: Array(repeating: 2, count: 32)).isValid(text, for: visitor))
    }
}
