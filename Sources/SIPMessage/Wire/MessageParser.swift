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
        var start = 0
        while start < bytes.count, bytes[start] == ASCII.carriageReturn || bytes[start] == ASCII.lineFeed { start += 1 }
        guard start < bytes.count else { return nil }
        var cutter = Cutter()
        return cutter.cut(start == 0 ? bytes : Array(bytes[start...]))
    }

    private struct Cutter {
        var fields: [HeaderField] = []
        var index = HeaderIndex()
        var fault: MessageFault?
        var contentLength: Int?

        /// - Parameter bytes: at least one, the first of which is no line end.
        mutating func cut(_ bytes: consuming [UInt8]) -> SIPMessage? {
            let text = bytes.span
            let (lineEnd, next) = endOfLine(text, from: 0)
            guard let startLine = startLine(text, lineEnd) else { return nil }
            var position = takePlainFields(bytes, from: next)
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
            return SIPMessage(
                bytes: body.upperBound == bytes.count ? bytes : Array(bytes[..<body.upperBound]), startLine: startLine,
                fields: fields, index: index, headersStart: next, headersEnd: headersEnd, body: body, fault: fault)
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

        private mutating func startLine(_ text: Span<UInt8>, _ end: Int) -> SIPMessage.StartLine? {
            if starts(text, 0, end, with: "sip/") { return statusLine(text, end) }
            let methodEnd = text.endOfToken(from: 0, to: end)
            guard methodEnd > 0, methodEnd < end, text[methodEnd] == ASCII.space else { return nil }
            let method = Method(text, 0..<methodEnd)
            let uriStart = methodEnd + 1
            // Nearly always one blank is left, and the version behind it.
            let blank = text.firstPlace(below: ASCII.space + 1, from: uriStart)
            if blank > uriStart, blank == end - 8, text.word(at: blank).folded == OctetWord(" sip/2.0").bits {
                return .request(method, method: 0..<methodEnd, uri: uriStart..<blank)
            }
            return strayingRequestLine(text, end, method, methodEnd)
        }

        private mutating func strayingRequestLine(
            _ text: Span<UInt8>, _ end: Int, _ method: Method, _ methodEnd: Int
        ) -> SIPMessage.StartLine? {
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
            return .request(method, method: 0..<methodEnd, uri: uriStart..<uriEnd)
        }

        private mutating func statusLine(_ text: Span<UInt8>, _ end: Int) -> SIPMessage.StartLine? {
            guard end >= 11, isVersion2(text, 0, 7), text[7] == ASCII.space else {
                note(.statusLine)
                return .response(status: 0, reason: end..<end)
            }
            var status = 0
            for position in 8..<11 {
                guard ASCII.isDigit(text[position]) else {
                    note(.statusLine)
                    return .response(status: 0, reason: end..<end)
                }
                status = status &* 10 &+ Int(text[position] &- 0x30)
            }
            let hasReason = end > 11 && text[11] == ASCII.space
            if !(100...699).contains(status) || !(hasReason || end == 11) { note(.statusLine) }
            return .response(status: status, reason: min(12, end)..<end)
        }

        @inline(__always)
        private func isVersion2(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
            end - start == 7 && starts(text, start, end, with: "sip/2.0")
        }

        @inline(__always)
        private func starts(_ text: Span<UInt8>, _ start: Int, _ end: Int, with prefix: StaticString) -> Bool {
            let length = prefix.utf8CodeUnitCount
            guard end - start >= length else { return false }
            return ASCII.matches(text, start..<(start + length), prefix)
        }

        /// Room for the headers of most messages.
        private static var usualFields: Int { 14 }

        /// Takes header lines for as long as they are plain; returns where the next begins.
        private mutating func takePlainFields(_ bytes: [UInt8], from start: Int) -> Int {
            var position = start
            fields.reserveCapacity(Self.usualFields)
            let text = bytes.span
            while fields.count < Self.usualFields, position < text.count,
                let field = plainField(text, position, place: fields.count)
            {
                fields.append(field)
                position = Int(field.lineEnd)
            }
            return position
        }

        /// A header whose name is a token of no more than 24 octets with its colon right behind, as nearly all are. Nil:
        /// the line is none of those, and nothing was noted.
        @inline(__always)
        private mutating func plainField(_ text: Span<UInt8>, _ start: Int, place: Int) -> HeaderField? {
            guard text[start] > ASCII.carriageReturn else { return nil }
            let word = text.word(at: start)
            let colons = word.equal(to: ASCII.colon)
            let colon: Int
            var name: HeaderName
            if colons != 0 {
                colon = start &+ colons.trailingZeroBitCount >> 3
                name = HeaderName(short: FoldedName(word, before: colons))
            } else {
                let limit = start &+ FoldedName.longest &+ 1
                guard let found = text.firstPlace(of: ASCII.colon, from: start &+ 8, to: limit) else { return nil }
                colon = found
                name = HeaderName(FoldedName(text, start..<colon))
            }
            if name == .other {
                guard colon > start, text.endOfToken(from: start, to: colon) == colon else { return nil }
            }
            // In a name no line ends.
            let line = endOfLine(text, from: colon &+ 1)
            let (end, next) = continued(text, line.end, line.next)
            return noted(text, name, start, nameEnd: colon, colon: colon, end, next, place: place)
        }

        /// Takes one header with its continuation lines; returns where the next begins.
        private mutating func field(_ text: Span<UInt8>, _ start: Int, _ firstEnd: Int, _ firstNext: Int) -> Int {
            let (end, next) = continued(text, firstEnd, firstNext)
            guard fields.count < MessageParser.fieldLimit else {
                note(.tooManyHeaders)
                return next
            }
            let nameEnd = text.endOfToken(from: start, to: end)
            var colon = nameEnd
            while colon < end, ASCII.isBlank(text[colon]) { colon += 1 }
            guard nameEnd > start, colon < end, text[colon] == ASCII.colon else {
                note(.headerLine)
                return next
            }
            let name = HeaderName(text.extracting(start..<nameEnd))
            let field = noted(
                text, name, start, nameEnd: nameEnd, colon: colon, end, next, place: fields.count)
            fields.append(field)
            return next
        }

        @inline(__always)
        private mutating func continued(_ text: Span<UInt8>, _ firstEnd: Int, _ firstNext: Int) -> (end: Int, next: Int)
        {
            var (end, next) = (firstEnd, firstNext)
            while next < text.count, text[next] == ASCII.space || text[next] == ASCII.tab {
                (end, next) = endOfLine(text, from: next)
            }
            return (end, next)
        }

        /// The field of a line whose parts are known, for its place among the fields.
        @inline(__always)
        private mutating func noted(
            _ text: Span<UInt8>, _ name: HeaderName, _ start: Int, nameEnd: Int, colon: Int, _ end: Int, _ next: Int,
            place: Int
        ) -> HeaderField {
            var valueStart = colon &+ 1
            if valueStart < end, text[valueStart] == ASCII.space { valueStart &+= 1 }
            var valueEnd = end
            // Nearly always that was all.
            if valueStart < end, text[valueStart] <= ASCII.space || text[end &- 1] <= ASCII.space {
                while valueStart < end, ASCII.isBlank(text[valueStart]) { valueStart &+= 1 }
                while valueEnd > valueStart, ASCII.isBlank(text[valueEnd &- 1]) { valueEnd &-= 1 }
            }
            index.note(name, at: place)
            var isSingle = false
            if HeaderField.isList(name) {
                isSingle = text.firstPlace(of: ASCII.comma, from: valueStart, to: valueEnd) == nil
            } else if name == .contentLength {
                contentLength(text, valueStart, valueEnd)
            }
            // No place is beyond ``sizeLimit``.
            return HeaderField(
                name: name, isSingle: isSingle && valueStart < valueEnd, lineStart: Int32(truncatingIfNeeded: start),
                nameEnd: Int32(truncatingIfNeeded: nameEnd), valueStart: Int32(truncatingIfNeeded: valueStart),
                valueEnd: Int32(truncatingIfNeeded: valueEnd), lineEnd: Int32(truncatingIfNeeded: next))
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
    }
}
