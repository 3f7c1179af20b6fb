import ControlPlane
import Directory
import Foundation

/// A member of an object's state that has changed, in a person's words.
struct MemberWords: Sendable {
    let difference: ChangeWords.Difference

    /// Nil: it says nothing to people, such as an id, or nothing that the name of the object does not say.
    ///
    /// - Parameter name: of the object.
    init?(_ member: RecordedChange.Member, of name: String, _ words: Catalogue, _ clock: GuestClock) {
        let label = "history.member.\(member.name)"
        // A service is told by its name, not by its kind.
        let isService =
            member.name == "kind" && !(member.after + member.before).allSatisfy { words.holds("service.kind.\($0)") }
        guard words.holds(label), !isService, ![member.before, member.after].contains([name]) else { return nil }
        let (before, after) = (
            Self.text(member.before, of: member, name, words, clock),
            Self.text(member.after, of: member, name, words, clock)
        )
        guard before != after else { return nil }
        difference = ChangeWords.Difference(name: words(label), before: before, after: after)
    }

    /// Nil: there is none.
    private static func text(
        _ values: [String], of member: RecordedChange.Member, _ name: String, _ words: Catalogue, _ clock: GuestClock
    ) -> String? {
        guard !values.isEmpty else { return nil }
        if member.name == "kind", let number = try? PhoneNumber(typed: name) {
            return values.map { NumberKindText.text($0, of: number, words) }.joined(separator: words("list.and"))
        }
        return values.map { text($0, of: member.name, words, clock) }.joined(separator: words("list.and"))
    }

    private static func text(_ value: String, of member: String, _ words: Catalogue, _ clock: GuestClock) -> String {
        let area: String? =
            switch member {
            case "options", "withheld": "option"
            case "secondFactor": "user.factor"
            case "role": "user.role"
            case "language": "user.language"
            case "isRepresentative", "isSuspended", "wantsNotifications", "mayWrite", "numbersOnly": "history.flag"
            default: nil
            }
        if let key = area.map({ "\($0).\(value)" }), words.holds(key) { return words(key) }
        return switch member {
        case "number", "numbers", "telephone", "mobileNumber", "smsNumber": TelephoneText.grouped(value)
        case "expiresAt": (try? Date(value, strategy: .iso8601)).map { clock.shown($0).text } ?? value
        case "openedOn": DayText.text(value, in: words.language)
        default: value
        }
    }
}
