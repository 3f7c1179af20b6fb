/// Our own Via branches: the magic cookie, the place of the client transaction, a secret of this process, and what
/// loop detection wants to recognise (RFC 3261 §16.6 step 8, RFC 5393 §4.2).
///
/// A response finds its transaction by reading the place out of its branch; nothing is searched.
package struct BranchParameter: Sendable, Equatable {
    package var transaction: SlotID
    package var secret: UInt32
    /// Hash of all that the routing of the request depends on.
    package var loopHash: UInt64

    package init(transaction: SlotID, secret: UInt32, loopHash: UInt64) {
        self.transaction = transaction
        self.secret = secret
        self.loopHash = loopHash
    }

    private static let cookie: [UInt8] = Array("z9hG4bK".utf8)
    /// Octets of every branch of ours.
    package static let length = 7 + 8 + 8 + 8 + 16

    /// Nil: not one of ours.
    package init?(_ bytes: [UInt8], _ range: Range<Int>) {
        guard range.count == Self.length, bytes[range].starts(with: Self.cookie) else { return nil }
        let start = range.lowerBound + 7
        guard let index = Self.hex(bytes, start, 8), let generation = Self.hex(bytes, start + 8, 8),
            let secret = Self.hex(bytes, start + 16, 8), let hash = Self.hex(bytes, start + 24, 16)
        else { return nil }
        transaction = SlotID(index: UInt32(index), generation: UInt32(generation))
        self.secret = UInt32(secret)
        loopHash = hash
    }

    package func append(to bytes: inout [UInt8]) {
        bytes.append(contentsOf: Self.cookie)
        Self.append(UInt64(transaction.index), 8, to: &bytes)
        Self.append(UInt64(transaction.generation), 8, to: &bytes)
        Self.append(UInt64(secret), 8, to: &bytes)
        Self.append(loopHash, 16, to: &bytes)
    }

    private static func hex(_ bytes: [UInt8], _ start: Int, _ count: Int) -> UInt64? {
        var value: UInt64 = 0
        for byte in bytes[start..<(start + count)] {
            switch byte {
            case 0x30...0x39: value = value << 4 | UInt64(byte - 0x30)
            case 0x61...0x66: value = value << 4 | UInt64(byte - 0x61 + 10)
            default: return nil
            }
        }
        return value
    }

    private static func append(_ value: UInt64, _ digits: Int, to bytes: inout [UInt8]) {
        var shift = (digits - 1) * 4
        while shift >= 0 {
            let nibble = UInt8(truncatingIfNeeded: value >> UInt64(shift) & 15)
            bytes.append(nibble < 10 ? 0x30 + nibble : 0x61 + nibble - 10)
            shift -= 4
        }
    }
}
