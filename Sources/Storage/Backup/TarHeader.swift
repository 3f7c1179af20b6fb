/// The 512 octets before each member of a tar archive, as POSIX.1 has them ("ustar").
struct TarHeader: Equatable {
    static let blockSize = 512
    /// What the size field's eleven octal digits can say; beyond that it is a binary number (base 256, as GNU tar writes
    /// and every tar of today reads it).
    private static let octalLimit: Int64 = 0o77_777_777_777

    /// At most 100 octets.
    let name: String
    let size: Int64
    /// Seconds since the Unix epoch.
    let modifiedAt: Int64

    /// Octets of zero after the content.
    var padding: Int { Int((512 - size % 512) % 512) }

    init(name: String, size: Int64, modifiedAt: Int64) {
        self.name = name
        self.size = size
        self.modifiedAt = modifiedAt
    }

    enum Flaw: Error, Equatable {
        case checksum
        /// Not a plain file, or one with a path that could lead elsewhere.
        case member(String)
    }

    /// - Throws: ``Flaw``.
    init(_ block: [UInt8]) throws(Flaw) {
        let sum = Self.octal(block[148..<156])
        guard block.count == Self.blockSize, sum == Self.checksum(block) else { throw .checksum }
        name = Self.text(block[0..<100])
        guard Self.isPlain(name), block[156] == UInt8(ascii: "0") || block[156] == 0,
            Self.text(block[345..<500]).isEmpty
        else { throw .member(name) }
        guard let size = Self.size(block[124..<136]), let time = Self.octal(block[136..<148]) else { throw .checksum }
        (self.size, modifiedAt) = (size, time)
    }

    var block: [UInt8] {
        var block = [UInt8](repeating: 0, count: Self.blockSize)
        func put(_ text: String, at place: Int) {
            block.replaceSubrange(place..<place + text.utf8.count, with: text.utf8)
        }
        put(name, at: 0)
        put("0000600", at: 100)
        put("0000000", at: 108)
        put("0000000", at: 116)
        if size <= Self.octalLimit {
            put(Self.digits(size, 11), at: 124)
        } else {
            block[124] = 0x80
            for index in 0..<8 { block[135 - index] = UInt8(truncatingIfNeeded: size >> (8 * index)) }
        }
        put(Self.digits(modifiedAt, 11), at: 136)
        put("0", at: 156)
        put("ustar\u{0}00", at: 257)
        put(Self.digits(Self.checksum(block), 6), at: 148)
        block[155] = UInt8(ascii: " ")
        return block
    }

    /// A path that stays in its directory: no part of it is empty, hidden, or leads up.
    static func isPlain(_ name: String) -> Bool {
        (1...100).contains(name.utf8.count) && name.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F }
            && name.split(separator: "/", omittingEmptySubsequences: false).allSatisfy {
                !$0.isEmpty && !$0.hasPrefix(".")
            }
    }

    /// The checksum's own octets count as blanks.
    private static func checksum(_ block: [UInt8]) -> Int64 {
        block.enumerated().reduce(0) { $0 + ((148..<156).contains($1.offset) ? 0x20 : Int64($1.element)) }
    }

    private static func digits(_ value: Int64, _ width: Int) -> String {
        let text = String(value, radix: 8)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }

    private static func text(_ field: ArraySlice<UInt8>) -> String {
        String(decoding: field.prefix { $0 != 0 }, as: UTF8.self)
    }

    private static func octal(_ field: ArraySlice<UInt8>) -> Int64? {
        Int64(text(field).filter { $0 != " " }, radix: 8)
    }

    private static func size(_ field: ArraySlice<UInt8>) -> Int64? {
        guard field.first == 0x80 else { return octal(field) }
        let value = field.suffix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return field.dropFirst().dropLast(8).allSatisfy { $0 == 0 } ? Int64(exactly: value) : nil
    }
}
