import Testing

@testable import SIPMessage

@Suite("What is found by words is what would be found by octets")
struct OctetScanTests {
    /// `token` of RFC 3261 §25.1.
    private let tokens = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.!%*_+`'~".utf8)

    @Test("an octet belongs to a token if the grammar lists it")
    func tokenOctets() {
        #expect((UInt8.min...UInt8.max).allSatisfy { ASCII.isToken($0) == tokens.contains($0) })
    }

    @Test("a token ends at the first octet that no token has, or where it is told to")
    func endOfToken() {
        var errors = 0
        for octet in UInt8.min...UInt8.max {
            for place in 0..<20 {
                var bytes = Array("aZ09-.bbbbbbbbbbbbbbbb~x".utf8)
                bytes[place] = octet
                for end in [place, place + 1, bytes.count] {
                    let expected = ASCII.isToken(octet) ? end : min(place, end)
                    if bytes.span.endOfToken(from: 0, to: end) != expected { errors += 1 }
                }
            }
        }
        #expect(errors == 0)
        let escaped = Array("abcdefgh-%41.x".utf8)
        #expect(escaped.span.endOfToken(from: 0, to: escaped.count, without: UInt8(ascii: "%")) == 9)
        #expect(escaped.span.endOfToken(from: 0, to: escaped.count) == escaped.count)
    }

    @Test("two stretches are equal if all of their octets are")
    func equality() {
        var errors = 0
        for count in 0..<40 {
            let bytes = (0..<(count + 3)).map { UInt8(truncatingIfNeeded: $0) }
            let other = Array(bytes[3...])
            if !bytes.span.equals(3..<(count + 3), other.span) { errors += 1 }
            if bytes.span.equals(2..<(count + 3), other.span) { errors += 1 }
            if bytes.span.equals(4..<(count + 4), other.span) { errors += 1 }
            for place in 0..<count {
                var changed = other
                changed[place] ^= 1
                if bytes.span.equals(3..<(count + 3), changed.span) { errors += 1 }
            }
        }
        #expect(errors == 0)
    }

    @Test(
        "the tag or branch of a list is the same found at once or by walking through it",
        arguments: [
            ";tag=a", ";TAG=a;x", ";tag=a b", ";tag=", ";tag", ";tag=\"a;b\"", ";tag=a,b", ";tag= a", "; tag=a",
            ";x;tag=a",
            ";tag=a!b;lr", ";tag=a%41", ";tag=abcdefghijklmnopqrst;tag=b", ";tag=a;;", ";tag=\r\n a", "", ";",
            ";rport;tag=a", ";rport;branch=z9hG4bKx;tag=a", ";rport", ";rport;", ";rport=1;branch=a", ";branch=a\"",
        ])
    func plainValues(_ text: String) {
        let bytes = Array("x\(text)>".utf8)
        let range = 1..<(bytes.count - 1)
        for (start, name) in [(ParameterList.Start.tag, "tag"), (.branch, "branch")] {
            let walked =
                name == "tag"
                ? ParameterList.value("tag", in: bytes.span, range)
                : ParameterList.value("branch", in: bytes.span, range)
            if let found = ParameterList.plainValue(start, in: bytes.span, range) { #expect(found == walked) }
            let behind = ParameterList.afterRport(bytes.span, range)
            if let found = ParameterList.plainValue(start, in: bytes.span, behind) { #expect(found == walked) }
        }
        #expect(ParameterList.isWellFormed(bytes, range) == (ParameterList(bytes, range) != nil))
    }
}
