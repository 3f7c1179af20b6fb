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
        let dialled = number.national
        if number.kind == .name { return nil }
        if dialled.utf8.contains(where: { $0 == UInt8(ascii: "#") || $0 == UInt8(ascii: "*") }) {
            self = .code
        } else if dialled.hasPrefix("+") || dialled.hasPrefix("010") {
            self = .international
        } else if dialled.hasPrefix("00") {
            self = .carrier
        } else if dialled.utf8.count == 3 {
            self = .service
        } else if dialled.hasPrefix("0120") || dialled.hasPrefix("0800") {
            self = .freephone
        } else if dialled.hasPrefix("0570") {
            self = .navi
        } else if dialled.hasPrefix("0990") {
            self = .premium
        } else if dialled.hasPrefix("0170") {
            self = .message
        } else {
            return nil
        }
    }

    /// Reads the setting: `all`, `none`, or their names with commas between them.
    package static func classes(stored text: String) -> Set<DestinationClass> {
        if text == "all" { return Set(allCases) }
        return Set(text.split(separator: ",").compactMap { DestinationClass(rawValue: String($0)) })
    }
}
