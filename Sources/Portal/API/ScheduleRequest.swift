import ControlPlane
import Directory
import Storage

/// When a rule is to apply, as programs say it: members of the object that the rule is.
struct ScheduleRequest: Decodable {
    static let fields: [APISchema.Field] = [
        .optional("hours", .text(1...40), "18:00-09:00"), .optional("days", .text(1...100), "mon-fri,holidays"),
        .optional("ends", .time, "the rule is over then; left out: it stays"),
    ]

    let hours: String?
    let days: String?
    let ends: String?

    /// Without anything that is said: at any time.
    ///
    /// - Throws: ``APIProblem`` for what can't be read.
    func schedule(for session: ControlSession) throws -> Schedule {
        let end = try ends.map { try session.localClock().deadline(APICall.time($0, as: "ends")) }
        do {
            return Schedule(
                hours: try hours.map { try DailyHours($0) }, days: try days.map { try DaySet($0) } ?? .everyDay,
                ends: end)
        } catch {
            throw APIProblem(.invalid, "\(error)")
        }
    }
}

extension APICall {
    /// Milliseconds since the Unix epoch.
    static func time(_ text: String, as member: String) throws -> Int64 {
        guard let time = InternetTime(text) else {
            throw APIProblem(.invalid, "\(member) is not a time such as 2026-12-28T09:00:00Z")
        }
        return time.milliseconds
    }
}
