import ControlPlane
import Directory
import Foundation
import Storage
import Yams

/// Rules, each by itself or with its schedule.
extension BlueprintReader {
    struct Rule {
        let to: Stated<String>
        /// Nil: it applies at any time.
        let schedule: Stated<Schedule>?
    }

    struct Rejection {
        let reasons: Stated<[NonPresentationReason]>
        /// Nil inside: at any time.
        let schedule: Stated<Schedule?>
    }

    func rules(_ node: BlueprintNode) throws(BlueprintFileError) -> [ForwardingCondition: Rule] {
        var rules: [ForwardingCondition: Rule] = [:]
        for (name, node) in try node.members(ForwardingCondition.allCases.map(\.rawValue)) {
            if let condition = ForwardingCondition(rawValue: name) { rules[condition] = try rule(node) }
        }
        return rules
    }

    private func rule(_ node: BlueprintNode) throws(BlueprintFileError) -> Rule {
        guard node.isMapping else { return Rule(to: try node.text(), schedule: nil) }
        let members = try node.members(["to"] + Self.scheduleKeys)
        let to = try members.required("to", of: node).text()
        return Rule(to: to, schedule: try schedule(members).map { Stated($0, node.place) })
    }

    /// Reasons for which anonymous calls are turned away: a list of them, or that with its schedule.
    func rejection(_ node: BlueprintNode) throws(BlueprintFileError) -> Rejection {
        guard node.isMapping else {
            return Rejection(
                reasons: try node.choices(NonPresentationReason.self), schedule: Stated(nil, node.place))
        }
        let members = try node.members(["reasons"] + Self.scheduleKeys)
        let reasons = try members.required("reasons", of: node).choices(NonPresentationReason.self)
        return Rejection(reasons: reasons, schedule: Stated(try schedule(members), node.place))
    }

    private static let scheduleKeys = ["hours", "days", "ends"]

    /// Nil: at any time.
    private func schedule(_ members: [String: BlueprintNode]) throws(BlueprintFileError) -> Schedule? {
        var schedule = Schedule()
        schedule.hours = try members["hours"]?.parsed { (text) throws(ScheduleError) in
            try DailyHours(NumberPlan.halfWidth(text))
        }
        if let days = members["days"] {
            schedule.days = try days.parsed { (text) throws(ScheduleError) in try DaySet(NumberPlan.halfWidth(text)) }
        }
        schedule.ends = try members["ends"].map { node throws(BlueprintFileError) in try deadline(node) }
        return schedule.isAlways ? nil : schedule
    }

    /// A time without an offset is meant on the clock of the data directory, as the file sets it.
    private func deadline(_ node: BlueprintNode) throws(BlueprintFileError) -> Deadline {
        guard let end = LocalTime.end(try node.text().value, in: zone) else {
            throw node.wrong(
                "a time such as 2026-12-28T09:00, or a day for the whole of it, on the clock of \(zone.identifier)")
        }
        return LocalClock(zone: zone).deadline(end.milliseconds)
    }
}

extension BlueprintNode {
    fileprivate var isMapping: Bool { node.mapping != nil }

    /// - Throws: ``BlueprintFileError/refused(file:_:)`` with what is wrong with the text.
    fileprivate func parsed<Value>(_ parse: (String) throws(ScheduleError) -> Value) throws(BlueprintFileError) -> Value
    {
        let text = try text()
        do {
            return try parse(text.value)
        } catch {
            throw .refused(file: file, BlueprintRefusal(place: text.place, reason: error.description))
        }
    }
}
