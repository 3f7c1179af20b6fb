import Directory

/// What the time of a call makes of a number's rules.
struct RuleTiming {
    /// Those that apply: a rule outside its schedule is as if it were switched off, and what lies over a rule for a time
    /// is in its place.
    private(set) var rules: ForwardingRules
    /// Of each rule that has a schedule, whether and why it applies; what holds in the place of a rule.
    private(set) var findings: [ForwardingCondition: Decision] = [:]

    init(_ record: NumberRecord, at moment: LocalMoment?) {
        rules = record.forwarding
        for condition in ForwardingCondition.allCases {
            if let moment, let temporary = record.temporaryForwarding[condition],
                !temporary.until.hasPassed(at: moment.milliseconds)
            {
                rules.active[condition] = temporary.destination
                findings[condition] = .temporary(
                    condition: condition, number: record.number.description,
                    to: temporary.destination?.description, until: temporary.until.text)
                continue
            }
            guard rules.active[condition] != nil, let schedule = rules.schedules[condition] else { continue }
            let finding = moment.map { schedule.finding(at: $0) }
            if finding?.applies != true { rules.active[condition] = nil }
            findings[condition] = finding.map {
                .scheduled(condition: condition, number: record.number.description, $0)
            }
        }
        rules.schedules = [:]
    }
}
