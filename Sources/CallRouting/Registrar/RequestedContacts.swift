internal import SIPMessage

/// What the Contact lines of a REGISTER ask for.
enum RequestedContacts {
    /// `*`: every binding is to go.
    case all
    case some([RequestedContact])

    /// Nil: no Contact, the phone only asks what is registered.
    init?(_ request: SIPMessage, remembering uris: inout URIMemory) throws(RegistrationRefusal) {
        let elements = request.elements(.contact)
        guard !elements.isEmpty else { return nil }
        let expires = request.first(.expires).map { Expiration.seconds(request.bytes[$0.value]) }
        if elements.contains(where: { request.bytes[$0.range].elementsEqual("*".utf8) }) {
            guard elements.count == 1, expires == 0 else { throw .wildcard }
            self = .all
            return
        }
        var contacts: [RequestedContact] = []
        contacts.reserveCapacity(elements.count)
        for element in elements {
            contacts.append(try RequestedContact(request, element.range, expiresHeader: expires, remembering: &uris))
        }
        self = .some(contacts)
    }
}

/// One Contact value of a REGISTER.
struct RequestedContact {
    static let longestURI = 1024
    static let longestParameters = 1024

    let uri: ContactURI
    /// Header parameters other than q and expires, as they are kept: `;+sip.instance="…"`.
    let parameters: String
    /// Thousandths; 1000 if none is given (RFC 3261 §16.6).
    let q: Int
    /// Seconds; nil if neither the contact nor the request names any.
    let expires: Int?

    init(
        _ request: SIPMessage, _ range: Range<Int>, expiresHeader: Int?, remembering uris: inout URIMemory
    ) throws(RegistrationRefusal) {
        let bytes = request.bytes
        guard let address = NameAddress(bytes, range),
            let text = String(validating: bytes[address.uri], as: UTF8.self),
            let uri = uris.uri(bytes, address.uri),
            let list = ParameterList(bytes, address.parameters)
        else { throw .malformed(.contact) }
        guard uri.scheme == .sip || uri.scheme == .sips else { throw .foreignScheme }
        guard text.utf8.count <= Self.longestURI else { throw .tooLong(.contact) }
        self.uri = ContactURI(text, uri)
        var parameters = ""
        var q = 1000
        var expires = expiresHeader
        for parameter in list.parameters {
            let name = request.text(parameter.name)
            switch name.lowercased() {
            case "q":
                guard let value = parameter.value, let thousandths = QValue.thousandths(bytes[value]) else {
                    throw .malformed(.contact)
                }
                q = thousandths
            case "expires":
                expires = Expiration.seconds(parameter.value.map { bytes[$0] } ?? [])
            default:
                parameters += ";" + name
                guard let value = parameter.value else { continue }
                guard let text = HeaderText.exact(request, value) else { throw .malformed(.contact) }
                parameters += "=" + text
            }
        }
        guard parameters.utf8.count <= Self.longestParameters else { throw .tooLong(.contact) }
        self.parameters = parameters
        self.q = q
        self.expires = expires
    }
}

/// delta-seconds of an Expires header or an expires parameter.
enum Expiration {
    /// What is malformed counts as an hour, and what is too large as the largest (RFC 3261 §10.2, §20.19).
    static func seconds(_ text: ArraySlice<UInt8>) -> Int {
        guard !text.isEmpty else { return 3600 }
        var seconds = 0
        for byte in text {
            guard ASCII.isDigit(byte) else { return 3600 }
            seconds = min(seconds * 10 + Int(byte - 0x30), Int(UInt32.max))
        }
        return seconds
    }
}

/// qvalue of RFC 3261 §25.1: 0 to 1 with at most three decimals.
enum QValue {
    static func thousandths(_ text: ArraySlice<UInt8>) -> Int? {
        guard let whole = text.first, whole == UInt8(ascii: "0") || whole == UInt8(ascii: "1") else { return nil }
        var value = Int(whole - 0x30) * 1000
        let rest = text.dropFirst()
        guard let point = rest.first else { return value }
        guard point == UInt8(ascii: "."), rest.count <= 4 else { return nil }
        var weight = 100
        for digit in rest.dropFirst() {
            guard ASCII.isDigit(digit) else { return nil }
            value += Int(digit - 0x30) * weight
            weight /= 10
        }
        return value <= 1000 ? value : nil
    }

    /// `0.5` for 500.
    static func text(_ thousandths: Int) -> String {
        guard thousandths < 1000 else { return "1" }
        var digits = String(String(1000 + thousandths).dropFirst())
        while digits.last == "0" { digits.removeLast() }
        return digits.isEmpty ? "0" : "0." + digits
    }
}
