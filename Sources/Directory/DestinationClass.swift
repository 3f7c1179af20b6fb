/// Classes of numbers that an operator may forbid as destinations of forwarding, by rules and by phones (302); all are by
/// default.
package enum DestinationClass: String, CaseIterable, Sendable, Codable {
    /// 104, 117, 171 and the like, unless it is an extension of ours.
    case service
    /// 0120 and 0800: the called party pays.
    case freephone
    /// 0570.
    case navi
    /// 0990: calls with a charge for what is told.
    case premium
    /// 0170: messages that are left to be called for (伝言ダイヤル).
    case message
    /// 00XY in front of a number.
    case carrier
    case international
    /// Dialling with # or *.
    case code

    package var phrase: String {
        switch self {
        case .service: "a three-digit service number"
        case .freephone: "a free-phone number (0120, 0800)"
        case .navi: "a 0570 number"
        case .premium: "a 0990 number"
        case .message: "a 0170 number"
        case .carrier: "a number with a carrier prefix (00XY)"
        case .international: "an international number"
        case .code: "a dialling code with # or *"
        }
    }

    /// The class of a number that is not ours, if it has one.
    package init?(_ number: PhoneNumber) {
        if number.kind == .name { return nil }
        let octets = number.national.utf8
        let dialled = octets.span
        if Self.isCode(dialled) {
            self = .code
        } else if Self.begins(dialled, with: "+") || Self.begins(dialled, with: "010") {
            self = .international
        } else if Self.begins(dialled, with: "00") {
            self = .carrier
        } else if dialled.count == 3 {
            self = .service
        } else if Self.begins(dialled, with: "0120") || Self.begins(dialled, with: "0800") {
            self = .freephone
        } else if Self.begins(dialled, with: "0570") {
            self = .navi
        } else if Self.begins(dialled, with: "0990") {
            self = .premium
        } else if Self.begins(dialled, with: "0170") {
            self = .message
        } else {
            return nil
        }
    }

    private static func isCode(_ dialled: Span<UInt8>) -> Bool {
        for place in dialled.indices where dialled[place] == UInt8(ascii: "#") || dialled[place] == UInt8(ascii: "*") {
            return true
        }
        return false
    }

    private static func begins(_ dialled: Span<UInt8>, with prefix: StaticString) -> Bool {
        guard dialled.count >= prefix.utf8CodeUnitCount else { return false }
        for place in 0..<prefix.utf8CodeUnitCount where unsafe dialled[place] != prefix.utf8Start[place] {
            return false
        }
        return true
    }

    /// Reads the setting: `all`, `none`, or their names with commas between them.
    package static func classes(stored text: String) -> Set<DestinationClass> {
        if text == "all" { return Set(allCases) }
        return Set(text.split(separator: ",").compactMap { DestinationClass(rawValue: String($0)) })
    }
}
