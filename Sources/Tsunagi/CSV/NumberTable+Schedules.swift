import ControlPlane
import Directory
import Foundation
import Storage

/// When rules and the rejection of anonymous calls apply: three columns for each, as a blueprint has them.
extension NumberTable {
    enum SchedulePart: Int, CaseIterable {
        case hours, days, ends

        /// Behind the name of what the schedule is for.
        var names: [String] {
            switch self {
            case .hours: ["-hours", "の時間帯"]
            case .days: ["-days", "の曜日"]
            case .ends: ["-ends", "の終了日時"]
            }
        }
    }

    /// What can have a schedule, in the order in which their columns stand.
    private static let scheduled: [Column] = rules.map(\.1) + [.anonymous]

    /// Whose schedule it is, and which part of that.
    static func schedulePart(_ column: Column) -> (of: Column, part: SchedulePart) {
        let index = column.rawValue - Column.alwaysHours.rawValue
        let count = SchedulePart.allCases.count
        return (scheduled[index / count], SchedulePart.allCases[index % count])
    }

    static func scheduleColumns(of column: Column) -> [Column] {
        Column.allCases.filter { $0.rawValue >= Column.alwaysHours.rawValue && schedulePart($0).of == column }
    }

    static func scheduleField(_ column: Column, of number: Blueprint.Number, _ zone: TimeZone) -> String? {
        let (owner, part) = schedulePart(column)
        let condition = rules.first { $0.1 == owner }?.0
        let schedule = condition.map { number.forwarding.schedules?[$0]?.value } ?? number.rejectionSchedule?.value
        guard let schedule else { return nil }
        return switch part {
        case .hours: schedule.hours?.description
        case .days: schedule.days == .everyDay ? nil : schedule.days.description
        case .ends: schedule.ends.map { LocalTime.point(Date(milliseconds: $0.milliseconds), in: zone) }
        }
    }

    /// Nil: at any time.
    static func schedule(of column: Column, in row: CSVRow<Column>) throws -> Stated<Schedule>? {
        var (schedule, place) = (Schedule(), row.place(column))
        for part in scheduleColumns(of: column) {
            guard let stated = row.stated(part) else { continue }
            guard row.stated(column) != nil else {
                throw row.refusal(part, "there is nothing in \(column.names[0]) that it could be for")
            }
            place = stated.place
            do {
                switch schedulePart(part).part {
                case .hours: schedule.hours = try DailyHours(NumberPlan.halfWidth(stated.value))
                case .days: schedule.days = try DaySet(NumberPlan.halfWidth(stated.value))
                case .ends: schedule.ends = try deadline(part, stated.value, of: row)
                }
            } catch let error as ScheduleError {
                throw row.refusal(part, error.description)
            }
        }
        return schedule.isAlways ? nil : Stated(schedule, place)
    }

    /// A time without an offset is meant on the clock of the data directory.
    private static func deadline(_ column: Column, _ text: String, of row: CSVRow<Column>) throws -> Deadline {
        guard let end = LocalTime.end(text, in: row.zone) else {
            throw row.refusal(
                column,
                "\"\(text)\" is no time: give it as 2026-12-28T09:00, or a day for the whole of it, on the clock of "
                    + row.zone.identifier)
        }
        return LocalClock(zone: row.zone).deadline(end.milliseconds)
    }
}
