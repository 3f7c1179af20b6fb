import Directory
import Foundation
import Storage

/// How changes of companies, contracts, trunks and settings are taken back.
extension ControlSession {
    var companyReversal: Reversal<CompanyState> {
        Reversal(
            subjects: ["company"],
            object: { .company($0.name) },
            current: { try $1.company(named: $0.name).map(CompanyState.init) },
            matches: { $0.isSame(as: $1) },
            apply: { left, before, transaction in
                if let left, let before {
                    guard try transaction.snapshot.company(named: before.name) == nil else {
                        throw ContractRefusal.companyExists(before.name)
                    }
                    try transaction.renameCompany(left.name, to: before.name)
                } else if let left {
                    let contracts = try require(company: left.name, in: transaction.snapshot).contractCount
                    guard contracts == 0 else {
                        throw ContractRefusal.companyHasContracts(left.name, count: contracts)
                    }
                    try requireNoUsersAndGroups(of: left.name, in: transaction.snapshot)
                    try transaction.removeCompany(left.name)
                } else if let before {
                    try transaction.addCompany(before.name, createdAt: before.createdAt.milliseconds)
                }
            })
    }

    /// Opening and options are parts of their own; a contract that is added or removed is one whole.
    func contractReversal(_ entry: HistoryEntry) throws -> Reversal<ContractState> {
        let changed = try Self.changedOptions(entry)
        let isWhole = entry.before == nil || entry.after == nil
        let isOption = entry.subject == "option"
        return Reversal(
            subjects: isWhole ? ["contract", "option"] : [entry.subject],
            object: { .contract($0.number) },
            current: { try $1.contract($0.number).map(ContractState.init) },
            matches: { present, left in
                let differing = Set(present.options).symmetricDifference(left.options)
                if isOption { return differing.isDisjoint(with: changed) }
                return present.openedOn == left.openedOn && (!isWhole || differing.isEmpty)
            },
            apply: { left, before, transaction in
                if let left, before == nil {
                    try removeEmptyContract(try require(contract: left.number, in: transaction.snapshot), transaction)
                }
                guard let before else { return }
                if left == nil {
                    _ = try require(company: before.company, in: transaction.snapshot)
                    try transaction.addContract(
                        before.number, kind: before.kind, company: before.company, createdAt: now)
                }
                if !isOption { try transaction.setOpened(before.number, on: before.openedOn) }
                for option in OptionService.allCases where changed.contains(option) {
                    try transaction.set(option, of: before.number, to: before.options.contains(option))
                }
            })
    }

    var siteReversal: Reversal<SiteState> {
        Reversal(
            subjects: ["site"],
            object: { .contract($0.contract) },
            current: { state, snapshot in
                try snapshot.sites(of: state.contract).first { $0.code == state.site }
                    .map { SiteState($0, of: state.contract) }
            },
            matches: { $0.name == $1.name },
            apply: { left, before, transaction in
                if let left, before == nil {
                    let present = try require(site: left.site, of: left.contract, in: transaction.snapshot)
                    guard present.voiceContracts.isEmpty else {
                        throw ContractRefusal.siteHasVoiceContracts(
                            present.site, voiceContracts: present.voiceContracts)
                    }
                    try transaction.removeSite(left.site, of: left.contract)
                } else if let before, left == nil {
                    _ = try require(contract: before.contract, in: transaction.snapshot)
                    try transaction.addSite(before.site, name: before.name, to: before.contract)
                    if before.isRepresentative,
                        try representative(of: before.contract, in: transaction.snapshot).site == nil
                    {
                        try transaction.setRepresentative(before.site, of: before.contract)
                    }
                } else if let before {
                    try transaction.renameSite(before.site, of: before.contract, to: before.name)
                }
            })
    }

    var representativeReversal: Reversal<RepresentativeState> {
        Reversal(
            subjects: ["representative"],
            object: { .contract($0.contract) },
            current: { try representative(of: $0.contract, in: $1) },
            matches: { $0.site == $1.site },
            apply: { _, before, transaction in
                guard let before else { return }
                if let site = before.site { _ = try require(site: site, of: before.contract, in: transaction.snapshot) }
                try transaction.setRepresentative(before.site, of: before.contract)
            })
    }

    var voiceContractReversal: Reversal<VoiceContractState> {
        Reversal(
            subjects: ["voice-contract"],
            object: { .contract($0.contract) },
            current: { try $1.voiceContract($0.voiceContract).map(VoiceContractState.init) },
            matches: { $0.contract == $1.contract && $0.site == $1.site },
            apply: { left, before, transaction in
                if let left {
                    try removeEmptyVoiceContract(left.voiceContract, transaction)
                } else if let before {
                    _ = try require(site: before.site, of: before.contract, in: transaction.snapshot)
                    try transaction.addVoiceContract(before.voiceContract, at: before.site, of: before.contract)
                }
            })
    }

    var trunkReversal: Reversal<TrunkState> {
        Reversal(
            subjects: ["trunk"],
            object: { .trunk(prefix: $0.prefix) },
            current: { state, snapshot in
                try snapshot.trunks().routes.first { $0.prefix == state.prefix }.map(TrunkState.init)
            },
            matches: { $0 == $1 },
            apply: { left, before, transaction in
                if let left { try transaction.removeTrunk(prefix: left.prefix) }
                if let before { try transaction.addTrunk(TrunkRoute(before), createdAt: now) }
            })
    }

    var timeZoneReversal: Reversal<String> {
        Reversal(
            subjects: ["settings"],
            object: { _ in .setting(.timeZone) },
            current: { _, snapshot in try snapshot.setting(.timeZone) },
            matches: { $0 == $1 },
            apply: { _, before, transaction in
                if let before { try transaction.set(.timeZone, to: before) }
            })
    }

    var forbiddenDestinationsReversal: Reversal<[String]> {
        Reversal(
            subjects: ["settings"],
            object: { _ in .setting(.forbiddenDestinations) },
            current: { _, snapshot in
                let forbidden = try Self.forbiddenDestinations(in: snapshot)
                return DestinationClass.allCases.filter(forbidden.contains).map(\.rawValue)
            },
            matches: { $0 == $1 },
            apply: { _, before, transaction in
                guard let before else { return }
                try transaction.set(
                    .forbiddenDestinations, to: before.isEmpty ? "none" : before.joined(separator: ","))
            })
    }
}

extension CompanyState {
    /// Whether it is the same company, and not another of that name. History keeps whole seconds.
    fileprivate func isSame(as other: CompanyState) -> Bool {
        func second(_ date: Date) -> Int64 { Int64(date.timeIntervalSince1970.rounded(.down)) }
        return name == other.name && second(createdAt) == second(other.createdAt)
    }
}

extension TrunkRoute {
    init(_ state: TrunkState) {
        self.init(
            prefix: state.prefix,
            hops: state.hops.map {
                NextHop(
                    host: $0.host, port: UInt16(clamping: $0.port),
                    transport: NextHop.Transport(rawValue: $0.transport) ?? .udp, weight: $0.weight,
                    priority: $0.priority, sendsDiversion: $0.sendsDiversion, sendsHistoryInfo: $0.sendsHistoryInfo)
            })
    }
}
