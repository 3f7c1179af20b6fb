/// One header line (with its continuation lines) and where it lies in the message.
package struct HeaderField: Sendable {
    package let name: HeaderName
    /// Whether the value is surely one element: known of some headers that may be lists, false for all others.
    let isSingle: Bool
    /// First octet of the line.
    let lineStart: Int32
    let nameEnd: Int32
    let valueStart: Int32
    let valueEnd: Int32
    /// One past the line's CRLF.
    let lineEnd: Int32

    /// The headers whose elements are asked for most.
    @inline(__always)
    static func isList(_ name: HeaderName) -> Bool {
        switch name {
        case .via, .contact, .route, .recordRoute: true
        default: false
        }
    }

    /// The whole line with its CRLF.
    package var line: Range<Int> { Int(lineStart)..<Int(lineEnd) }
    /// The value without blanks around it; a folded value keeps its folds.
    package var value: Range<Int> { Int(valueStart)..<Int(valueEnd) }
    /// The name as it came.
    package var nameRange: Range<Int> { Int(lineStart)..<Int(nameEnd) }
}

/// A SIP message as it came from the wire, and where its parts lie. Nothing in it is decoded until it is asked for,
/// so what nobody changes goes out byte for byte.
///
/// A class, because a message passes through many hands and none of them changes it.
package final class SIPMessage: Sendable {
    /// Where the parts of the first line lie.
    package enum StartLine: Sendable {
        case request(Method, method: Range<Int>, uri: Range<Int>)
        case response(status: Int, reason: Range<Int>)
    }

    /// From the first octet of the start line to the last of the body; octets beyond Content-Length are gone.
    package let bytes: [UInt8]
    package let startLine: StartLine
    /// All lines, in the order in which they came.
    package let fields: [HeaderField]
    /// One past the start line's CRLF: where a new topmost header goes.
    package let headersStart: Int
    /// Where the blank line stands: a new last header goes here.
    package let headersEnd: Int
    /// Empty if there is none.
    package let body: Range<Int>
    /// The first thing found wrong while cutting; such a request is answered, such a response dropped.
    package let fault: MessageFault?
    private let index: HeaderIndex
    /// The topmost Via; nil if there is none.
    let topViaElement: HeaderElement?
    /// Of the first such lines.
    let from: TaggedAddress
    let to: TaggedAddress

    init(
        bytes: [UInt8], startLine: StartLine, fields: [HeaderField], index: HeaderIndex, headersStart: Int,
        headersEnd: Int, body: Range<Int>, fault: MessageFault?
    ) {
        let text = bytes.span
        topViaElement = Self.topViaElement(fields, index, text)
        func value(_ name: HeaderName) -> Range<Int> { index.first(name).map { fields[$0].value } ?? 0..<0 }
        from = TaggedAddress(text, value(.from))
        to = TaggedAddress(text, value(.to))
        self.bytes = bytes
        self.startLine = startLine
        self.fields = fields
        self.index = index
        self.headersStart = headersStart
        self.headersEnd = headersEnd
        self.body = body
        self.fault = fault
    }

    /// Found once, because several steps ask for it, and a response of many a phone has all of its Vias in one line.
    private static func topViaElement(_ fields: [HeaderField], _ index: HeaderIndex, _ text: Span<UInt8>)
        -> HeaderElement?
    {
        guard var place = index.first(.via) else { return nil }
        while place < fields.count {
            if fields[place].name == .via, let first = firstElement(of: fields[place], in: text) { return first }
            place += 1
        }
        return nil
    }

    /// Stands where a message was that nobody needs any more.
    package static let nothing = SIPMessage(
        bytes: [], startLine: .response(status: 0, reason: 0..<0), fields: [], index: HeaderIndex(), headersStart: 0,
        headersEnd: 0, body: 0..<0, fault: .statusLine)

    /// Nil for a response.
    package var method: Method? {
        if case .request(let method, _, _) = startLine { return method }
        return nil
    }

    package var isRequest: Bool { method != nil }

    /// Nil for a request.
    package var status: Int? {
        if case .response(let status, _) = startLine { return status }
        return nil
    }

    /// Nil: a response.
    package var requestURI: Range<Int>? {
        if case .request(_, _, let uri) = startLine { return uri }
        return nil
    }

    /// The method's name as it came.
    package var methodText: String {
        if case .request(_, let range, _) = startLine { return text(range) }
        return ""
    }

    package func first(_ name: HeaderName) -> HeaderField? {
        guard let place = index.first(name), place < fields.count else { return nil }
        return fields[place]
    }

    package func last(_ name: HeaderName) -> HeaderField? {
        guard index.isRepeated(name) else { return first(name) }
        for field in fields.reversed() where field.name == name { return field }
        return nil
    }

    /// In the order in which they came.
    package func all(_ name: HeaderName) -> [HeaderField] { fields.filter { $0.name == name } }

    package func count(_ name: HeaderName) -> Int {
        guard index.isRepeated(name) else { return index.first(name) == nil ? 0 : 1 }
        var count = 0
        for field in fields where field.name == name { count += 1 }
        return count
    }

    /// Whether more than one line has one of these headers: a set of ``HeaderIndex/bit(_:)``.
    func repeats(anyOf names: UInt64) -> Bool { index.repeated & names != 0 }

    /// The lines of a header, as places in ``fields``. Most headers stand once, and then nothing is searched.
    package func places(of name: HeaderName) -> Range<Int> {
        guard let first = index.first(name) else { return 0..<0 }
        return first..<(index.isRepeated(name) ? fields.count : first + 1)
    }

    /// The value of the first such header as text.
    package func value(_ name: HeaderName) -> String? { first(name).map { text($0.value) } }

    /// Malformed UTF-8 is shown with replacement characters: for reading, not for sending on.
    package func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    /// Name of a header that routing does not know, such as `X-Call-Ref`, compared without regard to case.
    package func field(named name: String) -> HeaderField? {
        let wanted = name.utf8.map(ASCII.lowercased)
        return fields.first { bytes[$0.nameRange].lazy.map(ASCII.lowercased).elementsEqual(wanted) }
    }
}
