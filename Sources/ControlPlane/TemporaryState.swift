import Directory
import Foundation
import Storage

/// What lies over a number's own rules, for history: a part of its own, so that changes of the rules and of what lies
/// over them are taken back without each other.
struct TemporaryState: Codable, Equatable {
    struct Rule: Codable, Equatable {
        let when: ForwardingCondition
        /// A number as it is dialled, a URI, or `voicemail`; nil: calls are not forwarded.
        let to: String?
        let until: Date
        /// What it was laid by; nil: for this number alone.
        let operation: Int64?

        /// What it was made of.
        var stored: StoredTemporaryForwarding {
            StoredTemporaryForwarding(
                condition: when, destination: to.map(Destination.init(shown:)), until: until.milliseconds,
                operation: operation)
        }
    }

    let number: String
    let rules: [Rule]

    /// - Parameter moment: now: what is over is not there.
    init(of number: PhoneNumber, in snapshot: ControlSnapshot, at moment: Int64) throws {
        guard try snapshot.hasNumber(number) else { throw ControlError.noSuchNumber(number) }
        self.number = number.national
        rules = try snapshot.temporaryForwarding(of: number, at: moment).map { row in
            Rule(
                when: row.condition, to: row.destination?.description, until: Date(milliseconds: row.until),
                operation: row.operation)
        }
    }

    /// What of it is not over.
    func rules(at moment: Int64) -> [Rule] { rules.filter { $0.until.milliseconds > moment } }
}
