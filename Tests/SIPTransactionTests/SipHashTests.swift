import Testing

@testable import SIPTransaction

@Suite("SipHash")
struct SipHashTests {
    private let sign = SipHash((0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908))

    @Test("The signature is that of the published example")
    func example() {
        let text = (0..<15).map { UInt8($0) }
        #expect(sign(text[...]) == 0xa129_ca61_49be_45e5)
    }

    @Test("However a text is cut, its signature is the same")
    func pieces() {
        let text = (0..<40).map { UInt8($0) }
        for cut in text.indices {
            #expect(sign(text[..<cut], text[cut...]) == sign(text[...]))
        }
    }

    @Test("Hexadecimal digits are read back, and nothing else is taken for them")
    func digits() {
        for number: UInt32 in [0, 1, 0x9abc_def0, 0xffff_ffff, 0x0123_4567] {
            #expect(HexDigits.number(HexDigits.text(number)) == number)
        }
        for octet: UInt8 in [0x2F, 0x3A, 0x40, 0x41, 0x46, 0x60, 0x67, 0xE1] {
            #expect(HexDigits.number(HexDigits.text(0) & ~0xFF | UInt64(octet)) == nil)
        }
    }
}
