/// Where the first line of each known header stands in a message, so that nobody has to look for it.
struct HeaderIndex: Sendable {
    /// One bit for each header that the message has, and for each that it has more than once.
    private var present: UInt64 = 0
    private(set) var repeated: UInt64 = 0
    private var places = InlineArray<40, UInt8>(repeating: 0)

    @inline(__always)
    static func bit(_ name: HeaderName) -> UInt64 { 1 &<< UInt64(name.rawValue) }

    @inline(__always)
    mutating func note(_ name: HeaderName, at place: Int) {
        let bit = Self.bit(name)
        if present & bit == 0 {
            present |= bit
            places[Int(name.rawValue)] = UInt8(truncatingIfNeeded: place)
        } else {
            repeated |= bit
        }
    }

    /// Nil: there is none.
    @inline(__always)
    func first(_ name: HeaderName) -> Int? {
        present & Self.bit(name) == 0 ? nil : Int(places[Int(name.rawValue)])
    }

    @inline(__always)
    func isRepeated(_ name: HeaderName) -> Bool { repeated & Self.bit(name) != 0 }
}
