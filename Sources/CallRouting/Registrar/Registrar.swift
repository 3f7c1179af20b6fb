package import Directory
package import SIPMessage
package import SIPTransaction

/// What a REGISTER does to the bindings of one number (RFC 3261 §10.3 steps 2 and 6 to 8; who may do it is asked
/// before). All of a request holds, or nothing of it.
///
/// GRUU (RFC 5627) and outbound (RFC 5626) are not supported.
package struct Registrar: Sendable {
    /// Seconds, and contacts of one number.
    package struct Settings: Sendable {
        package var maximumContacts = 10
        package var minimumExpires = 60
        package var defaultExpires = 3600
        /// A phone that asks for more is given this.
        package var maximumExpires = 7200

        package init() {}
    }

    /// `headers` are whole lines with their CRLF.
    package enum Outcome: Sendable {
        /// 200: nothing changes; the headers list what is registered.
        case answer(headers: String)
        /// 200 with these headers as soon as the change is durable.
        case change(BindingChange, headers: String)
        case refuse(status: Int, reason: String, headers: String)
    }

    /// Octets; it is kept with every binding.
    private static let longestCallID = 512

    package let settings: Settings

    package init(settings: Settings = Settings()) {
        self.settings = settings
    }

    /// - Parameters:
    ///   - current: the number's bindings before this request; expired ones among them count for nothing.
    ///   - flow: where the request came from, which becomes a binding's `received` where ``ContactSource`` says so.
    ///   - via: the topmost Via as the phone sent it.
    ///   - uris: those that were read last.
    package func register(
        _ request: SIPMessage, number: PhoneNumber, current: [Binding], flow: Flow, via: Via, at now: Instant,
        remembering uris: inout URIMemory
    ) -> Outcome {
        let current = current.filter { $0.expiresAt > now.milliseconds }
        do {
            return try outcome(
                request, number: number, current: current, flow: flow, via: via, at: now, remembering: &uris)
        } catch {
            return .refuse(status: error.status, reason: error.reason, headers: error.headers)
        }
    }

    private func outcome(
        _ request: SIPMessage, number: PhoneNumber, current: [Binding], flow: Flow, via: Via, at now: Instant,
        remembering uris: inout URIMemory
    ) throws(RegistrationRefusal) -> Outcome {
        try RegistrationExtensions.check(request)
        let path = try PathVector(request)
        var after = current
        if let contacts = try RequestedContacts(request, remembering: &uris) {
            guard let callID = request.value(.callID) else { throw .malformed(.callID) }
            guard callID.utf8.count <= Self.longestCallID else { throw .tooLong(.callID) }
            guard let cseq = request.cseq?.number else { throw .malformed(.cseq) }
            switch contacts {
            case .all:
                try Self.checkOrder(of: current, callID: callID, cseq: cseq)
                after = []
            case .some(let contacts):
                let current = current.map { Known($0, among: contacts) }
                let template = Binding(
                    contact: "", callID: callID, cseq: cseq, expiresAt: 0, path: path.values,
                    userAgent: request.value(.userAgent).map { HeaderText.cleaned($0, longest: 128) })
                let changes = try changes(contacts, from: template, to: current) { uri in
                    ContactSource.received(contact: uri, via: via, flow: flow)
                }
                after = try apply(changes, to: current, at: now)
            }
        }
        let headers = RegistrationAnswer.headers(bindings: after, path: path, at: now)
        return after == current
            ? .answer(headers: headers)
            : .change(BindingChange(number: number, bindings: after), headers: headers)
    }

    /// A binding, and its contact as it is compared.
    private struct Known {
        let uri: ContactURI?
        let binding: Binding

        /// Nearly every phone registers what it has registered before: its URI has been read already.
        init(_ binding: Binding, among contacts: [RequestedContact]) {
            let same = contacts.first { $0.uri.text == binding.contact }
            self.init(binding, same?.uri ?? ContactURI(binding.contact))
        }

        init(_ binding: Binding, _ uri: ContactURI?) {
            self.binding = binding
            self.uri = uri
        }

        func isAbout(_ contact: ContactURI) -> Bool { uri?.isEquivalent(to: contact) == true }
    }

    /// One contact of the request: which binding it replaces, and for how many seconds.
    private struct ContactChange {
        let uri: ContactURI
        let binding: Binding
        let expires: Int
    }

    /// Settles expiry and order of each contact (§10.3 step 7), before anything is changed.
    private func changes(
        _ contacts: [RequestedContact], from template: Binding, to current: [Known], received: (SIPURI) -> String?
    ) throws(RegistrationRefusal) -> [ContactChange] {
        // More than these can only be contacts that do not exist or come twice; the limit bounds the comparisons.
        guard contacts.count <= max(settings.maximumContacts, 1) + current.count else { throw .tooManyContacts }
        var changes: [ContactChange] = []
        for contact in contacts {
            let expires = try granted(contact.expires)
            let replaced = current.filter { $0.isAbout(contact.uri) }
            try Self.checkOrder(of: replaced.map(\.binding), callID: template.callID, cseq: template.cseq)
            var binding = template
            binding.contact = contact.uri.text
            binding.parameters = contact.parameters
            binding.q = contact.q
            binding.received = received(contact.uri.uri)
            changes.append(ContactChange(uri: contact.uri, binding: binding, expires: expires))
        }
        return changes
    }

    /// Seconds that a contact is granted; 0 removes it.
    private func granted(_ requested: Int?) throws(RegistrationRefusal) -> Int {
        let requested = requested ?? settings.defaultExpires
        guard requested > 0 else { return 0 }
        // An interval of an hour or more may never be called too brief (§10.3 step 7).
        guard requested >= min(settings.minimumExpires, 3600) else {
            throw .intervalTooBrief(minimum: min(settings.minimumExpires, 3600))
        }
        return min(requested, settings.maximumExpires)
    }

    /// What was registered last stands first among contacts of the same q; contacts of higher q stand before them.
    private func apply(_ changes: [ContactChange], to current: [Known], at now: Instant)
        throws(RegistrationRefusal) -> [Binding]
    {
        var kept = current
        var updated: [Known] = []
        for change in changes {
            kept.removeAll { $0.isAbout(change.uri) }
            updated.removeAll { $0.isAbout(change.uri) }
            guard change.expires > 0 else { continue }
            var binding = change.binding
            binding.expiresAt = now.milliseconds + Int64(change.expires) * 1000
            updated.append(Known(binding, change.uri))
        }
        let after = (updated + kept).map(\.binding)
        // A limit that was lowered leaves a number what it has.
        guard after.count <= max(settings.maximumContacts, current.count) else { throw .tooManyContacts }
        return after.sorted { $0.q > $1.q }
    }

    /// A request of the same Call-ID whose CSeq is not higher came late or twice: it must not undo what came after it.
    private static func checkOrder(of bindings: [Binding], callID: String, cseq: UInt32) throws(RegistrationRefusal) {
        for binding in bindings where binding.callID == callID && cseq <= binding.cseq {
            throw .outOfOrder
        }
    }
}
