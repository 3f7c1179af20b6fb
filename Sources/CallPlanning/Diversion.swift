package import Directory

/// One diversion: what the forwarded branch's Diversion, History-Info and Request-URI are to tell.
package struct Diversion: Sendable, Equatable {
    package var reason: DiversionReason
    /// The served number that sends the call on.
    package var from: PhoneNumber
    /// Where to: the groups are tried one after the other, the members of a group at once. One group with one member,
    /// unless a phone named several contacts by a 3xx.
    package var targetGroups: [[Destination]]
    /// The final status with which a phone caused it, for the `Reason` that History-Info's diverting entry carries
    /// (RFC 7044 §10.2). Nil when no response did: forwarding always, the ring time, nothing registered.
    package var causingStatus: Int?

    package init(reason: DiversionReason, from: PhoneNumber, targetGroups: [[Destination]], causingStatus: Int? = nil) {
        self.reason = reason
        self.from = from
        self.targetGroups = targetGroups
        self.causingStatus = causingStatus
    }

    /// The only destination, or the first of a phone's.
    package var destination: Destination? { targetGroups.first?.first }
}
