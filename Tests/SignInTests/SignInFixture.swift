import SignIn

/// SplitMix64: the same numbers in every run.
struct RepeatableGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64 = 1) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
        return word ^ word >> 31
    }
}

/// 2026-01-01 00:00 UTC.
let newYear = Timestamp(milliseconds: 1_767_225_600_000)

extension Duration {
    static func minutes(_ count: Int) -> Duration { .seconds(60 * count) }
}

extension KeyRing {
    /// - Parameter seed: another one for another key.
    static func fixture(_ seed: UInt8 = 1, former: [UInt8] = []) throws -> KeyRing {
        KeyRing(
            current: try MasterKey(octets: [UInt8](repeating: seed, count: 32)),
            former: try former.map { try MasterKey(octets: [UInt8](repeating: $0, count: 32)) })
    }
}
