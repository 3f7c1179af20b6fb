import SIPTransaction
import Testing

@Suite("Branch parameter")
struct BranchParameterTests {
    @Test("What is written is read back")
    func roundTrip() {
        for branch in [
            BranchParameter(transaction: SlotID(index: 0, generation: 1), signature: 0),
            BranchParameter(transaction: SlotID(index: 0xdead_beef, generation: .max), signature: .max),
        ] {
            var bytes = Array(";branch=".utf8)
            branch.append(to: &bytes)
            #expect(BranchParameter(bytes, 8..<bytes.count) == branch)
        }
    }

    @Test(
        "Other branches are not taken for ours",
        arguments: [
            "", "z9hG4bK", "z9hG4bKabc", "z9hG4bK" + String(repeating: "g", count: 32),
            "z9hG4bK" + String(repeating: "A", count: 32), "z9hG4bk" + String(repeating: "a", count: 32),
            "z9hG4bK" + String(repeating: "a", count: 33), "z9hG4bK" + String(repeating: "a", count: 31),
        ])
    func foreign(text: String) {
        let bytes = Array(text.utf8)
        #expect(BranchParameter(bytes, bytes.indices) == nil)
    }
}
