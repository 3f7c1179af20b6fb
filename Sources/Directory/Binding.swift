/// One contact of a registered number (RFC 3261 §10.3), as it is kept in memory and in `runtime.db`.
package struct Binding: Sendable, Hashable {
    /// The Contact's URI as the phone gave it, byte for byte.
    package var contact: String
    /// The Contact's header parameters other than `q` and `expires`, as given (`;+sip.instance="…"`), or empty.
    package var parameters: String
    /// Thousandths: 0 to 1000, 1000 when the phone gave none.
    package var q: Int
    package var callID: String
    package var cseq: UInt32
    /// Milliseconds since the Unix epoch.
    package var expiresAt: Int64
    /// Where the request came from when that differs from the contact: `udp:192.0.2.1:5062`. Requests to the phone
    /// go there. Nil: the contact's own address is used.
    package var received: String?
    /// Path values in order (RFC 3327), each as given.
    package var path: [String]
    package var userAgent: String?

    package init(
        contact: String, parameters: String = "", q: Int = 1000, callID: String, cseq: UInt32, expiresAt: Int64,
        received: String? = nil, path: [String] = [], userAgent: String? = nil
    ) {
        self.contact = contact
        self.parameters = parameters
        self.q = q
        self.callID = callID
        self.cseq = cseq
        self.expiresAt = expiresAt
        self.received = received
        self.path = path
        self.userAgent = userAgent
    }
}

/// What one accepted REGISTER changes: all of a number's contacts after it, empty when it has none left.
package struct BindingChange: Sendable, Equatable {
    package let number: PhoneNumber
    package let bindings: [Binding]
    /// How many removals of registrations were known where it was made: those told later take their contacts from it.
    package let knownRemovals: Int

    package init(number: PhoneNumber, bindings: [Binding], knownRemovals: Int = 0) {
        self.number = number
        self.bindings = bindings
        self.knownRemovals = knownRemovals
    }
}

/// Registrations that a command took away while a server may have been running.
package struct BindingRemoval: Sendable, Equatable {
    package let number: PhoneNumber
    /// Nil: all of the number's.
    package let contact: String?

    package init(number: PhoneNumber, contact: String?) {
        self.number = number
        self.contact = contact
    }

    /// What it leaves of a number's bindings.
    package func left(of bindings: [Binding]) -> [Binding] {
        bindings.filter { contact != nil && $0.contact != contact }
    }
}
