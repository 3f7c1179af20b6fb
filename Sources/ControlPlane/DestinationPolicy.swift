import Directory
import Storage

/// Classes of numbers that an operator may forbid as destinations of forwarding; all are by default.
package enum DestinationClass: String, CaseIterable, Sendable, Codable {
    /// 104, 117, 171 and the like, unless it is an extension of ours.
    case service
    /// 0120 and 0800: the called party pays.
    case freephone
    /// 0570.
    case navi
    /// 0990: calls with a charge for what is told.
    case premium
    /// 00XY in front of a number.
    case carrier
    case international
    /// Dialling with # or *.
    case code

    var phrase: String {
        switch self {
        case .service: "a three-digit service number"
        case .freephone: "a free-phone number (0120, 0800)"
        case .navi: "a 0570 number"
        case .premium: "a 0990 number"
        case .carrier: "a number with a carrier prefix (00XY)"
        case .international: "an international number"
        case .code: "a dialling code with # or *"
        }
    }

    /// The class of a number that is not ours, if it has one.
    init?(_ number: PhoneNumber) {
        let dialled = number.national
        if number.kind == .name { return nil }
        if dialled.contains(where: { $0 == "#" || $0 == "*" }) {
            self = .code
        } else if dialled.hasPrefix("+") || dialled.hasPrefix("010") {
            self = .international
        } else if dialled.hasPrefix("00") {
            self = .carrier
        } else if dialled.count == 3 {
            self = .service
        } else if dialled.hasPrefix("0120") || dialled.hasPrefix("0800") {
            self = .freephone
        } else if dialled.hasPrefix("0570") {
            self = .navi
        } else if dialled.hasPrefix("0990") {
            self = .premium
        } else {
            return nil
        }
    }
}

/// Reads what was typed as a destination, and refuses what can't or mustn't be one.
struct DestinationPolicy {
    /// Characters that may be typed for a number, hyphens included.
    static let typedLimit = 32
    /// The same for a number with メンバーズネット.
    static let membersNetLimit = 28
    static let uriLimit = 255

    let forbidden: Set<DestinationClass>
    let typedLimit: Int

    init(forbidden: Set<DestinationClass>, options: NumberOptions) {
        self.forbidden = forbidden
        typedLimit = options.has(.membersNet) ? Self.membersNetLimit : Self.typedLimit
    }

    /// - Parameter number: whose calls would be forwarded.
    /// - Throws: ``DestinationRefusal``, or what reading the database throws.
    func destination(typed text: String, for number: PhoneNumber, in snapshot: ControlSnapshot) throws -> Destination {
        let typed = NumberPlan.halfWidth(text)
        guard !typed.isEmpty else { throw DestinationRefusal.empty }
        let lowered = typed.lowercased()
        if lowered == "voicemail" { return .voicemail }
        if lowered.hasPrefix("sip:") || lowered.hasPrefix("sips:") { return try uri(typed, for: number) }
        guard typed.count <= typedLimit else { throw DestinationRefusal.tooLong(limit: typedLimit) }
        let destination: PhoneNumber
        do {
            destination = try PhoneNumber(typed: typed)
        } catch {
            throw DestinationRefusal.unreadable(error)
        }
        try check(destination, typed: typed, for: number, isOurs: try snapshot.hasNumber(destination))
        return .number(destination)
    }

    private func check(
        _ destination: PhoneNumber, typed: String, for number: PhoneNumber, isOurs: Bool
    ) throws(DestinationRefusal) {
        guard destination != number else { throw .itself(number) }
        guard !NumberPlan.japan.emergencyNumbers.contains(destination.canonical) else { throw .emergency(destination) }
        if isOurs { return }
        for prefix in ["184", "186"] {
            let dialled = destination.national
            if dialled.hasPrefix(prefix), dialled.count > prefix.count {
                throw .presentationPrefix(prefix, rest: String(dialled.dropFirst(prefix.count)))
            }
        }
        if let kind = DestinationClass(destination), forbidden.contains(kind) { throw .forbidden(kind, typed) }
        if destination.kind == .name { throw .unknownName(typed) }
        if !destination.isComplete { throw .unreadable(.notAssigned(typed)) }
    }

    private func uri(_ text: String, for number: PhoneNumber) throws(DestinationRefusal) -> Destination {
        guard text.utf8.count <= Self.uriLimit else { throw .tooLong(limit: Self.uriLimit) }
        if let reason = SIPAddress.flaw(in: text) { throw .invalidURI(text, reason: reason) }
        // An E.164 number is the same wherever it is addressed; a name at another domain is someone else.
        if number.kind == .global, text.contains("@"), (try? PhoneNumber(typed: text)) == number {
            throw .itself(number)
        }
        return .uri(text)
    }
}
