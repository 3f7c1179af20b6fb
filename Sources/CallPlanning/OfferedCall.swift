package import Directory

/// A call as it was offered to one of our numbers: what routing has read from the INVITE, and nothing that happened
/// since.
package struct OfferedCall: Sendable {
    package var caller: CallerIdentity
    /// The served number: the rules that apply are this record's, and no other's.
    package var callee: NumberRecord
    /// A trusted peer says that an emergency service is calling back (`Priority: psap-callback`, RFC 7090). Never set
    /// on an untrusted sender's word.
    package var isEmergencyCallback: Bool
    /// How often the call has been diverted before it came to this number, here and elsewhere.
    package var diversionsSoFar: Int
    /// Our numbers that have already sent this call on, in that order; the served number is not among them.
    package var path: [PhoneNumber]

    package init(
        caller: CallerIdentity, callee: NumberRecord, isEmergencyCallback: Bool = false, diversionsSoFar: Int = 0,
        path: [PhoneNumber] = []
    ) {
        self.caller = caller
        self.callee = callee
        self.isEmergencyCallback = isEmergencyCallback
        self.diversionsSoFar = diversionsSoFar
        self.path = path
    }

    /// The same call, as it comes to another of our numbers to which `callee` has sent it: the caller stays who it
    /// was, and that number's own rules hold.
    package func forwarded(to next: NumberRecord) -> OfferedCall {
        var call = self
        call.callee = next
        call.diversionsSoFar += 1
        call.path.append(callee.number)
        return call
    }
}
