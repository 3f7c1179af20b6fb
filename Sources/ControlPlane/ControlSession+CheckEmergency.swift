import Directory
import Storage

/// What a check finds that has to do with the emergency numbers of the server's configuration. Setting a destination
/// refuses the country's own; which others there are is known to the server alone.
extension ControlSession {
    static func emergencyFinding(
        about rule: StoredRule, _ phrases: RulePhrases, _ surroundings: CheckSurroundings, _ trunks: TrunkTable
    ) -> CheckFinding? {
        guard let number = emergencyNumber(rule.destination, surroundings) else { return nil }
        let fate =
            switch rule.destination {
            case .uri: "the server turns them away (480) at a domain of its own and at a gateway"
            case _ where rule.destinationID != nil:
                "they ring the phones of that number of ours, and no rule of it applies"
            default:
                trunks.route(to: number).map { "the server puts them through, by the trunk for \($0.prefix)" }
                    ?? "no trunk leads there, so they are answered 404"
            }
        return CheckFinding(
            .emergency, rule.number.description,
            "\(phrases.calls) go to \(rule.destination), which is an emergency number (emergency.numbers): \(fate)",
            remedy: "give another destination with \"\(phrases.set)\", or \(phrases.off)")
    }

    /// Numbers of ours, and destinations that are only saved: a rule that uses one is found by itself.
    func checkEmergencyNumbers(
        _ surroundings: CheckSurroundings, _ snapshot: ControlSnapshot, _ found: (CheckFinding) throws -> Void
    ) throws {
        for number in surroundings.emergencyNumbers.sorted() where try snapshot.hasNumber(number) {
            try found(
                CheckFinding(
                    .emergencyNumber, number.description,
                    "it is one of our numbers and an emergency number (emergency.numbers): calls to it and from it go "
                        + "through without any rule or list",
                    remedy: "take it out of emergency.numbers in the server's configuration, or remove it with "
                        + "\"tsunagi number remove \(number)\""))
        }
        guard !surroundings.emergencyNumbers.isEmpty else { return }
        try snapshot.eachIdleDestination { number, slot, destination in
            guard Self.emergencyNumber(destination, surroundings) != nil else { return }
            try found(
                CheckFinding(
                    .emergencyNumber, number.description,
                    "its saved destination \(slot), \(destination), is an emergency number (emergency.numbers)",
                    remedy: "forget it with \"tsunagi destination remove \(number) \(slot)\""))
        }
    }

    /// The user part of a URI counts whatever the host, as it does when a destination is set.
    private static func emergencyNumber(
        _ destination: Destination, _ surroundings: CheckSurroundings
    ) -> PhoneNumber? {
        let number: PhoneNumber? =
            switch destination {
            case .voicemail: nil
            case .number(let number): number
            case .uri(let text): try? PhoneNumber(typed: text)
            }
        return number.flatMap { surroundings.emergencyNumbers.contains($0) ? $0 : nil }
    }
}
