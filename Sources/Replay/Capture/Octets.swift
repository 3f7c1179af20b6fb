/// A window on captured bytes that answers nil instead of trapping when it is asked for more than it holds: every
/// offset of every header below comes from the file and may be hostile.
struct Octets {
    let bytes: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
    }

    init(_ bytes: [UInt8]) {
        self.bytes = bytes[...]
    }

    var count: Int { bytes.count }

    func byte(at offset: Int) -> UInt8? {
        offset >= 0 && offset < bytes.count ? bytes[bytes.startIndex + offset] : nil
    }

    /// Network byte order.
    func uint16(at offset: Int) -> UInt16? {
        guard let high = byte(at: offset), let low = byte(at: offset + 1) else { return nil }
        return UInt16(high) << 8 | UInt16(low)
    }

    /// Network byte order.
    func uint32(at offset: Int) -> UInt32? {
        guard let high = uint16(at: offset), let low = uint16(at: offset + 2) else { return nil }
        return UInt32(high) << 16 | UInt32(low)
    }

    /// What follows the first `length` octets, nil if there are not so many.
    func dropping(_ length: Int) -> Octets? {
        length >= 0 && length <= bytes.count ? Octets(bytes.dropFirst(length)) : nil
    }

    /// The first `length` octets, nil if there are not so many.
    func prefix(_ length: Int) -> Octets? {
        length >= 0 && length <= bytes.count ? Octets(bytes.prefix(length)) : nil
    }

    /// `length` octets from `offset`, nil if there are not so many.
    func slice(at offset: Int, length: Int) -> ArraySlice<UInt8>? {
        dropping(offset)?.prefix(length)?.bytes
    }
}
