/// Cuts a message into its parts (RFC 3261 §7) without decoding any value.
package enum MessageParser {
    /// Header lines one message may have; longer ones are refused (400).
    package static let fieldLimit = 256
    /// Octets of one message, so that places fit into 32 bits. Transports have far lower limits.
    package static let sizeLimit = 1 << 30

    /// Cuts one datagram, or one message that ``StreamFramer`` has cut from a stream.
    ///
    /// - Returns: nil if it is not SIP at all (a keepalive, a scanner's noise): there is nothing to answer.
    package static func parse(_ bytes: [UInt8]) -> SIPMessage? {
        guard bytes.count <= sizeLimit else { return nil }
        var cutter = Cutter()
        return cutter.cut(bytes)
    }

    private struct Cutter {
        var fields: [HeaderField] = []
        var index = HeaderIndex()
        /// Asked for once, because a constant of a type is looked up whenever it is named.
        let names = HeaderNameTable.shared
        var fault: MessageFault?
        var contentLength: Int?

        mutating func cut(_ bytes: [UInt8]) -> SIPMessage? {
            let text = bytes.span
            var start = 0
            while start < text.count, text[start] == ASCII.carriageReturn || text[start] == ASCII.lineFeed {
                start += 1
            }
            guard start < text.count else { return nil }
            let (lineEnd, next) = endOfLine(text, from: start)
            guard let startLine = startLine(text, start, lineEnd) else { return nil }
            fields.reserveCapacity(16)
            var position = next
            var ended = false
            while position < text.count {
                let (end, following) = endOfLine(text, from: position)
                if end == position {
                    ended = true
                    break
                }
                position = field(text, position, end, following)
            }
            let headersEnd = position
            if !ended { note(.noBlankLine) }
            let bodyStart = ended ? endOfLine(text, from: position).next : position
            let body = bodyStart..<bodyEnd(from: bodyStart, to: text.count)
            let whole = start == 0 && body.upperBound == bytes.count
            return SIPMessage(
                bytes: whole ? bytes : Array(bytes[start..<body.upperBound]), startLine: shift(startLine, by: -start),
                fields: start == 0 ? fields : fields.map { shift($0, by: -start) }, index: index,
                headersStart: next - start, headersEnd: headersEnd - start,
                body: (body.lowerBound - start)..<(body.upperBound - start), fault: fault)
        }

        private mutating func note(_ found: MessageFault) {
            if fault == nil { fault = found }
        }

        /// The end of the line without its CRLF, and the start of the next.
        @inline(__always)
        private mutating func endOfLine(_ text: Span<UInt8>, from start: Int) -> (end: Int, next: Int) {
            var position = start
            let count = text.count
            while position < count {
                // Of all that stands in a message only line ends and tabs are below this.
                let place = text.firstPlace(below: ASCII.carriageReturn + 1, from: position)
                guard place < count else { break }
                if text[place] == ASCII.carriageReturn {
                    if place &+ 1 < count, text[place &+ 1] == ASCII.lineFeed { return (place, place &+ 2) }
                    // Other elements may take a CR alone for the end of a line, and see headers that we do not.
                    note(.bareLineFeed)
                } else if text[place] == ASCII.lineFeed {
                    note(.bareLineFeed)
                    return (place, place &+ 1)
                }
                position = place &+ 1
            }
            note(.noBlankLine)
            return (count, count)
        }

        private mutating func startLine(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> SIPMessage.StartLine? {
            if starts(text, start, end, with: "sip/") {
                return statusLine(text, start, end)
            }
            var methodEnd = start
            while methodEnd < end, ASCII.isToken(text[methodEnd]) { methodEnd += 1 }
            guard methodEnd > start, methodEnd < end, text[methodEnd] == ASCII.space else { return nil }
            // RFC 3261 §25.1: single SP between the parts and none after; what strays is answered 400.
            var uriStart = methodEnd + 1
            var versionEnd = end
            while uriStart < end, ASCII.isBlank(text[uriStart]) {
                uriStart += 1
                note(.requestLine)
            }
            while versionEnd > uriStart, ASCII.isBlank(text[versionEnd - 1]) {
                versionEnd -= 1
                note(.requestLine)
            }
            var versionStart = versionEnd
            while versionStart > uriStart, !ASCII.isBlank(text[versionStart - 1]) { versionStart -= 1 }
            guard starts(text, versionStart, versionEnd, with: "sip/") else { return nil }
            if !isVersion2(text, versionStart, versionEnd) { note(.version) }
            if versionStart == uriStart { note(.requestLine) }
            var uriEnd = max(versionStart - 1, uriStart)
            while uriEnd > uriStart, ASCII.isBlank(text[uriEnd - 1]) {
                uriEnd -= 1
                note(.requestLine)
            }
            if uriStart < uriEnd, text.firstPlace(below: ASCII.space + 1, from: uriStart) < uriEnd { note(.requestURI) }
            let method = Method(text.extracting(start..<methodEnd))
            return .request(method, method: start..<methodEnd, uri: uriStart..<uriEnd)
        }

        private mutating func statusLine(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> SIPMessage.StartLine? {
            guard start + 11 <= end, isVersion2(text, start, start + 7), text[start + 7] == ASCII.space else {
                note(.statusLine)
                return .response(status: 0, reason: end..<end)
            }
            var status = 0
            for position in (start + 8)..<(start + 11) {
                guard ASCII.isDigit(text[position]) else {
                    note(.statusLine)
                    return .response(status: 0, reason: end..<end)
                }
                status = status * 10 + Int(text[position] - 0x30)
            }
            let hasReason = start + 11 < end && text[start + 11] == ASCII.space
            if !(100...699).contains(status) || !(hasReason || start + 11 == end) { note(.statusLine) }
            return .response(status: status, reason: min(start + 12, end)..<end)
        }

        private func isVersion2(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
            end - start == 7 && starts(text, start, end, with: "sip/2.0")
        }

        @inline(__always)
        private func starts(_ text: Span<UInt8>, _ start: Int, _ end: Int, with prefix: StaticString) -> Bool {
            let length = prefix.utf8CodeUnitCount
            guard end - start >= length else { return false }
            return ASCII.matches(text, start..<(start + length), prefix)
        }

        /// Takes one header with its continuation lines; returns where the next begins.
        private mutating func field(_ text: Span<UInt8>, _ start: Int, _ firstEnd: Int, _ firstNext: Int) -> Int {
            var end = firstEnd
            var next = firstNext
            while next < text.count, text[next] == ASCII.space || text[next] == ASCII.tab {
                (end, next) = endOfLine(text, from: next)
            }
            guard fields.count < MessageParser.fieldLimit else {
                note(.tooManyHeaders)
                return next
            }
            guard let found = Self.name(text, start, end, names) else {
                note(.headerLine)
                return next
            }
            var valueStart = found.colon &+ 1
            while valueStart < end, ASCII.isBlank(text[valueStart]) { valueStart &+= 1 }
            var valueEnd = end
            while valueEnd > valueStart, ASCII.isBlank(text[valueEnd &- 1]) { valueEnd &-= 1 }
            index.note(found.name, at: fields.count)
            // No place is beyond ``sizeLimit``.
            fields.append(
                HeaderField(
                    name: found.name, lineStart: Int32(truncatingIfNeeded: start),
                    nameEnd: Int32(truncatingIfNeeded: found.end), valueStart: Int32(truncatingIfNeeded: valueStart),
                    valueEnd: Int32(truncatingIfNeeded: valueEnd), lineEnd: Int32(truncatingIfNeeded: next)))
            if found.name == .contentLength { contentLength(text, valueStart, valueEnd) }
            return next
        }

        /// A header's name, where it ends and where its colon stands.
        private struct Name {
            let name: HeaderName
            let end: Int
            let colon: Int
        }

        /// Nil if the line has none.
        @inline(__always)
        private static func name(
            _ text: Span<UInt8>, _ start: Int, _ end: Int, _ names: HeaderNameTable
        ) -> Name? {
            if let colon = text.firstPlace(of: ASCII.colon, from: start, to: end) {
                let name = names.name(text, start..<colon)
                if name != .other { return Name(name: name, end: colon, colon: colon) }
            }
            return unknownName(text, start, end, names)
        }

        /// The same for a name that is not known, or has blanks behind it.
        @inline(never)
        private static func unknownName(
            _ text: Span<UInt8>, _ start: Int, _ end: Int, _ names: HeaderNameTable
        ) -> Name? {
            var nameEnd = start
            while nameEnd < end, ASCII.isToken(text[nameEnd]) { nameEnd += 1 }
            var colon = nameEnd
            while colon < end, ASCII.isBlank(text[colon]) { colon += 1 }
            guard nameEnd > start, colon < end, text[colon] == ASCII.colon else { return nil }
            return Name(name: names.name(text, start..<nameEnd), end: nameEnd, colon: colon)
        }

        private mutating func contentLength(_ text: Span<UInt8>, _ start: Int, _ end: Int) {
            guard let length = ContentLength.parse(text, start..<end) else { return note(.contentLength) }
            if let earlier = contentLength, earlier != length { return note(.conflictingContentLengths) }
            contentLength = length
        }

        private mutating func bodyEnd(from start: Int, to end: Int) -> Int {
            guard let contentLength else { return end }
            guard contentLength <= end - start else {
                note(.bodyTooShort)
                return end
            }
            return start + contentLength
        }

        private func shift(_ field: HeaderField, by offset: Int) -> HeaderField {
            let offset = Int32(offset)
            return HeaderField(
                name: field.name, lineStart: field.lineStart + offset, nameEnd: field.nameEnd + offset,
                valueStart: field.valueStart + offset, valueEnd: field.valueEnd + offset,
                lineEnd: field.lineEnd + offset)
        }

        private func shift(_ line: SIPMessage.StartLine, by offset: Int) -> SIPMessage.StartLine {
            func moved(_ range: Range<Int>) -> Range<Int> { (range.lowerBound + offset)..<(range.upperBound + offset) }
            return switch line {
            case .request(let method, let name, let uri): .request(method, method: moved(name), uri: moved(uri))
            case .response(let status, let reason): .response(status: status, reason: moved(reason))
            }
        }
    }
}
