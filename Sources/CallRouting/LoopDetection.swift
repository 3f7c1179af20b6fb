internal import SIPMessage
internal import SIPTransaction

/// RFC 5393 §4.2: a request that comes back unchanged in all that its routing depends on is in a loop; one whose
/// Request-URI has changed meanwhile is a spiral, which is allowed.
enum LoopDetection {
    /// The hash of those parts, which goes into the branches of all copies.
    static func hash(_ request: SIPMessage) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        func add(_ range: Range<Int>?) {
            guard let range else {
                hash = (hash ^ 0xFF) &* 0x100_0000_01b3
                return
            }
            let text = request.bytes.span
            for position in range { hash = (hash ^ UInt64(text[position])) &* 0x100_0000_01b3 }
            hash = (hash ^ 0xFE) &* 0x100_0000_01b3
        }
        add(request.requestURI)
        for field in request.fields {
            switch field.name {
            case .from, .to, .callID, .cseq, .route, .proxyRequire: add(field.value)
            default: break
            }
        }
        return hash
    }

    /// Whether one of its Vias is ours with the same hash.
    static func isLoop(_ request: SIPMessage, hash: UInt64) -> Bool {
        for element in request.elements(.via) {
            guard let branch = branch(request, element.range) else { continue }
            if branch.loopHash == hash { return true }
        }
        return false
    }

    /// Our own branches have a form of their own; whose address stands before it does not matter to a loop.
    private static func branch(_ request: SIPMessage, _ range: Range<Int>) -> BranchParameter? {
        guard let semicolon = request.bytes[range].firstIndex(of: ASCII.semicolon),
            let value = ParameterList(request.bytes, semicolon..<range.upperBound)?.first("branch")?.value
        else { return nil }
        return BranchParameter(request.bytes, value)
    }
}
