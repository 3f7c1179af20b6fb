import Directory
import Storage

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
