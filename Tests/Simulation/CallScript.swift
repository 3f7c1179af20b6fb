import CallRouting
import SIPMessage

/// What a caller is going to do.
struct CallScript {
    /// Whether provisional responses are to be reliable (RFC 3262).
    enum Reliability {
        case unknown, supported, required

        var isRequired: Bool { self == .required }

        static func random(_ random: inout SeededGenerator) -> Self {
            switch Int.random(in: 0..<12, using: &random) {
            case 0: .required
            case 1, 2: .supported
            default: .unknown
            }
        }
    }

    /// As dialled: a number of ours, one outside, or an emergency number.
    let called: String
    let caller: String
    let isAnonymous: Bool
    let endpoint: Endpoint
    /// Milliseconds after which the caller gives up; nil: never.
    let patience: Int64?
    /// Milliseconds that a call lasts.
    let hold: Int64
    let callerHangsUp: Bool
    let reliability: Reliability
    /// In the middle of the call (RFC 3261 §14.1).
    let invitesAgain: Bool

    /// What the INVITE has beyond what every one has.
    var headers: [String] {
        let reliable =
            switch reliability {
            case .unknown: [String]()
            case .supported: ["Supported: 100rel"]
            case .required: ["Require: 100rel"]
            }
        return (isAnonymous ? ["Privacy: id"] : []) + reliable
    }
}
