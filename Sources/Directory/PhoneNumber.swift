/// A number or name that calls are addressed to, in its one canonical form.
///
/// `050-1234-5678`, `05012345678`, `+815012345678`, `tel:+81-50-1234-5678` and `sip:05012345678@lab.test` are one
/// number: `+815012345678`. Extensions (`1001`) and names (`alice`) stay as they are. Two numbers are the same when
/// their canonical forms are; this initialiser is the only place that makes one.
package struct PhoneNumber: Hashable, Sendable, Comparable, CustomStringConvertible, Codable {
    /// What sort of address this is.
    package enum Kind: String, Sendable {
        /// An E.164 number, canonical with its plus sign.
        case global
        /// Digits (and `*`, `#`) that mean something only here: extensions, service and emergency numbers.
        case `extension`
        /// A name such as `alice`.
        case name
    }

    /// `+815012345678`, `1001` or `alice`.
    package let canonical: String
    /// The form that is dialled and shown here: `05012345678` for `+815012345678`, otherwise the canonical form.
    package let national: String

    /// Reads what a person typed or a peer sent: the user part of a URI, or the subscriber part of a tel: URI,
    /// already unescaped, without parameters.
    ///
    /// - Throws: ``NumberError`` that says what is wrong with it.
    package init(_ text: String) throws(NumberError) {
        self.init(trustedCanonical: try NumberPlan.japan.canonical(of: text))
    }

    /// Takes text that a former initialiser made canonical (from our own database).
    package init(trustedCanonical: String) {
        canonical = trustedCanonical
        national = NumberPlan.japan.national(of: trustedCanonical)
    }

    package init(from decoder: any Decoder) throws {
        self.init(trustedCanonical: try decoder.singleValueContainer().decode(String.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(canonical)
    }

    package var kind: Kind {
        if canonical.utf8.first == UInt8(ascii: "+") { return .global }
        return canonical.utf8.allSatisfy(NumberPlan.isDialable) ? .extension : .name
    }

    /// Whether it has as many digits as numbers of its kind have. Peers present others too; but what is typed to be
    /// kept, and has a digit too many or too few, is a mistake.
    package var isComplete: Bool { NumberPlan.japan.isComplete(canonical) }

    /// User parts of URIs that name nobody, in lower case: peers write them where a caller's number is not told.
    package static let namelessUsers = ["anonymous", "restricted", "unknown", "unavailable"]

    package var description: String { national }

    /// By octets, as the database compares: strings are equal as well where only their encodings differ, and a name that
    /// looks like one of ours would be looked up in its place.
    package static func == (left: PhoneNumber, right: PhoneNumber) -> Bool {
        let (one, other) = (left.canonical.utf8.span, right.canonical.utf8.span)
        guard one.count == other.count else { return false }
        for place in one.indices where one[place] != other[place] { return false }
        return true
    }

    /// Of the octets, too: of one look there can be very many encodings, which strangers may send.
    package func hash(into hasher: inout Hasher) {
        var text = canonical
        text.withUTF8 { octets in unsafe hasher.combine(bytes: UnsafeRawBufferPointer(octets)) }
    }

    package static func < (left: PhoneNumber, right: PhoneNumber) -> Bool {
        left.canonical.utf8.lexicographicallyPrecedes(right.canonical.utf8)
    }
}

/// Why a text is not a number.
package enum NumberError: Error, Equatable, CustomStringConvertible {
    case empty
    case tooLong(String)
    case unexpectedCharacter(Character, in: String)
    /// Too many or too few digits for a number of its kind.
    case notAssigned(String)
    /// A sip: URI without a user part.
    case noUser(String)
    /// A name that looks like a telephone number, but for this character.
    case mistyped(String, Character)
    /// 184 or 186 before a complete telephone number.
    case prefixed(String, rest: String)

    package var description: String {
        switch self {
        case .empty:
            "the number is empty: give digits such as 05012345678, an extension such as 1001, or a name"
        case .tooLong(let text):
            "\"\(text)\" has too many characters: a number has at most 15 digits after its country code sign, "
                + "an extension or name at most 32 characters"
        case .unexpectedCharacter(let character, let text):
            "\"\(text)\" has the character \"\(character)\", which no number, extension or name can have"
        case .notAssigned(let text):
            "\"\(text)\" is not a Japanese number: 050 and mobile numbers have 11 digits, others 10; "
                + "check for a missing or extra digit"
        case .noUser(let text):
            "\"\(text)\" has no user part: give it as sip:05012345678@example.jp"
        case .mistyped(let text, let character):
            "\"\(text)\" looks like a telephone number, but for the character \"\(character)\": give its digits alone, such "
                + "as 05012345678; what is meant as a name must not look like one"
        case .prefixed(let prefix, let rest):
            "\"\(prefix)\(rest)\" is \(prefix) before the number \(rest): with it a caller says whether the own number is "
                + "shown; give \(rest) alone"
        }
    }
}
