/// Writes JSON straight into octets (RFC 8259), without a tree in between.
///
/// Into memory of its own and not into an array, which would ask for room, and whether it is shared, at each of the
/// hundreds of small pieces that a record consists of.
@safe package struct JSONWriter: ~Copyable {
    private var octets: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    /// Octets written.
    private(set) var count = 0
    /// Whether something stands before in the object or array that is open.
    private var needsComma = false

    package init(capacity: Int) {
        self.capacity = max(capacity, 64)
        unsafe octets = .allocate(capacity: self.capacity)
    }

    deinit {
        unsafe octets.deallocate()
    }

    /// All that is written; the octets stay where they are for as long as `body` runs.
    package func withOctets<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        unsafe try body(UnsafeRawBufferPointer(start: octets, count: count))
    }

    /// What is written.
    package var text: String {
        unsafe withOctets { unsafe String(decoding: $0, as: UTF8.self) }
    }

    package mutating func object(_ members: (inout JSONWriter) -> Void) {
        open("{")
        members(&self)
        close("}")
    }

    package mutating func array<Element>(
        _ name: StaticString, _ elements: [Element], _ write: (inout JSONWriter, Element) -> Void
    ) {
        key(name)
        open("[")
        for element in elements { write(&self, element) }
        close("]")
    }

    package mutating func member(_ name: StaticString, _ members: (inout JSONWriter) -> Void) {
        key(name)
        object(members)
    }

    package mutating func member(_ name: StaticString, _ text: String) {
        key(name)
        value(text)
    }

    package mutating func member(_ name: StaticString, _ number: Int) {
        key(name)
        decimal(number)
        needsComma = true
    }

    package mutating func member(_ name: StaticString, _ isSo: Bool) {
        key(name)
        reserve(5)
        for letter in isSo ? "true".unicodeScalars : "false".unicodeScalars { put(letter) }
        needsComma = true
    }

    /// A string as an element, or behind a key.
    package mutating func value(_ text: String) {
        var text = text
        text.withUTF8 { characters in
            // Each may become \u00xx; two quotation marks and a comma.
            reserve(6 * characters.count + 3)
            separate()
            put("\"")
            if unsafe characters.contains(where: Self.needsEscape) {
                for index in characters.indices {
                    let octet = unsafe characters[index]
                    if Self.needsEscape(octet) { escaped(octet) } else { put(octet) }
                }
            } else if let start = characters.baseAddress {
                unsafe (octets + count).update(from: start, count: characters.count)
                count += characters.count
            }
            put("\"")
        }
    }

    private static func needsEscape(_ octet: UInt8) -> Bool {
        octet < 0x20 || octet == UInt8(ascii: "\"") || octet == UInt8(ascii: "\\")
    }

    private mutating func escaped(_ octet: UInt8) {
        put("\\")
        guard octet < 0x20 else { return put(octet) }
        put("u")
        put("0")
        put("0")
        put(Self.hexDigit(octet >> 4))
        put(Self.hexDigit(octet & 15))
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }

    /// Digit by digit: `String(number)` goes through generic code that takes as long as all the rest.
    private mutating func decimal(_ number: Int) {
        reserve(20)
        if number < 0 { put("-") }
        var length = 1
        var rest = number.magnitude / 10
        while rest > 0 {
            length += 1
            rest /= 10
        }
        rest = number.magnitude
        for place in stride(from: count + length - 1, through: count, by: -1) {
            unsafe octets[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
        count += length
    }

    private mutating func key(_ name: StaticString) {
        reserve(name.utf8CodeUnitCount + 4)
        separate()
        put("\"")
        unsafe (octets + count).update(from: name.utf8Start, count: name.utf8CodeUnitCount)
        count += name.utf8CodeUnitCount
        put("\"")
        put(":")
        needsComma = false
    }

    private mutating func open(_ bracket: Unicode.Scalar) {
        reserve(2)
        separate()
        put(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: Unicode.Scalar) {
        reserve(1)
        put(bracket)
        needsComma = true
    }

    // MARK: - Octets

    private mutating func separate() {
        if needsComma { put(",") }
        needsComma = true
    }

    private mutating func put(_ character: Unicode.Scalar) { put(UInt8(ascii: character)) }

    /// Room for it has been made with ``reserve(_:)``.
    private mutating func put(_ octet: UInt8) {
        assert(count < capacity)
        unsafe octets[count] = octet
        count += 1
    }

    private mutating func reserve(_ more: Int) {
        if count + more > capacity { grow(by: more) }
    }

    @inline(never) private mutating func grow(by more: Int) {
        let larger = max(2 * capacity, count + more)
        let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
        unsafe moved.update(from: octets, count: count)
        unsafe octets.deallocate()
        unsafe octets = moved
        capacity = larger
    }
}
