import Directory
import Foundation
import Storage

/// What a check finds that has to do with time: what is over, what lies over rules, what will be missing, what has failed.
extension ControlSession {
    /// The month of a year in which the next year's holidays are known: the Cabinet Office announces them in February.
    private static let monthOfNextHolidays = 3

    /// - Parameter found: is told each finding.
    package func checkTime(found: (CheckFinding) throws -> Void) throws {
        try read(.checkRules, on: .service) { snapshot in
            let clock = try snapshot.clock()
            try checkEnds(snapshot, clock, found)
            try snapshot.eachTemporarilyForwarded(at: now) { number, until in
                try found(
                    CheckFinding(
                        .temporary, number.description,
                        "a temporary forwarding lies over its rules until \(clock.deadline(until).text)",
                        // An extension alone would be read as the number of an operation.
                        remedy:
                            "it ends by itself; \"tsunagi forward restore --number \(number)\" takes it off before"))
            }
            try checkHolidays(snapshot, clock, found)
            try checkMessages(snapshot, found)
        }
    }

    private func checkEnds(
        _ snapshot: ControlSnapshot, _ clock: LocalClock, _ found: (CheckFinding) throws -> Void
    ) throws {
        try snapshot.eachEndedRule(at: now) { number, condition, end in
            let rule = condition.map { "the forwarding of calls \($0.phrase)" } ?? "anonymous call rejection"
            let off =
                condition.map { "tsunagi forward off \(number) --when \($0.rawValue)" }
                ?? "tsunagi anonymous accept \(number)"
            try found(
                CheckFinding(
                    .ended, number.description, "\(rule) has ended at \(clock.deadline(end).text)",
                    remedy: "switch it off with \"\(off)\", or set it again"))
        }
    }

    private func checkHolidays(
        _ snapshot: ControlSnapshot, _ clock: LocalClock, _ found: (CheckFinding) throws -> Void
    ) throws {
        let rules = try snapshot.holidayRuleCount()
        guard rules > 0 else { return }
        let today = clock.moment(at: now).day.parts
        let last = today.month < Self.monthOfNextHolidays ? today.year : today.year + 1
        for year in today.year...last {
            let (first, end) = Self.days(of: year...year)
            guard try !snapshot.holidays(from: first, to: end).contains(where: \.isByLaw) else { continue }
            try found(
                CheckFinding(
                    .holidays, "\(year)",
                    "no national holidays are known, and \(rules) \(rules == 1 ? "rule goes" : "rules go") by them",
                    remedy: "take up the Cabinet Office's table with \"tsunagi holiday import FILE\""))
        }
    }

    private func checkMessages(_ snapshot: ControlSnapshot, _ found: (CheckFinding) throws -> Void) throws {
        var last: Int64?
        while case let page = try snapshot.outbox(
            OutboxFilter(state: .failed, before: last, limit: Self.pageSize)), let end = page.last
        {
            for message in page {
                try found(
                    CheckFinding(
                        .undelivered, "message \(message.id)",
                        "the \(message.channel.rawValue) \(message.kind) has failed"
                            + (message.lastError.map { ": \($0)" } ?? ""),
                        remedy:
                            "mend what is wrong and give \"tsunagi outbox retry \(message.id)\", or \"tsunagi outbox "
                            + "discard \(message.id)\""))
            }
            last = end.id
        }
    }
}
