import Directory
import Storage

extension ControlSession {
    /// Gives the rules of a number that are switched on the schedules that they shall have.
    ///
    /// An end that has passed is taken: a file may outlive what it says, and the rule does nothing any more.
    ///
    /// - Parameter before: what there was, before the rules were written.
    func setSchedules(
        of number: PhoneNumber, as wish: ForwardingWish, before: [ForwardingCondition: Schedule],
        _ transaction: ControlTransaction
    ) throws {
        let rules = try require(number, in: transaction.snapshot).forwarding
        for condition in ForwardingCondition.allCases where rules.active[condition] != nil {
            let wanted = wish.schedules.map { $0[condition]?.value } ?? before[condition]
            guard !Self.isSame(rules.schedules[condition], wanted) else { continue }
            try transaction.setSchedule(wanted, of: condition, of: number)
        }
    }

    /// The same, whatever a clock shows.
    private static func isSame(_ first: Schedule?, _ second: Schedule?) -> Bool {
        func setting(_ schedule: Schedule?) -> String? {
            schedule.flatMap { $0.isAlways ? nil : ScheduleState($0).setting }
        }
        return setting(first) == setting(second)
    }
}
