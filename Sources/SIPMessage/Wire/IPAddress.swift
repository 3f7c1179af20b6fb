/// An IPv4 or IPv6 address.
package enum IPAddress: Hashable, Sendable, CustomStringConvertible {
    /// Host byte order.
    case v4(UInt32)
    case v6(high: UInt64, low: UInt64)

    /// Reads `192.0.2.1`, `2001:db8::1` or `[2001:db8::1]`; nil for anything else.
    package init?(_ text: some StringProtocol) {
        self.init(String(text))
    }

    /// The same for what routing asks most: not generic, so that it runs specialised in every module.
    package init?(_ text: String) {
        if let address = Self.v4(text.utf8.span) {
            self = .v4(address)
            return
        }
        var bytes = Array(text.utf8)[...]
        if bytes.first == UInt8(ascii: "["), bytes.last == UInt8(ascii: "]") { bytes = bytes.dropFirst().dropLast() }
        guard bytes.contains(ASCII.colon), let address = Self.v6(bytes) else { return nil }
        self = address
    }

    private static func v4(_ text: Span<UInt8>) -> UInt32? {
        guard text.count >= 7, text.count <= 15 else { return nil }
        var address: UInt32 = 0
        var octet: UInt32 = 0
        var digits = 0
        var dots = 0
        for position in 0..<text.count {
            let byte = text[position]
            if byte == UInt8(ascii: ".") {
                guard digits > 0, dots < 3 else { return nil }
                address = address << 8 | octet
                (octet, digits, dots) = (0, 0, dots &+ 1)
            } else {
                guard ASCII.isDigit(byte), digits < 3 else { return nil }
                octet = octet &* 10 &+ UInt32(byte &- 0x30)
                guard octet <= 255 else { return nil }
                digits &+= 1
            }
        }
        return digits > 0 && dots == 3 ? address << 8 | octet : nil
    }

    private static func v6(_ text: ArraySlice<UInt8>) -> IPAddress? {
        var groups: [UInt16] = []
        var gapAt: Int?
        var rest = text
        if rest.starts(with: "::".utf8) {
            gapAt = 0
            rest = rest.dropFirst(2)
        }
        while !rest.isEmpty {
            let part = rest.prefix { $0 != ASCII.colon }
            rest = rest[part.endIndex...]
            if part.contains(UInt8(ascii: ".")) {
                guard rest.isEmpty, let embedded = v4(part.span) else { return nil }
                groups += [UInt16(embedded >> 16), UInt16(truncatingIfNeeded: embedded)]
                break
            }
            guard let group = group(part) else { return nil }
            groups.append(group)
            if rest.isEmpty { break }
            rest = rest.dropFirst()
            if rest.first == ASCII.colon {
                guard gapAt == nil else { return nil }
                gapAt = groups.count
                rest = rest.dropFirst()
            } else if rest.isEmpty {
                return nil
            }
        }
        if let gapAt {
            guard groups.count < 8 else { return nil }
            groups.insert(contentsOf: Array(repeating: 0, count: 8 - groups.count), at: gapAt)
        }
        guard groups.count == 8 else { return nil }
        let words = groups.map(UInt64.init)
        return .v6(
            high: words[0] << 48 | words[1] << 32 | words[2] << 16 | words[3],
            low: words[4] << 48 | words[5] << 32 | words[6] << 16 | words[7])
    }

    private static func group(_ text: ArraySlice<UInt8>) -> UInt16? {
        guard (1...4).contains(text.count), text.allSatisfy(ASCII.isHexDigit) else { return nil }
        return UInt16(String(decoding: text, as: UTF8.self), radix: 16)
    }

    /// Without brackets; IPv6 as RFC 5952 writes it.
    package var description: String {
        var text: [UInt8] = []
        text.reserveCapacity(40)
        append(to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Appends ``description``.
    package func append(to text: inout [UInt8]) {
        switch self {
        case .v4(let address):
            for shift in stride(from: UInt32(24), through: 0, by: -8) {
                text.append(decimal: Int(address >> shift & 255))
                if shift > 0 { text.append(UInt8(ascii: ".")) }
            }
        case .v6(0, let low) where low >> 32 == 0xFFFF:
            text.append(word: "::ffff:")
            IPAddress.v4(UInt32(truncatingIfNeeded: low)).append(to: &text)
        case .v6(let high, let low):
            let groups = (0..<8).map { UInt16(truncatingIfNeeded: ($0 < 4 ? high : low) >> (48 - 16 * UInt64($0 % 4))) }
            let zeros = Self.longestZeros(in: groups)
            guard !zeros.isEmpty else { return Self.append(groups[...], to: &text) }
            Self.append(groups[..<zeros.lowerBound], to: &text)
            text.append(word: "::")
            Self.append(groups[zeros.upperBound...], to: &text)
        }
    }

    /// The first of the longest runs of two zero groups or more.
    private static func longestZeros(in groups: [UInt16]) -> Range<Int> {
        var longest = 0..<0
        var start = 0
        while start < groups.count {
            var end = start
            while end < groups.count, groups[end] == 0 { end += 1 }
            if end - start > max(1, longest.count) { longest = start..<end }
            start = max(end, start + 1)
        }
        return longest
    }

    private static func append(_ groups: ArraySlice<UInt16>, to text: inout [UInt8]) {
        for (place, group) in groups.enumerated() {
            if place > 0 { text.append(ASCII.colon) }
            text.append(contentsOf: String(group, radix: 16).utf8)
        }
    }

    /// As it stands in a URI or a Via: IPv6 in brackets.
    package var hostText: String {
        if case .v4 = self { return description }
        var text: [UInt8] = []
        appendHost(to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Appends ``hostText``.
    package func appendHost(to text: inout [UInt8]) {
        guard case .v6 = self else { return append(to: &text) }
        text.append(UInt8(ascii: "["))
        append(to: &text)
        text.append(UInt8(ascii: "]"))
    }
}
