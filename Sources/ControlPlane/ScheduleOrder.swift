package import Directory

/// What is to become of the time at which a rule applies.
package enum ScheduleOrder: Sendable, Equatable {
    /// As the rule has it; one that is switched on anew applies at any time.
    case kept
    case anyTime
    /// In the place of what the rule has.
    case set(Schedule)
    /// The parts that are given, and the others as the rule has them.
    case changed(hours: DailyHours?, days: DaySet?, ends: Deadline?)

    /// The schedule of a rule that is switched on. One that has ended is as good as off, so it comes back without its end.
    ///
    /// - Parameters:
    ///   - present: what the rule has.
    ///   - now: milliseconds since the Unix epoch.
    func schedule(after present: Schedule?, renewedAt now: Int64) -> Schedule? {
        var present = present
        if present?.ends?.hasPassed(at: now) == true { present?.ends = nil }
        return schedule(after: present?.isAlways == true ? nil : present)
    }

    /// - Parameter present: what the rule has.
    func schedule(after present: Schedule?) -> Schedule? {
        switch self {
        case .kept: present
        case .anyTime: nil
        case .set(let schedule): schedule.unlessAlways
        case .changed(let hours, let days, let ends):
            Schedule(
                hours: hours ?? present?.hours, days: days ?? present?.days ?? .everyDay, ends: ends ?? present?.ends
            ).unlessAlways
        }
    }

    /// Refuses an end that is given now and has passed; one that is kept may have.
    ///
    /// - Throws: ``ControlError/endIsPast(_:)``.
    func requireFuture(at now: Int64) throws {
        let ends: Deadline? =
            switch self {
            case .kept, .anyTime: nil
            case .set(let schedule): schedule.ends
            case .changed(_, _, let ends): ends
            }
        if let ends, ends.hasPassed(at: now) {
            throw ControlError.endIsPast(ends.text)
        }
    }

    /// Behind what a rule is set to.
    var summary: String {
        switch self {
        case .kept: ""
        case .anyTime: " at any time"
        case .set(let schedule): " \(schedule)"
        case .changed(let hours, let days, let ends):
            " \(Schedule(hours: hours, days: days ?? .everyDay, ends: ends))"
        }
    }
}

extension Schedule {
    fileprivate var unlessAlways: Schedule? { isAlways ? nil : self }
}
