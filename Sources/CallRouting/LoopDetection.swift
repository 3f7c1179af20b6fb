internal import SIPMessage
internal import SIPTransaction

/// RFC 5393 §4.2: a request that comes back unchanged in all that its routing depends on is in a loop; one whose
/// Request-URI has changed meanwhile is a spiral, which is allowed.
enum LoopDetection {
    /// The hash of those parts, which goes into the branches of all copies.
    static func hash(_ request: SIPMessage) -> UInt64 {
        let bytes = request.bytes
        let text = bytes.span
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        add(text, request.requestURI ?? 0..<0, to: &hash)
        for field in request.fields {
            switch field.name {
            case .from, .to, .callID, .cseq, .route, .proxyRequire: add(text, field.value, to: &hash)
            default: break
            }
        }
        return hash
    }

    /// Eight octets at a time, and the length, which tells two parts from one.
    @inline(__always)
    private static func add(_ text: Span<UInt8>, _ range: Range<Int>, to hash: inout UInt64) {
        let part = text.extracting(range)
        mix(UInt64(truncatingIfNeeded: part.count), into: &hash)
        let last = part.count &- 8
        guard last >= 0 else { return mix(part.octets(at: 0), into: &hash) }
        var position = 0
        while position < last {
            mix(unsafe word(part, position), into: &hash)
            position &+= 8
        }
        // The last eight may overlap those before.
        mix(unsafe word(part, last), into: &hash)
    }

    /// Eight octets that are known to be there.
    @unsafe
    @inline(__always)
    private static func word(_ part: Span<UInt8>, _ position: Int) -> UInt64 {
        unsafe part.bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: position, as: UInt64.self).littleEndian
    }

    @inline(__always)
    private static func mix(_ word: UInt64, into hash: inout UInt64) {
        hash = (hash ^ word) &* 0x9E37_79B9_7F4A_7C15
        hash ^= hash >> 32
    }

    /// Whether one of its Vias is ours with the same hash (RFC 5393 §4.2): our own branches are signed, so that another
    /// server of this kind, which sees the same request with the same hash, is none.
    static func isLoop(_ request: SIPMessage, hash: UInt64, among transactions: TransactionLayer) -> Bool {
        let bytes = request.bytes
        let text = bytes.span
        for place in request.places(of: .via) where request.fields[place].name == .via {
            let field = request.fields[place]
            var position = field.value.lowerBound
            // No branch of ours begins so late that it would not fit.
            let end = field.value.upperBound - BranchParameter.length + 1
            while let place = text.firstPlace(of: UInt8(ascii: "z"), from: position, to: end) {
                if let branch = BranchParameter(bytes, place..<(place + BranchParameter.length)),
                    branch == transactions.branch(of: branch.transaction, loopHash: hash)
                {
                    return true
                }
                position = place + 1
            }
        }
        return false
    }
}
