package import Directory
import Storage

/// What becomes of a number's calls now.
package struct NumberWays: Sendable {
    package let forwarding: ForwardingState
    package let anonymous: AnonymousState

    init(of number: PhoneNumber, in snapshot: ControlSnapshot, at moment: LocalMoment) throws {
        guard let (record, options) = try snapshot.savedRecord(of: number) else {
            throw ControlError.noSuchNumber(number)
        }
        forwarding = try ForwardingState(of: number, record, options, in: snapshot, at: moment)
        anonymous = AnonymousState(record, options, at: moment)
    }
}

extension ControlSession {
    /// What becomes of the calls of some numbers, all of the same moment, in the order in which they are given.
    ///
    /// - Throws: ``ControlError`` for a number that is not there, or another's.
    package func ways(of numbers: [PhoneNumber]) throws -> [NumberWays] {
        try read(.showForwarding, on: .reached) { snapshot in
            try judge(.showAnonymous, on: .reached, in: snapshot)
            let moment = try snapshot.clock().moment(at: now)
            return try numbers.map { number in
                try requireReached(.number(number), in: snapshot)
                return try NumberWays(of: number, in: snapshot, at: moment)
            }
        }
    }
}
