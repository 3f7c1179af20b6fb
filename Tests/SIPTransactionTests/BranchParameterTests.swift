import SIPTransaction
import Testing

@Suite("Branch parameter")
struct BranchParameterTests {
    @Test("What is written is read back")
    func roundTrip() {
        for branch in [
            BranchParameter(transaction: SlotID(index: 0, generation: 1), secret: 0, loopHash: 0),
            BranchParameter(transaction: SlotID(index: 0xdead_beef, generation: .max), secret: 1, loopHash: .max),
        ] {
            var bytes = Array(";branch=".utf8)
            branch.append(to: &bytes)
            #expect(BranchParameter(bytes, 8..<bytes.count) == branch)
        }
    }

    @Test(
        "Other branches are not taken for ours",
        arguments: [
            "", "z9hG4bK", "z9hG4bKabc", "z9hG4bK" + String(repeating: "g", count: 40),
            "z9hG4bK" + String(repeating: "A", count: 40), "z9hG4bk" + String(repeating: "a", count: 40),
            "z9hG4bK" + String(repeating: "a", count: 41), "z9hG4bK" + String(repeating: "a", count: 39),
        ])
    func foreign(text: String) {
        let bytes = Array(text.utf8)
        #expect(BranchParameter(bytes, bytes.indices) == nil)
    }
}
