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

    /// Whether one of its Vias is ours with the same hash. Our own branches have a form of their own; whose address
    /// stands before them does not matter to a loop.
    static func isLoop(_ request: SIPMessage, hash: UInt64) -> Bool {
        let text = request.bytes.span
        for field in request.fields where field.name == .via {
            var position = field.value.lowerBound
            while position + BranchParameter.length <= field.value.upperBound {
                if text[position] == UInt8(ascii: "z"), text[position + 1] == UInt8(ascii: "9"),
                    let branch = BranchParameter(request.bytes, position..<(position + BranchParameter.length)),
                    branch.loopHash == hash
                {
                    return true
                }
                position += 1
            }
        }
        return false
    }
}
