internal import Directory
internal import SIPMessage
internal import SIPTransaction

/// REGISTERs that wait for their change to be durable.
struct PendingRegistrations {
    struct Waiting {
        let arrival: Arrival
        let change: BindingChange
        let headers: String
    }

    var changes = PendingChanges()
    var waiting: [UInt64: Waiting] = [:]
    var isSweeping = false
}

/// The registrar (RFC 3261 §10.3): who may register what is decided here, what that changes in `Registrar`.
extension CallRouter {
    func isForRegistrar(_ uri: SIPURI) -> Bool {
        // A user part has no place there (§10.2), but some phones write one; a REGISTER is for no phone.
        (uri.scheme == .sip || uri.scheme == .sips) && own.contain(uri)
    }

    mutating func register(_ arrival: Arrival, _ turn: Turn) {
        let request = arrival.request
        guard let to = request.nameAddress(.to), let uri = uris.uri(request.bytes, to.uri) else {
            return refuse(arrival, status: 400, reason: "Malformed To", turn)
        }
        switch uri.scheme {
        case .sip, .sips, .tel: break
        case .other: return refuse(arrival, status: 400, reason: "To Is Not a SIP URI", turn)
        }
        guard own.contain(uri) else {
            return refuse(arrival, status: 404, reason: "Domain Is Not Served Here", turn)
        }
        do throws(DirectoryUnavailable) {
            let number = number(in: uri)
            guard let number = try authorized(arrival, number, turn) else { return }
            change(arrival, number, turn)
        } catch {
            unavailable(arrival, error, turn)
        }
    }

    /// - Returns: the number that may be registered; nil if the request was answered instead.
    private mutating func authorized(
        _ arrival: Arrival, _ number: PhoneNumber?, _ turn: Turn
    ) throws(DirectoryUnavailable) -> PhoneNumber? {
        let directory = turn.directory
        let record = try number.flatMap { (number) throws(DirectoryUnavailable) in try directory.record(of: number) }
        if isTrusted(arrival.via, arrival.flow) {
            guard let record else {
                refuse(arrival, status: 404, reason: "Not Found", turn)
                return nil
            }
            if record.credentials == nil { return record.number }
        } else if let record, record.credentials == nil {
            refuse(arrival, status: 403, reason: "Number Has No Password", turn)
            return nil
        }
        let verdict = try authenticator.verify(arrival.request, .www, at: turn.now) {
            (username: String) throws(DirectoryUnavailable) in
            try turn.record(signingInAs: username, claiming: record)?.credentials
        }
        counters.authentications.add(.init(verdict))
        note(verdict, from: arrival.flow, turn)
        switch verdict {
        case .authenticated(let username):
            if let record, try turn.record(signingInAs: username, claiming: record)?.number == record.number {
                return record.number
            }
            refuse(arrival, status: 403, reason: "Number Belongs to Another", turn)
        case .missing, .wrong, .malformed: challenge(arrival, .www, stale: false, turn)
        case .stale: challenge(arrival, .www, stale: true, turn)
        }
        return nil
    }

    /// Why a contact may not be registered: calls to it would come back to us, or leave through a gateway to where none may
    /// go.
    private mutating func contactFlaw(_ request: SIPMessage, _ turn: Turn) -> String? {
        let next = request.firstElement(.path).flatMap { NameAddress(request.bytes, $0.range) }
            .flatMap { uris.uri(request.bytes, $0.uri) }
        for element in request.elements(.contact) {
            guard let address = NameAddress(request.bytes, element.range),
                let uri = uris.uri(request.bytes, address.uri), uri.scheme == .sip || uri.scheme == .sips
            else { continue }
            if own.address(of: uri.host) != nil, own.haveSocket(host: uri.host, port: uri.port) {
                return "Contact Is This Server"
            }
            if (try? tollFlaw(of: uri, by: next, turn)) ?? nil != nil { return "Contact Is a Forbidden Destination" }
        }
        return nil
    }

    private mutating func change(_ arrival: Arrival, _ number: PhoneNumber, _ turn: Turn) {
        if let flaw = contactFlaw(arrival.request, turn) { return refuse(arrival, status: 403, reason: flaw, turn) }
        let knownRemovals = locations.removalCount
        let pending = registrations.changes.change(of: number).map { locations.settled($0).bindings }
        let current = pending ?? locations.bindings(of: number, at: turn.now)
        let outcome = registrar.register(
            arrival.request, number: number, current: current, flow: arrival.flow, via: arrival.via.via, at: turn.now,
            remembering: &uris)
        switch outcome {
        case .answer(let headers): refuse(arrival, status: 200, reason: "OK", headers: headers, turn)
        case .refuse(let status, let reason, let headers):
            if reason == RegistrationRefusal.tooManyContacts.reason { counters.limits.add(.contacts) }
            refuse(arrival, status: status, reason: reason, headers: headers, turn)
        case .change(let made, let headers):
            let change = BindingChange(number: number, bindings: made.bindings, knownRemovals: knownRemovals)
            let ticket = nextTicket()
            registrations.changes.began(change)
            registrations.waiting[ticket] = PendingRegistrations.Waiting(
                arrival: arrival, change: change, headers: headers)
            effects.append(.commit(change, ticket: ticket))
        }
    }

    /// The change is durable, or could not be made so.
    mutating func finishRegistration(_ ticket: UInt64, succeeded: Bool, _ turn: Turn) {
        guard let waiting = registrations.waiting.removeValue(forKey: ticket) else { return }
        registrations.changes.ended(waiting.change)
        if succeeded {
            locations.apply(waiting.change)
            refuse(waiting.arrival, status: 200, reason: "OK", headers: waiting.headers, turn)
            armSweep(turn)
        } else {
            refuse(
                waiting.arrival, status: 500, reason: "Registration Not Stored", headers: "Retry-After: 5\r\n", turn)
        }
    }

    /// Contacts that have expired take no more part in calls at once; their memory is freed within the minute, or of
    /// very many a part every second.
    private mutating func armSweep(_ turn: Turn) {
        guard !registrations.isSweeping else { return }
        registrations.isSweeping = true
        let isSmall = locations.count <= LocationTable.sweepLength
        timers.set(
            RouterTimer(.sweep, SlotID(index: 0, generation: 0)), after: .seconds(isSmall ? 60 : 1), at: turn.now)
    }

    mutating func sweepRegistrations(_ turn: Turn) {
        registrations.isSweeping = false
        _ = locations.removeExpired(at: turn.now)
        if locations.count > 0 { armSweep(turn) }
    }
}
