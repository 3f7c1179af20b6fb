internal import COsip

/// The one door to libosip2. The library must be told to keep its traces off standard output before anything else.
enum Libosip {
    private static let prepared: Void = tsunagi_osip_prepare()

    static func text(_ pointer: UnsafePointer<CChar>?) -> String? {
        guard let pointer = unsafe pointer else { return nil }
        return unsafe String(cString: pointer)
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
