internal import SIPMessage

/// Why a REGISTER is not carried out, as the phone is told.
enum RegistrationRefusal: Error, Equatable {
    case malformed(HeaderName)
    /// `*` with other contacts, or without `Expires: 0` (RFC 3261 §10.3 step 6).
    case wildcard
    case foreignScheme
    case tooLong(HeaderName)
    case unsupported([String])
    case intervalTooBrief(minimum: Int)
    case tooManyContacts
    case outOfOrder

    var status: Int {
        switch self {
        case .malformed, .wildcard, .foreignScheme: 400
        case .tooManyContacts: 403
        case .unsupported: 420
        case .intervalTooBrief: 423
        case .outOfOrder: 500
        case .tooLong: 513
        }
    }

    var reason: String {
        switch self {
        case .malformed(let name): "Malformed \(name.text)"
        case .wildcard: "Contact * Needs To Be Alone With Expires 0"
        case .foreignScheme: "Contact Is Not A SIP URI"
        case .tooLong(let name): "\(name.text) Too Long"
        case .unsupported: "Bad Extension"
        case .intervalTooBrief: "Interval Too Brief"
        case .tooManyContacts: "Too Many Contacts"
        case .outOfOrder: "CSeq Out Of Order"
        }
    }

    /// The lines that the status requires (§21.4.15, §21.4.17).
    var headers: String {
        switch self {
        case .unsupported(let tags): "Unsupported: \(tags.joined(separator: ", "))\r\n"
        case .intervalTooBrief(let minimum): "Min-Expires: \(minimum)\r\n"
        default: ""
        }
    }
}
