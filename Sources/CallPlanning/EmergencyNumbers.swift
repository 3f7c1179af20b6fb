package import Directory

/// The numbers of emergency services: calls to and from them are never rejected and never forwarded.
///
/// Asked about the number that remains after 184 or 186 is taken away, so that 184110 is an emergency call too.
package struct EmergencyNumbers: Sendable, Equatable {
    /// Police, coast guard, fire and ambulance in Japan.
    package static let japan = NumberPlan.japan.emergencyNumbers

    /// In canonical form. A handful, so a scan of an array is quicker than hashing each call's number.
    package let numbers: [String]
    /// How many octets the longest of them has, in whichever form.
    package let longest: Int

    /// - Parameter numbers: as dialled.
    package init(_ numbers: [String] = japan) {
        self.numbers = numbers.map { (try? PhoneNumber($0))?.canonical ?? $0 }
        longest = (numbers + self.numbers).map(\.utf8.count).max() ?? 0
    }

    /// Whether a text is the number of anybody, as it is dialled.
    package static func canHave(_ text: String) -> Bool {
        (try? PhoneNumber(text)).map { $0.kind != .name } ?? false
    }

    package func contains(_ number: PhoneNumber) -> Bool {
        numbers.contains(number.canonical)
    }

    /// Whether an emergency service is one of the two who are to be connected. A caller's number counts only if it was
    /// proved: whoever writes 110 into a From gains nothing by it.
    package func touch(_ call: OfferedCall) -> Bool {
        if call.isEmergencyCallback || contains(call.callee.number) { return true }
        guard call.caller.isVerified, let caller = call.caller.number else { return false }
        return contains(caller)
    }
}
