import Directory

/// What the time of a call makes of a number's rules.
struct RuleTiming {
    /// Those that apply: a rule outside its schedule is as if it were switched off.
    private(set) var rules: ForwardingRules
    /// Of each rule that has a schedule, whether and why it applies.
    private(set) var findings: [ForwardingCondition: Decision] = [:]

    init(_ record: NumberRecord, at moment: LocalMoment?) {
        rules = record.forwarding
        for condition in ForwardingCondition.allCases where rules.active[condition] != nil {
            guard let schedule = rules.schedules[condition] else { continue }
            let finding = moment.map { schedule.finding(at: $0) }
            if finding?.applies != true { rules.active[condition] = nil }
            findings[condition] = finding.map {
                .scheduled(condition: condition, number: record.number.description, $0)
            }
        }
        rules.schedules = [:]
    }
}
