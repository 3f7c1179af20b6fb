import CAllocation
import Foundation
import Simulation

/// Counts how often the engine takes memory for each message of a call, and holds that to a budget.
///
///     allocations
///
/// The counts are those of this build; a build without optimisation takes more.
@main struct Allocations {
    private static let calls = 2_000

    /// The most that a message may take, on average: what was counted when this was last looked at, and a tenth more, as
    /// another compiler keeps other things on the stack. Lower it when it has become less.
    private static let budget: [MessageCosts.Kind: Double] = [
        .invite: 25, .inviteAgain: 2, .ringing: 4, .answer: 8, .acknowledgement: 10, .bye: 18, .byeAgain: 2, .end: 4,
        .forwardedInvite: 72, .rejectedInvite: 33, .overloadedInvite: 4, .timers: 1,
    ]

    static func main() {
        var costs = MessageCosts { allocations() }
        var isKept = true
        for (kind, cost) in costs.measured(calls: calls) {
            let most = budget[kind] ?? 0
            isKept = isKept && cost <= most
            print(
                kind.rawValue.padding(toLength: 28, withPad: " ", startingAt: 0)
                    + String(format: "%6.1f, of %4.0f", cost, most) + (cost <= most ? "" : "  TOO MANY"))
        }
        if !isKept { exit(1) }
    }
}
