package import Directory
package import Foundation
import GRDB

/// The clock on the wall of those who set the rules: the data directory's time zone and its holidays.
package struct LocalClock: Sendable {
    package let zone: TimeZone
    private let holidays: [CivilDay: String]

    package init(zone: TimeZone, holidays: [CivilDay: String] = [:]) {
        self.zone = zone
        self.holidays = holidays
    }

    /// - Throws: ``StorageError/unknownTimeZone(_:)``.
    static func fetch(_ db: Database) throws -> LocalClock {
        let rows = try Row.fetchCursor(db.cachedStatement(sql: "SELECT day, name FROM holiday"))
        var holidays: [CivilDay: String] = [:]
        while let row = try rows.next() {
            if let day = CivilDay(row[0] as String) { holidays[day] = row[1] }
        }
        return LocalClock(zone: try fetchZone(db), holidays: holidays)
    }

    static func fetchZone(_ db: Database) throws -> TimeZone {
        let name = try Setting.value(.timeZone, db)
        guard let zone = TimeZone(identifier: name) else { throw StorageError.unknownTimeZone(name) }
        return zone
    }

    package func moment(at milliseconds: Int64) -> LocalMoment {
        LocalMoment(milliseconds: milliseconds, utcOffset: Self.offset(of: zone, at: milliseconds)) { holidays[$0] }
    }

    /// A point in time, as this clock shows it.
    package func deadline(_ milliseconds: Int64) -> Deadline { Self.deadline(milliseconds, in: zone) }

    static func deadline(_ milliseconds: Int64, in zone: TimeZone) -> Deadline {
        let offset = offset(of: zone, at: milliseconds)
        let moment = LocalMoment(milliseconds: milliseconds, utcOffset: offset) { _ in nil }
        return Deadline(milliseconds: milliseconds, text: moment.text)
    }

    private static func offset(of zone: TimeZone, at milliseconds: Int64) -> Int {
        zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(milliseconds) / 1000))
    }
}

extension ControlSnapshot {
    /// A point in time, as the data directory's clock shows it.
    package func deadline(_ milliseconds: Int64) throws -> Deadline {
        LocalClock.deadline(milliseconds, in: try LocalClock.fetchZone(db))
    }
}
