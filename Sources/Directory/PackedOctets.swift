/// Puts integers and texts one behind the other, for what is kept in memory by the million. Nothing in the octets tells what
/// they are: a ``PackedReader`` has to ask for the same in the same order.
///
/// Both are inlinable, because the module that packs or unpacks would otherwise call this one for each integer, with twice
/// as many instructions for a binding; and calls wait for what is unpacked.
@usableFromInline
package struct PackedWriter {
    /// What has been written.
    @inlinable
    package var octets: [UInt8] { written }

    @usableFromInline var written: [UInt8] = []

    /// - Parameter capacity: how many octets are going to be written, if that is known.
    @inlinable
    package init(capacity: Int = 0) { written.reserveCapacity(capacity) }

    @inlinable
    package mutating func octet(_ value: UInt8) { written.append(value) }

    /// All of its octets, the least significant one first.
    @inlinable
    package mutating func integer<Value: FixedWidthInteger>(_ value: Value) {
        for place in 0..<(Value.bitWidth / 8) {
            written.append(UInt8(truncatingIfNeeded: value &>> Value(truncatingIfNeeded: 8 * place)))
        }
    }

    /// Its length plus one, 0 for nil; then its octets. A length takes one octet, or three for what is longer than nearly
    /// all texts, or seven.
    @inlinable
    package mutating func text(_ text: String?) {
        guard let text else { return octet(0) }
        let length = text.utf8.count + 1
        if length < PackedLength.inThree {
            octet(UInt8(truncatingIfNeeded: length))
        } else {
            octet(UInt8(truncatingIfNeeded: PackedLength.inThree))
            if length < PackedLength.inSeven {
                integer(UInt16(truncatingIfNeeded: length))
            } else {
                integer(UInt16(truncatingIfNeeded: PackedLength.inSeven))
                integer(UInt32(length))
            }
        }
        written.append(contentsOf: text.utf8)
    }

    /// How many octets ``text(_:)`` writes.
    @inlinable
    package static func size(of text: String?) -> Int {
        guard let text else { return 1 }
        let length = text.utf8.count + 1
        return length - 1 + (length < PackedLength.inThree ? 1 : length < PackedLength.inSeven ? 3 : 7)
    }
}

/// Takes out what a ``PackedWriter`` has put in.
@usableFromInline
package struct PackedReader {
    @usableFromInline let octets: [UInt8]
    @usableFromInline var position = 0

    @inlinable
    package init(_ octets: [UInt8]) { self.octets = octets }

    /// Passes over so many octets.
    @inlinable
    package mutating func skip(_ count: Int) { position += count }

    @inlinable
    package mutating func octet() -> UInt8 {
        defer { position += 1 }
        return octets[position]
    }

    @inlinable
    package mutating func octets(_ count: Int) -> ArraySlice<UInt8> {
        defer { position += count }
        return octets[position..<(position + count)]
    }

    @inlinable
    package mutating func integer<Value: FixedWidthInteger & BitwiseCopyable>(_: Value.Type = Value.self) -> Value {
        defer { position += MemoryLayout<Value>.size }
        // Any octets are an integer; that they are there is checked.
        return unsafe Value(
            littleEndian: octets.span.bytes.unsafeLoadUnaligned(fromByteOffset: position, as: Value.self))
    }

    @inlinable
    package mutating func text() -> String? {
        var length = Int(octet())
        if length == PackedLength.inThree { length = Int(integer(UInt16.self)) }
        if length == PackedLength.inSeven { length = Int(integer(UInt32.self)) }
        guard length > 0 else { return nil }
        return String(decoding: octets(length - 1), as: UTF8.self)
    }
}

/// What stands in place of a length that has no room there.
@usableFromInline
enum PackedLength {
    @usableFromInline static let inThree = 0xFF
    @usableFromInline static let inSeven = 0xFFFF
}
