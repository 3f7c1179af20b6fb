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
    /// When the INVITE came, in milliseconds since the Unix epoch. Rules that have a schedule are judged by it, here and
    /// at every number that the call is sent on to, however long it rings.
    package let offeredAt: Int64
    /// ``offeredAt`` as people at home read it; nil where no rule of the called number depends on it. Without it no rule
    /// that has a schedule applies.
    package var moment: LocalMoment?

    package init(
        caller: CallerIdentity, callee: NumberRecord, isEmergencyCallback: Bool = false, diversionsSoFar: Int = 0,
        path: [PhoneNumber] = [], offeredAt: Int64 = 0, moment: LocalMoment? = nil
    ) {
        self.caller = caller
        self.callee = callee
        self.isEmergencyCallback = isEmergencyCallback
        self.diversionsSoFar = diversionsSoFar
        self.path = path
        self.offeredAt = offeredAt
        self.moment = moment
    }

    /// A call to a number, with the time at home where its rules depend on that.
    package init(
        caller: CallerIdentity, callee: NumberRecord, isEmergencyCallback: Bool, diversionsSoFar: Int,
        offeredAt: Int64, clock: any CallDirectory
    ) throws(DirectoryUnavailable) {
        self.init(
            caller: caller, callee: callee, isEmergencyCallback: isEmergencyCallback, diversionsSoFar: diversionsSoFar,
            offeredAt: offeredAt, moment: callee.isTimed ? try clock.localMoment(at: offeredAt) : nil)
    }

    /// The same call, as it comes to another of our numbers to which `callee` has sent it: the caller stays who it
    /// was, and that number's own rules hold.
    package func forwarded(to next: NumberRecord, clock: any CallDirectory) throws(DirectoryUnavailable) -> OfferedCall
    {
        var call = self
        call.callee = next
        if next.isTimed, moment == nil { call.moment = try clock.localMoment(at: offeredAt) }
        call.diversionsSoFar += 1
        call.path.append(callee.number)
        return call
    }
}
