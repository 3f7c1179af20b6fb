import Directory

/// The messages of a call as they went between those who had part in it, as far as somebody may see them: parties instead
/// of addresses.
package struct CallFlow: Sendable, Equatable {
    package enum Party: Sendable, Equatable {
        /// As it is dialled; nil: the number is not shown.
        case caller(String?)
        case server
        /// A number that may be seen, as it is dialled.
        case number(String)
        /// Somebody else, where the call was sent on to.
        case elsewhere
    }

    package struct Step: Sendable, Equatable {
        /// Milliseconds since the Unix epoch.
        package let at: Int64
        /// Places in ``CallFlow/parties``.
        package let from: Int
        package let to: Int
        /// `INVITE`, `180 Ringing`.
        package let text: String
        /// Somebody was called off, or has refused.
        package let isBad: Bool
    }

    /// The caller, the server, and then those who were called, in that order.
    package private(set) var parties: [Party]
    package private(set) var steps: [Step] = []

    /// - Parameter isShown: whether a number may be seen.
    init(_ call: CallRecord, isShown: (String) throws -> Bool) rethrows {
        let caller = call.caller == "anonymous" || call.caller == "unknown" ? nil : call.caller
        parties = [.caller(caller), .server]
        guard let first = call.ladder.first else { return }
        var partyAt: [String: Int] = [:]
        var hasLeft = try !isShown(call.callee)
        for (index, step) in call.ladder.enumerated() {
            let text = String(step.label.split(separator: " ", maxSplits: 1).first ?? "")
            let isResponse = text.first?.isNumber == true
            if index == 0 {
                add(step, 0, 1, text)
            } else if isResponse, step.from == first.to, step.to == first.from {
                add(step, 1, 0, step.label)
            } else if isResponse {
                if let party = partyAt[step.from] { add(step, party, 1, step.label) }
            } else if text == "INVITE" {
                guard let party = try Self.callee(of: step.label, isShown: isShown) else { continue }
                // What becomes of a call behind somebody else's number is theirs to know.
                if party == .elsewhere {
                    guard !hasLeft else {
                        partyAt[step.to] = nil
                        continue
                    }
                    hasLeft = true
                }
                let place = parties.lastIndex(of: party).flatMap { $0 > 1 && party != .elsewhere ? $0 : nil }
                if place == nil { parties.append(party) }
                partyAt[step.to] = place ?? parties.count - 1
                add(step, 1, place ?? parties.count - 1, text)
            } else if let party = partyAt[step.to] {
                add(step, 1, party, text)
            }
        }
    }

    private mutating func add(_ step: CallRecord.LadderStep, _ from: Int, _ to: Int, _ text: String) {
        let status = Int(text.prefix(3)) ?? 0
        steps.append(
            Step(at: step.at, from: from, to: to, text: text, isBad: status >= 400 || text == "CANCEL"))
    }

    /// - Parameter label: `INVITE sip:05012345601@192.0.2.1:5060`.
    private static func callee(of label: String, isShown: (String) throws -> Bool) rethrows -> Party? {
        guard let uri = label.split(separator: " ", maxSplits: 1).dropFirst().first,
            let number = try? PhoneNumber(typed: String(uri))
        else { return .elsewhere }
        return try isShown(number.national) ? .number(number.national) : .elsewhere
    }
}
