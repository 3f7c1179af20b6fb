internal import COsip

/// The one door to libosip2. The library must be told to keep its traces off standard output before anything else.
enum Libosip {
    private static let prepared: Void = tsunagi_osip_prepare()

    static func text(_ pointer: UnsafePointer<CChar>?) -> String? {
        guard let pointer = unsafe pointer else { return nil }
        return unsafe String(cString: pointer)
    }

    /// Whether a name is `word`, without regard to case; `word` must be in lower case.
    static func matches(_ name: UnsafePointer<CChar>, _ word: StaticString) -> Bool {
        word.withUTF8Buffer { expected in
            // The terminating NUL is in no word: a shorter name ends the loop.
            for position in expected.indices
            where unsafe ASCII.lowercased(UInt8(bitPattern: name[position])) != expected[position] {
                return false
            }
            return unsafe name[expected.count] == 0
        }
    }

    /// Runs `parse` on the octets with libosip2 ready.
    static func parse<Result>(_ bytes: [UInt8], _ range: Range<Int>, _ parse: (UnsafePointer<UInt8>, Int) -> Result?)
        -> Result?
    {
        _ = prepared
        return unsafe bytes.withUnsafeBufferPointer { buffer -> Result? in
            guard range.upperBound <= buffer.count, let base = buffer.baseAddress, !range.isEmpty else { return nil }
            return unsafe parse(base + range.lowerBound, range.count)
        }
    }
}
