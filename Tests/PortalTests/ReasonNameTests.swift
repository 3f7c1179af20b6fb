import Directory
import SignIn
import Testing

@testable import Portal

@Suite("Why a call shows no number")
struct ReasonNameTests {
    @Test("each reason has one name, which is in one place alone", arguments: NonPresentationReason.allCases)
    func names(reason: NonPresentationReason) throws {
        for words in [try Catalogue(.japanese), try Catalogue(.english)] {
            // Options are withheld as well.
            let names = words.keys.filter { $0.hasSuffix(".\(reason.rawValue)") && !$0.hasPrefix("history.member.") }
            #expect(names == ["reason.\(reason.rawValue)"])
            #expect(reason.name(words) == words("reason.\(reason.rawValue)"))
        }
    }
}
