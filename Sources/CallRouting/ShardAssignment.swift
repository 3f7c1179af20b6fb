internal import Directory
package import SIPMessage

/// Which shard owns a message: all messages of one Call-ID meet in one shard, and all REGISTERs of one number, so
/// that no lock is needed and no message overtakes another.
package enum ShardAssignment {
    /// Lines that ``owner(ofMessageIn:among:)`` looks at.
    private static var lineLimit: Int { 64 }
    // Computed, so that they are constants in the code: what lies in another module is fetched for every octet.
    private static var lineFeed: UInt8 { UInt8(ascii: "\n") }
    private static var colon: UInt8 { UInt8(ascii: ":") }
    private static var space: UInt8 { UInt8(ascii: " ") }
    /// What tells a small letter from its capital.
    private static var caseBit: UInt8 { 0x20 }

    /// - Returns: 0 ..< count. The same for every process and run.
    package static func owner(of message: SIPMessage, among count: Int) -> Int {
        guard count > 1 else { return 0 }
        if isAboutRegistration(message), let to = message.nameAddress(.to) {
            return Int(hash(registered(message, to)) % UInt64(count))
        }
        guard let callID = message.first(.callID) else { return 0 }
        return Int(hash(message.bytes[callID.value]) % UInt64(count))
    }

    /// The same from the octets, for most messages without cutting them: who only hands a message on need not know its
    /// parts.
    ///
    /// - Returns: nil if it takes more than a look: a REGISTER and what answers it, and whatever is written unusually.
    package static func owner(ofMessageIn bytes: [UInt8], among count: Int) -> Int? {
        let text = bytes.span
        guard text.count > 4, text[0] > space, !starts(text, at: 0, with: "REGISTER") else { return nil }
        var needsMethod = starts(text, at: 0, with: "SIP/")
        var callID: Range<Int>?
        var start = 0
        for _ in 0..<lineLimit {
            guard let end = endOfLine(text, from: start) else { return nil }
            if callID == nil, let value = value(text, start, end, of: "Call-ID", compact: "i") {
                callID = value
            } else if needsMethod, let value = value(text, start, end, of: "CSeq", compact: nil) {
                guard !isOfRegistration(text, value) else { return nil }
                needsMethod = false
            }
            start = end + 1
            // A line that goes on in the next one is for the parser.
            guard start < text.count, text[start] > space else { return nil }
            if !needsMethod, let callID { return Int(hash(bytes[callID]) % UInt64(count)) }
        }
        return nil
    }

    /// Where the LF is.
    private static func endOfLine(_ text: Span<UInt8>, from start: Int) -> Int? {
        var position = start
        while position < text.count {
            if text[position] == lineFeed { return position }
            position += 1
        }
        return nil
    }

    /// The value of a header line that has this name, without blanks around it.
    private static func value(
        _ text: Span<UInt8>, _ start: Int, _ end: Int, of name: StaticString, compact: Unicode.Scalar?
    ) -> Range<Int>? {
        var first = start
        if let compact, text[start] | caseBit == UInt8(ascii: compact), text[start + 1] == colon {
            first += 2
        } else if starts(text, at: start, with: name), text[start + name.utf8CodeUnitCount] == colon {
            first += name.utf8CodeUnitCount + 1
        } else {
            return nil
        }
        var last = end
        while first < last, ASCII.isBlank(text[first]) { first += 1 }
        while last > first, ASCII.isBlank(text[last - 1]) { last -= 1 }
        return first..<last
    }

    /// Whether there is this word, in letters of any case, and something behind it.
    private static func starts(_ text: Span<UInt8>, at start: Int, with word: StaticString) -> Bool {
        guard text.count - start > word.utf8CodeUnitCount else { return false }
        return word.withUTF8Buffer { word in
            for index in 0..<word.count {
                let octet = unsafe word[index]
                let isLetter = (octet | caseBit) &- UInt8(ascii: "a") < 26
                if text[start + index] != octet, !isLetter || text[start + index] != octet ^ caseBit { return false }
            }
            return true
        }
    }

    private static func isOfRegistration(_ text: Span<UInt8>, _ cseq: Range<Int>) -> Bool {
        cseq.count > 8 && starts(text, at: cseq.upperBound - 8, with: "REGISTER")
    }

    /// A REGISTER, or the response to one that was passed on.
    private static func isAboutRegistration(_ message: SIPMessage) -> Bool {
        message.method == .register || (message.method == nil && message.cseqMethod == .register)
    }

    /// The number in its one form, however it is written; what is none, as it stands.
    private static func registered(_ message: SIPMessage, _ to: NameAddress) -> [UInt8] {
        guard let user = SIPURI(message.bytes, to.uri)?.decodedUser,
            let number = try? PhoneNumber(CallRouter.subscriber(user))
        else { return Array(message.bytes[to.uri]) }
        return Array(number.canonical.utf8)
    }

    /// FNV-1a.
    private static func hash(_ bytes: some Sequence<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return hash
    }
}
