package import Directory
import Storage

/// The five saved destinations of a number, which are kept whether or not a rule uses them.
extension ControlSession {
    package func destinations(of number: PhoneNumber) throws -> ForwardingState { try forwarding(of: number) }

    /// Saves a destination in a slot, in place of what was there. A rule that uses the slot follows.
    ///
    /// - Parameters:
    ///   - text: a number or a sip: URI (only the operator sets new ones), as typed.
    ///   - slot: 1 to 5.
    /// - Throws: ``ControlError``, `StorageError`.
    package func saveDestination(_ text: String, as slot: Int, of number: PhoneNumber) throws -> ForwardingState {
        try write(.saveDestination, on: .number(number)) { transaction in
            let before = try ForwardingState(of: number, in: transaction.snapshot)
            try Self.check(slot: slot)
            let destination = try destination(typed: text, for: number, in: transaction.snapshot)
            guard destination != .voicemail else { throw ControlError.destination(.voicemailInList) }
            let saved = try transaction.snapshot.savedDestinations(of: number)
            if let same = saved.first(where: { $0.destination == destination && $0.slot != slot }) {
                throw ControlError.destinationSaved(number, slot: same.slot)
            }
            if try transaction.snapshot.slotsInUse(of: number).contains(slot) {
                try checkLoop(from: number, to: destination, in: transaction.snapshot)
            }
            try transaction.save(
                SavedDestination(
                    slot: slot, destination: destination, typed: NumberPlan.halfWidth(text), savedAt: now),
                of: number)
            let state = try ForwardingState(of: number, in: transaction.snapshot)
            try record("destination set", of: .number(number), from: before, to: state, in: transaction)
            return state
        }
    }

    /// Forgets a saved destination that no rule uses.
    ///
    /// - Parameter slot: 1 to 5.
    package func removeDestination(_ slot: Int, of number: PhoneNumber) throws -> ForwardingState {
        try write(.removeDestination, on: .number(number)) { transaction in
            let before = try ForwardingState(of: number, in: transaction.snapshot)
            try Self.check(slot: slot)
            guard before.saved.contains(where: { $0.slot == slot }) else {
                throw ControlError.noSavedDestination(number, slot: slot)
            }
            if let rule = before.rules.first(where: { $0.slot == slot }) {
                throw ControlError.destinationInUse(number, slot: slot, when: rule.when)
            }
            try transaction.removeDestination(slot, of: number)
            let state = try ForwardingState(of: number, in: transaction.snapshot)
            try record("destination remove", of: .number(number), from: before, to: state, in: transaction)
            return state
        }
    }

    private static func check(slot: Int) throws(ControlError) {
        guard (1...ForwardingRules.savedDestinationCount).contains(slot) else { throw .noSuchSlot(slot) }
    }
}
