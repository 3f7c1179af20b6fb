package import Directory
package import Foundation
package import Storage

/// A phone that is registered, for showing and for history.
package struct RegistrationState: Codable, Sendable, Equatable {
    package let number: String
    package let contact: String
    /// 0 to 1.
    package let q: Double
    package let expiresAt: Date
    /// Where the phone is, when that is not what the contact says.
    package let received: String?
    package let path: [String]
    package let userAgent: String?

    init(_ number: PhoneNumber, _ binding: Binding) {
        self.number = number.national
        contact = binding.contact
        q = Double(binding.q) / 1000
        expiresAt = Date(milliseconds: binding.expiresAt)
        received = binding.received
        path = binding.path
        userAgent = binding.userAgent
    }
}

extension ControlSession {
    /// - Parameter number: nil: of all numbers that are reached.
    package func registrations(of number: PhoneNumber? = nil, in runtime: RuntimeDatabase) throws
        -> [RegistrationState]
    {
        try read(.listRegistrations, on: number.map(Matter.number) ?? .reached) { snapshot in
            let numbers = try number.map { [$0] } ?? owned(in: snapshot)?.map(\.number)
            return try runtime.bindings(of: numbers, now: now).flatMap { change in
                change.bindings.map { RegistrationState(change.number, $0) }
            }
        }
    }

    /// Takes a number's phones off. A running server forgets them within a second; the phone may register again.
    ///
    /// - Parameter contact: one contact; nil: all.
    /// - Throws: ``ControlError/notRegistered(_:contact:)``.
    package func removeRegistrations(
        of number: PhoneNumber, contact: String? = nil, in runtime: RuntimeDatabase
    ) throws -> [RegistrationState] {
        // The two are different files: history goes first, and is not committed when the removal fails.
        try write(.removeRegistrations, on: .number(number)) { transaction in
            let removed = try runtime.removeBindings(of: number, contact: contact, now: now)
                .map { RegistrationState(number, $0) }
            guard !removed.isEmpty else { throw ControlError.notRegistered(number, contact: contact) }
            try record(
                "registrations remove", of: .number(number), from: removed, to: Nothing.none, in: transaction)
            return removed
        }
    }

    /// Newest first: those from or to numbers that are reached, since they belong to whom they belong to now.
    package func calls(_ filter: CallFilter, in runtime: RuntimeDatabase) throws -> [CallSummary] {
        try read(.listCalls, on: filter.number.map(Matter.number) ?? .reached) { snapshot in
            try runtime.calls(filter, among: try owned(filter.number, in: snapshot))
        }
    }

    package func call(id: String, in runtime: RuntimeDatabase) throws -> CallRecord {
        try read(.showCall, on: .reached) { snapshot in
            guard let call = try runtime.call(id: id) else { throw ControlError.noSuchCall(id) }
            guard !reach.isEverything else { return call }
            return try cut(call, in: snapshot)
        }
    }

    /// A call as those see it who are not the operator: without the addresses of phones and gateways, and without
    /// what others' rules made of it.
    func cut(_ call: CallRecord, in snapshot: ControlSnapshot) throws -> CallRecord {
        func isOwned(_ text: String) throws -> Bool { try self.isOwned(text, since: call.startedAt, in: snapshot) }
        guard try isOwned(call.caller) || isOwned(call.callee) else { throw ControlError.noSuchCall(call.id) }
        return CallRecord(
            id: call.id, callID: call.callID, startedAt: call.startedAt, answeredAt: call.answeredAt,
            endedAt: call.endedAt, caller: call.caller, callee: call.callee, status: call.status,
            decisions: try call.decisions.filter { try $0.numbers?.allSatisfy(isOwned) ?? false }, legs: [],
            ladder: [])
    }

    /// Whether a number is reached, and was the same owner's at that time, in milliseconds since the Unix epoch.
    func isOwned(_ text: String, since time: Int64, in snapshot: ControlSnapshot) throws -> Bool {
        guard let number = try? PhoneNumber(typed: text) else { return false }
        return try snapshot.ownership(of: number, within: reach).contains { $0.since <= time }
    }

    /// The numbers that are reached; nil: all there are.
    private func owned(_ number: PhoneNumber? = nil, in snapshot: ControlSnapshot) throws -> [NumberOwnership]? {
        reach.isEverything ? nil : try snapshot.ownership(of: number, within: reach)
    }
}

extension Decision {
    /// The numbers whose matter it is; nil: the operator's, since it tells of gateways or of what is behind them.
    var numbers: [String]? {
        switch self {
        case .emergency, .emergencyCallback, .callerHidden, .callerShown, .callerIdentified, .callerWithoutNumber,
            .callerUnknown, .forwardingLimitReached, .cancelledByCaller, .refused:
            []
        case .anonymousRejected(_, let number, _), .anonymousAccepted(_, let number),
            .anonymousScheduled(let number, _), .callerBlocked(_, let number, _), .forwarded(_, let number, _),
            .deflected(let number, _), .destinationForbidden(let number, _, _), .scheduled(_, let number, _),
            .temporary(_, let number, _, _), .noRule(_, let number),
            .wouldForward(_, let number, _, _), .rings(let number, _), .notRegistered(let number), .busy(let number),
            .notAnswered(let number, _), .unreachable(let number, _), .failed(let number, _), .answered(let number):
            [number]
        case .forwardingLoop(let path, _): path
        case .callerNotEntitled, .toTrunk, .toURI, .toVoicemail, .noSuchNumber, .noRoute: nil
        }
    }
}
