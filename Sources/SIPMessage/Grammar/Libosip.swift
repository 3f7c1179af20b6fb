internal import COsip

/// The one door to libosip2. The library must be told to keep its traces off standard output before anything else.
enum Libosip {
    private static let prepared: Void = tsunagi_osip_prepare()

    static func text(_ pointer: UnsafePointer<CChar>?) -> String? {
        guard let pointer = unsafe pointer else { return nil }
        return unsafe String(cString: pointer)
    }

    /// A port of digits only; nil if there are none or the number is too large.
    static func port(_ pointer: UnsafePointer<CChar>) -> UInt16? {
        var port: UInt32 = 0
        var place = 0
        while unsafe pointer[place] != 0 {
            let byte = unsafe UInt8(bitPattern: pointer[place])
            guard ASCII.isDigit(byte) else { return nil }
            port = port * 10 + UInt32(byte - 0x30)
            guard port <= UInt32(UInt16.max) else { return nil }
            place += 1
        }
        return place > 0 ? UInt16(port) : nil
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
