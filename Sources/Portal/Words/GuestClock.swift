import ControlPlane
import Foundation
import Storage

/// The clock that a person's times are shown by, beside the one that the hours and days of rules go by.
struct GuestClock: Sendable {
    let zone: TimeZone
    /// Of the data directory.
    let ruleZone: TimeZone
    /// What it shows while the page is made.
    let now: Date

    /// - Parameter zone: the person's own; nil: they have none, and read the clock of the rules.
    init(_ zone: TimeZone?, ruleZone: TimeZone, now: Date) {
        self.zone = zone ?? ruleZone
        self.ruleZone = ruleZone
        self.now = now
    }

    func shown(_ date: Date) -> ShownTime { ShownTime(date, in: zone) }

    func shown(_ milliseconds: Int64) -> ShownTime { shown(Date(milliseconds: milliseconds)) }

    /// A point in time that the clock of the rules shows as `2026-12-28 09:00`, as the person's own shows it.
    func text(ofRuleTime text: String) -> String {
        WallTime.date(text, in: ruleZone).map { shown($0).text } ?? text
    }

    /// Hours or a day of the clock of the rules: with its name, where the person's is another one.
    func named(_ text: String, _ words: Catalogue) -> String {
        zone.identifier == ruleZone.identifier
            ? text : words("schedule.in-zone", ["time": text, "zone": ruleZone.identifier])
    }
}

extension Guest {
    func clock() throws -> GuestClock {
        GuestClock(zone, ruleZone: try session.localClock().zone, now: Date(milliseconds: session.now))
    }
}
