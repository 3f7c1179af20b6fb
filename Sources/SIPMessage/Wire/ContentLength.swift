/// The value of Content-Length: digits only, and no more than a message may have.
enum ContentLength {
    enum Agreement: Equatable {
        case none
        case octets(Int)
        /// One is malformed, or two are not the same: where the message ends can't be known (RFC 4475 §3.3.9).
        case unusable
    }

    /// What all Content-Length lines of a message say together.
    static func agreed(in message: SIPMessage) -> Agreement {
        let bytes = message.bytes
        var agreement = Agreement.none
        for field in message.fields where field.name == .contentLength {
            guard let length = parse(bytes.span, field.value) else { return .unusable }
            guard agreement == .none || agreement == .octets(length) else { return .unusable }
            agreement = .octets(length)
        }
        return agreement
    }

    static func parse(_ text: Span<UInt8>, _ range: Range<Int>) -> Int? {
        guard !range.isEmpty else { return nil }
        var length = 0
        for position in range {
            guard ASCII.isDigit(text[position]) else { return nil }
            length = length * 10 + Int(text[position] - 0x30)
            guard length <= MessageParser.sizeLimit else { return nil }
        }
        return length
    }
}
