internal import SIPMessage

/// Holds a message that came out of the engine against the one that went in: whatever nobody had to change must be
/// there byte for byte, in its order (RFC 3261 §16.6 step 1, §16.7 step 9).
enum PassThrough {
    /// What a proxy changes or takes away on the way of a request; everything else stays.
    private static let changed: Set<HeaderName> = [
        .via, .maxForwards, .route, .recordRoute, .maxBreadth, .proxyAuthorization, .pAssertedIdentity,
        .pPreferredIdentity,
    ]
    /// What it may add.
    private static let added: Set<HeaderName> = changed.union([.contentLength, .diversion, .historyInfo, .privacy])

    /// Empty if nothing has changed that had no reason to.
    static func differences(_ original: SIPMessage, _ forwarded: SIPMessage) -> [String] {
        original.isRequest ? requestDifferences(original, forwarded) : responseDifferences(original, forwarded)
    }

    private static func requestDifferences(_ original: SIPMessage, _ forwarded: SIPMessage) -> [String] {
        var differences = bodyDifference(original, forwarded)
        if original.methodText != forwarded.methodText {
            differences.append("the method became \(forwarded.methodText)")
        }
        differences += lineDifferences(
            original, original.fields.filter { !changed.contains($0.name) }, forwarded, forwarded.fields[...],
            mayAdd: added)
        let vias = original.elements(.via).count
        if forwarded.elements(.via).count != vias + 1 {
            differences.append("not one Via more than the \(vias) that came")
        }
        return differences
    }

    private static func responseDifferences(_ original: SIPMessage, _ forwarded: SIPMessage) -> [String] {
        var differences = bodyDifference(original, forwarded)
        if original.bytes[..<original.headersStart] != forwarded.bytes[..<forwarded.headersStart] {
            differences.append("the start line became \"\(startLine(forwarded))\"")
        }
        differences += lineDifferences(
            original, original.fields.filter { $0.name != .via }, forwarded,
            forwarded.fields.filter { $0.name != .via }[...], mayAdd: [])
        let vias = original.elements(.via).map { original.text($0.range) }
        if forwarded.elements(.via).map({ forwarded.text($0.range) }) != Array(vias.dropFirst()) {
            differences.append("the Vias below the topmost have changed")
        }
        return differences
    }

    /// Walks through both messages: each line of the original must come, and between them only lines that may be added.
    private static func lineDifferences(
        _ original: SIPMessage, _ lines: [HeaderField], _ forwarded: SIPMessage, _ others: ArraySlice<HeaderField>,
        mayAdd: Set<HeaderName>
    ) -> [String] {
        var rest = others
        var differences: [String] = []
        for line in lines {
            let wanted = original.bytes[line.line]
            guard let place = rest.firstIndex(where: { forwarded.bytes[$0.line] == wanted }) else {
                differences.append("\"\(text(original, line))\" is missing or has changed")
                continue
            }
            differences += unexpected(rest[..<place], forwarded, mayAdd)
            rest = rest[(place + 1)...]
        }
        return differences + unexpected(rest, forwarded, mayAdd)
    }

    private static func unexpected(
        _ lines: ArraySlice<HeaderField>, _ message: SIPMessage, _ mayAdd: Set<HeaderName>
    ) -> [String] {
        lines.filter { !mayAdd.contains($0.name) }.map { "\"\(text(message, $0))\" was not there" }
    }

    private static func bodyDifference(_ original: SIPMessage, _ forwarded: SIPMessage) -> [String] {
        original.bytes[original.body] == forwarded.bytes[forwarded.body] ? [] : ["the body has changed"]
    }

    private static func text(_ message: SIPMessage, _ field: HeaderField) -> String {
        message.text(field.nameRange) + ": " + message.text(field.value)
    }

    private static func startLine(_ message: SIPMessage) -> String {
        message.text(0..<max(0, message.headersStart - 2))
    }
}
