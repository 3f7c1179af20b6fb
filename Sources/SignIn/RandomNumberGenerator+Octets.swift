extension RandomNumberGenerator {
    /// Random octets. Whoever makes secrets hands in the system's generator, tests one that they can repeat.
    mutating func octets(_ count: Int) -> [UInt8] {
        var octets: [UInt8] = []
        while octets.count < count {
            let word = next()
            for shift in stride(from: 0, to: 64, by: 8) where octets.count < count {
                octets.append(UInt8(truncatingIfNeeded: word >> UInt64(shift)))
            }
        }
        return octets
    }
}
