import Foundation

/// The fields of a form or a query, in the order that they came (application/x-www-form-urlencoded).
struct FormFields: Sendable {
    private static let fieldLimit = 5_000

    private(set) var fields: [(name: String, value: String)] = []

    init() {}

    /// - Throws: ``PortalError/unreadableForm`` for what is not UTF-8, has a NUL, which no page may have (WHATWG HTML
    ///   §13.2.3.5), or too many fields.
    init(encoded octets: [UInt8]) throws(PortalError) {
        for pair in octets.split(separator: UInt8(ascii: "&")) {
            let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard fields.count < Self.fieldLimit, let name = parts.first.flatMap(Self.decoded),
                let value = parts.count > 1 ? Self.decoded(parts[1]) : ""
            else { throw .unreadableForm }
            fields.append((name, value))
        }
    }

    /// The first value of that name, as it was typed; nil: there is none.
    subscript(name: String) -> String? { fields.first { $0.name == name }?.value }

    /// Without blanks at its ends; empty when there is none.
    func trimmed(_ name: String) -> String {
        let text = self[name] ?? ""
        guard let first = text.firstIndex(where: { !$0.isWhitespace }),
            let last = text.lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(text[first...last])
    }

    /// The last change when the form was made; nil: it does not say.
    var seen: Int64? { self["seen"].flatMap { Int64($0) } }

    /// What the form was filled with, as ``shownText(_:)`` has written it; nil: it does not say.
    func shown<Value: Decodable>(_: Value.Type) -> Value? {
        self["shown"].flatMap { try? JSONDecoder().decode(Value.self, from: Data($0.utf8)) }
    }

    /// What a form is filled with, to be sent along with it.
    static func shownText(_ value: some Encodable) throws -> String {
        String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
    }

    func all(_ name: String) -> [String] { fields.filter { $0.name == name }.map(\.value) }

    private static func decoded(_ octets: ArraySlice<UInt8>) -> String? {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(octets.count)
        var rest = octets
        while let octet = rest.popFirst() {
            switch octet {
            case UInt8(ascii: "+"): decoded.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else {
                    return nil
                }
                decoded.append(high << 4 | low)
            default: decoded.append(octet)
            }
        }
        return decoded.contains(0) ? nil : String(validating: decoded, as: UTF8.self)
    }

    private static func digit(_ octet: UInt8) -> UInt8? {
        Character(Unicode.Scalar(octet)).hexDigitValue.map(UInt8.init)
    }
}
