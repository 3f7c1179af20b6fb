import ControlPlane
import Directory
import Foundation
import Storage

/// A piece of a blueprint as it is written: with its parts in order.
indirect enum BlueprintValue {
    case null
    case flag(Bool)
    case integer(Int)
    case text(String)
    case list([BlueprintValue])
    case map([(key: String, value: BlueprintValue)])

    init(_ trunk: Blueprint.Trunk) {
        self = .map([
            ("prefix", .text(trunk.prefix.value)),
            ("gateways", .list((trunk.gateways?.value ?? []).map(BlueprintValue.text))),
            ("diversion", .flag(trunk.sendsDiversion ?? true)),
            ("history-info", .flag(trunk.sendsHistoryInfo ?? true)),
        ])
    }

    init(_ company: Blueprint.Company) {
        self = .map([("name", .text(company.name.value))])
    }

    init(_ contract: Blueprint.Contract) {
        var members: [(key: String, value: BlueprintValue)] = [
            ("number", .text(contract.number.value)), ("company", .text(contract.company?.value ?? "")),
            ("kind", .text(contract.kind?.value ?? "")),
            ("opened-on", (contract.openedOn?.value).map(BlueprintValue.text) ?? .null),
            ("options", .names(contract.options?.value ?? [])),
        ]
        if !contract.sites.isEmpty { members.append(("sites", .list(contract.sites.map(BlueprintValue.init)))) }
        self = .map(members)
    }

    private init(_ site: Blueprint.Site) {
        var members: [(key: String, value: BlueprintValue)] = [
            ("site", .text(site.site.value)), ("name", .text(site.name?.value ?? "")),
        ]
        if site.represents?.value == true { members.append(("representative", .flag(true))) }
        members.append(("voice-contracts", .texts(site.voiceContracts ?? [])))
        self = .map(members)
    }

    /// - Parameter zone: in which ends of rules are written.
    init(_ number: Blueprint.Number, zone: TimeZone) {
        var members: [(key: String, value: BlueprintValue)] = [("number", .text(number.number.value))]
        switch number.place?.value {
        case .voiceContract(let text)?: members.append(("voice-contract", .text(text)))
        case .contract(let text)?: members.append(("contract", .text(text)))
        case nil: members.append(("contract", .null))
        }
        if let kind = number.kind { members.append(("kind", .text(kind.value.rawValue))) }
        if let withheld = number.withheld { members.append(("withheld", .names(withheld.value))) }
        let forwarding = number.forwarding
        let saved = (forwarding.destinations ?? [:]).sorted { $0.key < $1.key }
        members += [
            ("ring", .integer(forwarding.ringSeconds?.value ?? ForwardingRules.defaultRingSeconds)),
            ("destinations", Self.destinations(saved) { !forwarding.keptDestinations.contains($0) }),
            ("forwarding", .map(Self.rules(forwarding, zone) { !forwarding.kept.contains($0) })),
            ("reject-anonymous", Self.rejection(number.rejected?.value ?? [], number.rejectionSchedule?.value, zone)),
            ("block", .texts(number.blocked ?? [])),
        ]
        var kept: [(key: String, value: BlueprintValue)] = []
        if !forwarding.keptDestinations.isEmpty {
            kept.append(("destinations", Self.destinations(saved, where: forwarding.keptDestinations.contains)))
        }
        if !forwarding.kept.isEmpty {
            kept.append(("forwarding", .map(Self.rules(forwarding, zone, where: forwarding.kept.contains))))
        }
        if let rejected = number.keptRejected?.value {
            kept.append(("reject-anonymous", Self.rejection(rejected, number.rejectionSchedule?.value, zone)))
        }
        if let blocked = number.keptBlocked { kept.append(("block", .texts(blocked))) }
        if !kept.isEmpty { members.append(("kept", .map(kept))) }
        self = .map(members)
    }

    private static func destinations(_ saved: [(key: Int, value: Stated<String>)], where isIn: (Int) -> Bool)
        -> BlueprintValue
    {
        .map(saved.filter { isIn($0.key) }.map { ("\($0.key)", .text($0.value.value)) })
    }

    private static func rules(_ wish: ForwardingWish, _ zone: TimeZone, where isIn: (ForwardingCondition) -> Bool)
        -> [(key: String, value: BlueprintValue)]
    {
        ForwardingCondition.allCases.filter(isIn).compactMap { condition in
            wish.rules?[condition].map { to in
                (condition.rawValue, rule(to.value, wish.schedules?[condition]?.value, zone))
            }
        }
    }

    private static func rule(_ to: String, _ schedule: Schedule?, _ zone: TimeZone) -> BlueprintValue {
        guard let schedule, !schedule.isAlways else { return .text(to) }
        return .map([("to", .text(to))] + members(of: schedule, zone))
    }

    private static func rejection(_ reasons: [NonPresentationReason], _ schedule: Schedule?, _ zone: TimeZone)
        -> BlueprintValue
    {
        guard let schedule, !schedule.isAlways, !reasons.isEmpty else { return .names(reasons) }
        return .map([("reasons", .names(reasons))] + members(of: schedule, zone))
    }

    private static func members(of schedule: Schedule, _ zone: TimeZone) -> [(key: String, value: BlueprintValue)] {
        var members: [(key: String, value: BlueprintValue)] = []
        if let hours = schedule.hours { members.append(("hours", .text(hours.description))) }
        if schedule.days != .everyDay { members.append(("days", .text(schedule.days.description))) }
        if let ends = schedule.ends {
            members.append(("ends", .text(LocalTime.point(Date(milliseconds: ends.milliseconds), in: zone))))
        }
        return members
    }

    private static func texts(_ texts: [Stated<String>]) -> BlueprintValue { .list(texts.map { .text($0.value) }) }

    static func names<Value: RawRepresentable>(_ values: [Value]) -> BlueprintValue
    where Value.RawValue == String {
        .list(values.map { .text($0.rawValue) })
    }
}
