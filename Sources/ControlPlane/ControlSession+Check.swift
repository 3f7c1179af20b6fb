import Directory
import Storage

extension ControlSession {
    /// Looks through all rules in one pass, with what lies over them for a time: for those that can't do their work, and
    /// for circles.
    ///
    /// - Parameter found: is told each finding; of one kind after the other for circles, else in the order of numbers.
    package func checkRules(_ surroundings: CheckSurroundings, found: (CheckFinding) throws -> Void) throws {
        try read(.checkRules, on: .service) { snapshot in
            let (trunks, clock) = (try snapshot.trunks(), try snapshot.clock())
            var graph = ForwardingGraph()
            try snapshot.eachRule(at: now) { rule in
                if let target = rule.destinationID { graph.add(from: rule.id, to: target) }
                let phrases = RulePhrases(rule, clock)
                if let finding = try Self.finding(about: rule, phrases, surroundings, trunks, in: snapshot) {
                    try found(finding)
                }
            }
            try checkEmergencyNumbers(surroundings, snapshot, found)
            try snapshot.eachRejectionWithoutOption { number in
                try found(
                    CheckFinding(
                        .option, number.description,
                        "calls without a caller's number are not turned away, for lack of the option "
                            + OptionService.anonymousRejection.rawValue,
                        remedy: Self.remedy(lacking: .anonymousRejection, number)))
            }
            try checkBlockLists(snapshot, found)
            for circle in graph.circles() {
                let path = try circle.compactMap(snapshot.number(id:)).map(\.description)
                try found(
                    CheckFinding(
                        .loop, path.first ?? "", "calls would go in a circle: " + path.joined(separator: " → "),
                        remedy:
                            "switch one of these rules off with \"tsunagi forward off NUMBER --when …\", or take off what "
                            + "lies over rules with \"tsunagi forward restore --number NUMBER\""))
            }
            guard !surroundings.hasTrustedNetworks else { return }
            try snapshot.eachNumberWithoutPassword { number in
                try found(
                    CheckFinding(
                        .unregistrable, number.description,
                        "no phone can register: there is no password, and the configuration has no trusted networks",
                        remedy: "set one with \"tsunagi number password \(number) --password-stdin\", or name the "
                            + "phones' network in trusted.networks"))
            }
        }
    }

    /// What is said of a rule, and of what lies over one for a time. Most rules are as they should be, and nothing is.
    struct RulePhrases {
        private let rule: StoredRule
        private let clock: LocalClock

        init(_ rule: StoredRule, _ clock: LocalClock) {
            self.rule = rule
            self.clock = clock
        }

        private var until: String? { rule.until.map { clock.deadline($0).text } }

        var calls: String { (until.map { "until \($0), " } ?? "") + "calls \(rule.condition.phrase)" }

        /// Of a rule that does nothing for lack of an option.
        var nothing: String {
            until.map { "the temporary forwarding of calls \(rule.condition.phrase) until \($0) does nothing" }
                ?? "\(calls) are not forwarded"
        }

        var off: String {
            rule.until == nil
                ? "switch it off with \"tsunagi forward off \(rule.number) --when \(rule.condition.rawValue)\""
                : "take it off with \"tsunagi forward restore --number \(rule.number)\""
        }

        /// Sets another destination in its place.
        var set: String {
            "tsunagi forward set \(rule.number) --when \(rule.condition.rawValue) --to …"
                + (rule.until == nil ? "" : " --until …")
        }
    }

    private static func finding(
        about rule: StoredRule, _ phrases: RulePhrases, _ surroundings: CheckSurroundings, _ trunks: TrunkTable,
        in snapshot: ControlSnapshot
    ) throws -> CheckFinding? {
        let number = rule.number
        if let option = rule.options.missing(for: rule.destination) {
            return CheckFinding(
                .option, number.description, "\(phrases.nothing), for lack of the option \(option.rawValue)",
                remedy: remedy(lacking: option, number))
        }
        if let finding = emergencyFinding(about: rule, phrases, surroundings, trunks) { return finding }
        if rule.destination == .voicemail, !surroundings.hasVoicemail {
            return CheckFinding(
                .voicemail, number.description,
                "\(phrases.calls) go to voice mail, and the configuration says nothing of where that is",
                remedy: "set voicemail.uri in the server's configuration, or \(phrases.off)")
        }
        guard let reason = try flaw(in: rule, surroundings, trunks, in: snapshot) else { return nil }
        return CheckFinding(
            .nowhere, number.description, "\(phrases.calls) go to \(rule.destination), \(reason)",
            remedy: "give another destination with \"\(phrases.set)\", or \(phrases.off)")
    }

    /// Why the destination can't be reached; nil: it can, as far as is known here.
    private static func flaw(
        in rule: StoredRule, _ surroundings: CheckSurroundings, _ trunks: TrunkTable, in snapshot: ControlSnapshot
    ) throws -> String? {
        switch rule.destination {
        case .voicemail: return nil
        case .number(let target):
            if rule.destinationID != nil { return nil }
            if rule.destinationWasRemoved { return "which was one of our numbers and was removed" }
            return trunks.route(to: target) == nil
                ? "which is not one of our numbers, and to which no trunk leads" : nil
        case .uri(let uri):
            guard let target = surroundings.ownNumber(uri) else {
                return (try? SIPAddress(uri))?.flawOfWay.map { "but \($0)" }
            }
            return try snapshot.hasNumber(target) ? nil : "where no number of ours is"
        }
    }

    private static func remedy(lacking option: OptionService, _ number: PhoneNumber) -> String {
        "add it with \"tsunagi option add \(option.rawValue)\", see \"tsunagi option list --number \(number)\""
    }

    /// Writes down, in a data directory that was restored and is not in use yet, that this was done; messages that
    /// waited in the backup are not sent again by themselves, and nobody is signed in by what has been ended since.
    ///
    /// - Parameters:
    ///   - file: the backup.
    ///   - sums: the SHA-256 of each file, by its name.
    package func recordRestoration(from file: String, sums: [String: String]) throws {
        try write(.recordRestoration, on: .service) { transaction in
            try transaction.holdMessages(at: now)
            try transaction.forgetSignIns()
            try record("backup restore", of: .backup(file: file), from: Nothing.none, to: sums, in: transaction)
        }
    }
}
