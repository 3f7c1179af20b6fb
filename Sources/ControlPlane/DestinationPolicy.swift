import Directory
import Storage

/// Reads what was typed as a destination, and refuses what can't or mustn't be one.
struct DestinationPolicy {
    /// Characters that may be typed for a number, hyphens included.
    static let typedLimit = 32
    /// The same for a number with メンバーズネット.
    static let membersNetLimit = 28
    static let uriLimit = 255

    /// Whose URIs are taken.
    enum URIGivers {
        /// The operator gives them.
        case anyURI
        /// Others: those that are saved for the number, which the operator has set.
        case savedOnes
    }

    let forbidden: Set<DestinationClass>
    let uris: URIGivers
    /// It was set once, and what has come since does not take it away: a class that was forbidden, a number of ours that
    /// was removed, an option.
    let isKept: Bool
    let typedLimit: Int

    init(forbidden: Set<DestinationClass>, options: NumberOptions, uris: URIGivers, isKept: Bool = false) {
        self.forbidden = forbidden
        self.uris = uris
        self.isKept = isKept
        typedLimit = options.has(.membersNet) && !isKept ? Self.membersNetLimit : Self.typedLimit
    }

    /// Whether what is saved for a number could be saved as a new destination.
    func allows(_ saved: SavedDestination, of number: PhoneNumber, in snapshot: ControlSnapshot) throws -> Bool {
        do {
            _ = try destination(typed: saved.typed, for: number, in: snapshot)
            return true
        } catch is DestinationRefusal {
            return false
        }
    }

    /// - Parameter number: whose calls would be forwarded.
    /// - Throws: ``DestinationRefusal``, or what reading the database throws.
    func destination(typed text: String, for number: PhoneNumber, in snapshot: ControlSnapshot) throws -> Destination {
        let typed = NumberPlan.halfWidth(text)
        guard !typed.isEmpty else { throw DestinationRefusal.empty }
        let lowered = typed.lowercased()
        if lowered == "voicemail" { return .voicemail }
        if lowered.hasPrefix("sip:") || lowered.hasPrefix("sips:") {
            if uris == .savedOnes,
                try !snapshot.savedDestinations(of: number).contains(where: { $0.destination == .uri(typed) })
            {
                throw DestinationRefusal.uriOfOperator(typed)
            }
            return try uri(typed, for: number, in: snapshot)
        }
        guard typed.count <= typedLimit else { throw DestinationRefusal.tooLong(limit: typedLimit) }
        let destination: PhoneNumber
        do {
            destination = try PhoneNumber(typed: typed)
        } catch {
            throw DestinationRefusal.unreadable(error)
        }
        try checkNumber(destination, typed: typed, for: number, isOurs: try snapshot.hasNumber(destination))
        return .number(destination)
    }

    private func checkNumber(
        _ destination: PhoneNumber, typed: String, for number: PhoneNumber, isOurs: Bool
    ) throws(DestinationRefusal) {
        guard destination != number else { throw .itself(number) }
        guard !NumberPlan.japan.emergencyNumbers.contains(destination.canonical) else { throw .emergency(destination) }
        if isOurs || isKept { return }
        try checkPrefix(of: destination)
        if let kind = DestinationClass(destination), forbidden.contains(kind) { throw .forbidden(kind, typed) }
        if destination.kind == .name { throw .unknownName(typed) }
        if !destination.isComplete { throw .unreadable(.notAssigned(typed)) }
    }

    private func checkPrefix(of destination: PhoneNumber) throws(DestinationRefusal) {
        guard let (prefix, rest) = destination.presentationPrefix else { return }
        throw .presentationPrefix(prefix, rest: rest)
    }

    private func uri(_ text: String, for number: PhoneNumber, in snapshot: ControlSnapshot) throws -> Destination {
        guard text.utf8.count <= Self.uriLimit else { throw DestinationRefusal.tooLong(limit: Self.uriLimit) }
        if let reason = SIPAddress.flaw(in: text) { throw DestinationRefusal.invalidURI(text, reason: reason) }
        if !isKept, let reason = try SIPAddress(text).flawOfWay {
            throw DestinationRefusal.invalidURI(text, reason: reason)
        }
        if let user = try? PhoneNumber(typed: text), user.kind != .name {
            try checkUser(user, typed: text, for: number, in: snapshot)
        }
        return .uri(text)
    }

    /// The user part of a URI is judged whatever the host, since which domains are ours is known to the server's
    /// configuration, not here. What it says at a domain of ours is judged again when a call comes.
    private func checkUser(
        _ user: PhoneNumber, typed: String, for number: PhoneNumber, in snapshot: ControlSnapshot
    ) throws {
        // An E.164 number is the same wherever it is addressed; an extension at another domain is someone else.
        if number.kind == .global, user == number { throw DestinationRefusal.itself(number) }
        guard !NumberPlan.japan.emergencyNumbers.contains(user.canonical) else {
            throw DestinationRefusal.emergency(user)
        }
        if try isKept || snapshot.hasNumber(user) { return }
        try checkPrefix(of: user)
        if let kind = DestinationClass(user), forbidden.contains(kind), Self.isTelephoneNumber(user, of: kind) {
            throw DestinationRefusal.forbidden(kind, typed)
        }
    }

    /// Whether the user part of a URI is a number of the telephone network; otherwise it is an extension of the host.
    private static func isTelephoneNumber(_ user: PhoneNumber, of kind: DestinationClass) -> Bool {
        switch kind {
        case .freephone, .navi, .premium, .message: user.kind == .global
        // 00XY alone is no number.
        case .carrier: user.national.count > 4
        case .service, .code: false
        // Abroad it is the host that takes the call there, and the operator who has chosen the host.
        case .international: false
        }
    }
}
