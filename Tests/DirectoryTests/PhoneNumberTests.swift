import Directory
import Testing

@Suite struct PhoneNumberTests {
    @Test(
        "every form of a number is one number",
        arguments: [
            "050-1234-5678", "05012345678", "+815012345678", "+81-50-1234-5678", "０５０−１２３４−５６７８",
            " 050 1234 5678 ", "010815012345678", "tel:+81-50-1234-5678", "TEL:050-1234-5678;phone-context=+81",
            "sip:05012345678@lab.test", "sips:+815012345678;npdi@lab.test:5061", "sip:0501234%35678:secret@lab.test",
        ])
    func readsForms(text: String) throws {
        let number = try PhoneNumber(typed: text)
        #expect(number.canonical == "+815012345678")
        #expect(number.national == "05012345678")
        #expect(number.kind == .global)
        #expect(number.isComplete)
    }

    @Test(
        "extensions, names and foreign numbers stay as they are",
        arguments: [
            ("1001", PhoneNumber.Kind.extension), ("*55", .extension), ("110", .extension), ("alice", .name),
            ("alice.b-c", .name), ("+12125551234", .global), ("003312345678", .extension), ("田中", .name),
        ])
    func keeps(text: String, kind: PhoneNumber.Kind) throws {
        let number = try PhoneNumber(typed: text)
        #expect(number.canonical == text)
        #expect(number.national == text)
        #expect(number.kind == kind)
    }

    @Test(
        "a name that is a mistyped telephone number is known by what does not belong into it",
        arguments: [
            ("O5012345679", Character("O")), ("o50-1234-5679", "o"), ("050X1234567", "X"), ("050XXXXXXXX", "X"),
            ("'05099990001", "'"), ("'1001", "'"), ("+815O12345678", "O"), ("0312l45678", "l"), ("Ｏ５０１２３４５６７８", "O"),
            ("０５０１２３４５６７８'", "'"),
        ])
    func mistyped(text: String, character: Character) throws {
        #expect(try PhoneNumber(typed: text).strayCharacter == character)
    }

    @Test(
        "names that people choose are none, and neither are numbers",
        arguments: [
            "alice", "1e3", "2E10", "o'neill", "O'Neill2", "desk-1001", "office20261201", "e1234567", "room0312",
            "x1", "+sales", "Otto1234567890123", "05012345678", "+12125550100", "1001", "*55", "田中",
        ])
    func chosen(text: String) throws {
        #expect(try PhoneNumber(typed: text).strayCharacter == nil)
    }

    @Test("a number with a digit too few or too many is read, and told to be incomplete")
    func tellsIncomplete() throws {
        for text in ["0901111222", "050123456789", "+8131234567", "0800123456"] {
            #expect(try !PhoneNumber(text).isComplete, "\(text)")
        }
        for text in ["09011112222", "0312345678", "0120123456", "08001234567", "02001234567", "+12125551234", "1001"] {
            #expect(try PhoneNumber(text).isComplete, "\(text)")
        }
    }

    @Test("what can't be a number is refused with the reason")
    func refuses() {
        #expect(throws: NumberError.empty) { try PhoneNumber("") }
        #expect(throws: NumberError.empty) { try PhoneNumber(" \u{3000}") }
        #expect(throws: NumberError.empty) { try PhoneNumber("+") }
        #expect(throws: NumberError.tooLong("+1234567890123456")) { try PhoneNumber("+1234567890123456") }
        #expect(throws: NumberError.tooLong(String(repeating: "1", count: 33))) {
            try PhoneNumber(String(repeating: "1", count: 33))
        }
        #expect(throws: NumberError.tooLong(String(repeating: "a", count: 65))) {
            try PhoneNumber(String(repeating: "a", count: 65))
        }
        #expect(throws: NumberError.unexpectedCharacter(" ", in: "a b")) { try PhoneNumber("a b") }
        #expect(throws: NumberError.unexpectedCharacter(":", in: "http:x")) { try PhoneNumber(typed: "http:x") }
        #expect(throws: NumberError.noUser("sip:lab.test")) { try PhoneNumber(typed: "sip:lab.test") }
        #expect(throws: NumberError.notAssigned("+810312345678")) { try PhoneNumber("+810312345678") }
    }

    @Test("a destination comes back from its stored form")
    func storesDestinations() throws {
        let destinations: [Destination] = [
            .voicemail, .uri("sip:bob@lab.test"), .number(try PhoneNumber("0312345678")),
            .number(try PhoneNumber("1001")),
        ]
        for destination in destinations { #expect(Destination(stored: destination.stored) == destination) }
    }
}
