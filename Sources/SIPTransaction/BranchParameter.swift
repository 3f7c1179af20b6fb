internal import SIPMessage

/// Our own Via branches: the magic cookie, the place of the client transaction, and a signature over that place and all
/// that the routing of the request depends on (RFC 3261 §16.6 step 8, RFC 5393 §4.2).
///
/// A response finds its transaction by reading the place out of its branch; nothing is searched. Whoever was sent one
/// branch knows nothing of the signatures in others, so nobody can answer in a stranger's call; and a branch of another
/// server of this kind is never taken for one of ours.
package struct BranchParameter: Sendable, Equatable {
    /// Its place in the table of client transactions.
    package var transaction: SlotID
    /// Over that place and what the routing depends on; nobody without the key can make it.
    package var signature: UInt64

    package init(transaction: SlotID, signature: UInt64) {
        self.transaction = transaction
        self.signature = signature
    }

    /// `z9hG4bK` behind an octet that does not count.
    private static var cookie: UInt64 { 0x4B62_3447_6839_7A00 }
    /// Octets of every branch of ours.
    package static let length = 7 + 8 + 8 + 16

    /// Nil: not one of ours.
    package init?(_ bytes: [UInt8], _ range: Range<Int>) {
        let text = bytes.span
        let start = range.lowerBound + 7
        guard range.count == Self.length, text.octets(at: range.lowerBound) << 8 == Self.cookie,
            let index = HexDigits.number(text.octets(at: start)),
            let generation = HexDigits.number(text.octets(at: start + 8)),
            let signature = HexDigits.number(text.octets(at: start + 16), text.octets(at: start + 24))
        else { return nil }
        transaction = SlotID(index: index, generation: generation)
        self.signature = signature
    }

    /// Appends ``length`` octets: the parameter's value, without its name.
    package func append(to bytes: inout [UInt8]) {
        let words: InlineArray<5, UInt64> = [
            Self.cookie.littleEndian, HexDigits.text(transaction.index).littleEndian,
            HexDigits.text(transaction.generation).littleEndian,
            HexDigits.text(UInt32(truncatingIfNeeded: signature >> 32)).littleEndian,
            HexDigits.text(UInt32(truncatingIfNeeded: signature)).littleEndian,
        ]
        unsafe words.span.bytes.withUnsafeBytes { unsafe bytes.append(contentsOf: $0.dropFirst()) }
    }
}
