internal import SIPMessage
internal import SIPTransaction

/// Whether requests to a phone have to go to where its REGISTER came from, rather than to the address in its Contact.
enum ContactSource {
    /// `udp:192.0.2.1:5062`, or nil: the contact is used as given.
    ///
    /// Only the sender's own contact is treated so: its host is the one that the phone calls its own in the Via. A
    /// contact elsewhere (a third party's), or one that names another transport than the request came by, can't be
    /// reached there.
    static func received(contact: SIPURI, via: Via, flow: Flow) -> String? {
        guard isSame(contact, via), !contact.hasForeignTransport else { return nil }
        if let transport = contact.transport, transport != flow.transport { return nil }
        // A phone that came by a connection is reached by it, and often by nothing else.
        guard flow.transport.isReliable || showsAddressTranslation(via, flow) else { return nil }
        return "\(flow.transport):\(flow.remote)"
    }

    /// Somebody in between has changed the address, or the port of a phone that sends and listens at the same one:
    /// only such a phone asks for rport (RFC 3581 §3).
    private static func showsAddressTranslation(_ via: Via, _ flow: Flow) -> Bool {
        guard let sentBy = via.address else {
            // A host name may mean anything from here; the source of a phone with rport is sure to reach it.
            return via.rport != nil
        }
        if sentBy != flow.remote.address { return true }
        return via.rport != nil && (via.port ?? 5060) != flow.remote.port
    }

    private static func isSame(_ contact: SIPURI, _ via: Via) -> Bool {
        if let left = contact.hostAddress, let right = via.address { return left == right }
        return contact.host == via.host || contact.host.lowercased() == via.host.lowercased()
    }
}
