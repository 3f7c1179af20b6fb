import Directory
import Storage

/// A piece of a blueprint as it is exported: in the order of the cases, each sort by names or numbers.
package enum BlueprintPart: Sendable {
    case settings(Blueprint.Settings)
    case terms(Blueprint.Terms)
    /// All of them.
    case nationalHolidays([Blueprint.Holiday])
    case holiday(Blueprint.Holiday)
    case trunk(Blueprint.Trunk)
    case company(Blueprint.Company)
    case contract(Blueprint.Contract)
    case number(Blueprint.Number)
    case group(Blueprint.Group)
    case user(Blueprint.User)
    case administrator(Blueprint.Administrator)
    case login(Blueprint.Login)
}

/// How much is exported.
package enum ExportScope: Sendable, Equatable {
    case everything
    /// One company with its contracts, their numbers and all accounts; neither settings, holidays nor trunks, which are
    /// nobody's.
    case company(String)
    /// One contract with its numbers, its administrator ID and its login IDs, and its company.
    case contract(String)
}

extension ControlSession {
    static let pageSize = 1_000

    /// Tells everything that is configured, without secrets, all of one moment, without keeping it.
    ///
    /// Every part is stated, so that applying it undoes whatever was set meanwhile.
    ///
    /// - Returns: how many of its numbers lie under a temporary forwarding now. That is no configuration: it is over by
    ///   itself, and whoever applied it later would forward calls that nobody wants forwarded any more.
    /// - Throws: ``ControlError`` when the scope names what does not exist, `StorageError`, what `tell` throws.
    package func export(_ scope: ExportScope, _ tell: (BlueprintPart) throws -> Void) throws -> Int {
        try refusing {
            try read(.exportBlueprint, on: .service) { snapshot in
                let (company, contract) = try names(in: scope, snapshot)
                if scope == .everything {
                    try tell(.settings(settings(in: snapshot)))
                    if let terms = try snapshot.terms() { try tell(.terms(Blueprint.Terms(terms))) }
                    try exportHolidays(snapshot, tell)
                    for route in try snapshot.trunks().routes.sorted(by: { $0.prefix < $1.prefix }) {
                        try tell(.trunk(Blueprint.Trunk(TrunkState(route))))
                    }
                }
                try exportCompanies(company, snapshot, tell)
                try exportContracts(of: company, contract, snapshot, tell)
                let forwarded = try exportNumbers(
                    NumberFilter(company: company, contract: contract), snapshot, tell)
                if contract == nil { try exportPortal(of: company, snapshot, tell) }
                try exportContractAccounts(of: company, contract, snapshot, tell)
                return forwarded
            }
        }
    }

    private func names(in scope: ExportScope, _ snapshot: ControlSnapshot) throws -> (String?, String?) {
        switch scope {
        case .everything: return (nil, nil)
        case .company(let text):
            return (try require(company: ContractText.knownName(text), in: snapshot).name, nil)
        case .contract(let text):
            let contract = try require(contract: text, in: snapshot)
            return (contract.company, contract.number)
        }
    }

    private func settings(in snapshot: ControlSnapshot) throws -> Blueprint.Settings {
        let forbidden = try Self.forbiddenDestinations(in: snapshot)
        var settings = Blueprint.Settings()
        settings.realm = Stated(try snapshot.setting(.realm))
        settings.forbiddenDestinations = Stated(DestinationClass.allCases.filter(forbidden.contains))
        settings.timeZone = Stated(try snapshot.setting(.timeZone))
        settings.serviceName = Stated(try snapshot.setting(.serviceName))
        settings.portalURL = Stated(try snapshot.setting(.portalURL))
        settings.signIn = Stated(Blueprint.SignIn(try SignInPolicy(snapshot)))
        return settings
    }

    private func exportCompanies(
        _ name: String?, _ snapshot: ControlSnapshot, _ tell: (BlueprintPart) throws -> Void
    ) throws {
        if let name { return try tell(.company(Blueprint.Company(name: Stated(name)))) }
        var last: String?
        while case let page = try snapshot.companies(after: last, limit: Self.pageSize), let end = page.last {
            for entry in page { try tell(.company(Blueprint.Company(name: Stated(entry.name)))) }
            last = end.name
        }
    }

    private func exportContracts(
        of company: String?, _ number: String?, _ snapshot: ControlSnapshot, _ tell: (BlueprintPart) throws -> Void
    ) throws {
        if let number {
            return try tell(.contract(Blueprint.Contract(try require(contract: number, in: snapshot), in: snapshot)))
        }
        var last: String?
        while case let page = try snapshot.contracts(after: last, of: company, limit: Self.pageSize),
            let end = page.last
        {
            for entry in page { try tell(.contract(Blueprint.Contract(entry, in: snapshot))) }
            last = end.number
        }
    }

    private func exportNumbers(
        _ filter: NumberFilter, _ snapshot: ControlSnapshot, _ tell: (BlueprintPart) throws -> Void
    ) throws -> Int {
        let now = now
        let forbidden = try Self.forbiddenDestinations(in: snapshot)
        var forwarded = 0
        var contracts: [String: [OptionService]] = [:]
        var last: PhoneNumber?
        while case let page = try snapshot.numbers(after: last, in: filter, limit: Self.pageSize), let end = page.last {
            for entry in page {
                var contracted: [OptionService] = []
                if let contract = entry.place?.contract {
                    contracted = try contracts[contract] ?? require(contract: contract, in: snapshot).options
                    contracts[contract] = contracted
                }
                guard let (record, options) = try snapshot.savedRecord(of: entry.number) else { continue }
                let policy = DestinationPolicy(forbidden: forbidden, options: options, uris: .anyURI)
                try tell(
                    .number(Blueprint.Number(entry, record, options, contracted: contracted, policy, in: snapshot)))
                if record.temporaryForwarding.values.contains(where: { !$0.until.hasPassed(at: now) }) {
                    forwarded += 1
                }
            }
            last = end.number
        }
        return forwarded
    }
}

extension Blueprint.Trunk {
    init(_ state: TrunkState) {
        self.init(prefix: Stated(state.prefix))
        gateways = Stated(state.hops.map { "\($0.uri);weight=\($0.weight);priority=\($0.priority)" })
        sendsDiversion = state.hops.first?.sendsDiversion
        sendsHistoryInfo = state.hops.first?.sendsHistoryInfo
    }
}

extension Blueprint.Contract {
    init(_ entry: ContractEntry, in snapshot: ControlSnapshot) throws {
        self.init(number: Stated(entry.number))
        company = Stated(entry.company)
        kind = Stated(entry.kind.kind)
        openedOn = Stated(entry.openedOn)
        options = Stated(entry.options)
        sites = try snapshot.sites(of: entry.number).map { entry in
            var site = Blueprint.Site(site: Stated(entry.code))
            site.name = Stated(entry.name)
            if entry.isRepresentative { site.represents = Stated(true) }
            site.voiceContracts = entry.voiceContracts.map { Stated($0) }
            return site
        }
    }
}

extension Blueprint.Number {
    /// - Parameters:
    ///   - contracted: the options of its contract.
    ///   - policy: what could be set anew.
    fileprivate init(
        _ entry: NumberEntry, _ record: NumberRecord, _ options: NumberOptions, contracted: [OptionService],
        _ policy: DestinationPolicy, in snapshot: ControlSnapshot
    ) throws {
        let number = entry.number
        self.init(number: Stated(number.national))
        place = Stated(entry.place.map { $0.voiceContract.map(ContractPlace.voiceContract) ?? .contract($0.contract) })
        if let place = entry.place {
            kind = Stated(place.kind)
            withheld = Stated(contracted.filter { !place.options.contains($0) })
        }
        let saved = try snapshot.savedDestinations(of: number)
        let state = ForwardingState(number, record.forwarding, options, saved: saved)
        forwarding.ringSeconds = Stated(state.ringSeconds)
        forwarding.destinations = Dictionary(uniqueKeysWithValues: state.saved.map { ($0.slot, Stated($0.typed)) })
        forwarding.rules = Dictionary(uniqueKeysWithValues: state.rules.map { ($0.when, Stated($0.to)) })
        forwarding.schedules = record.forwarding.schedules.mapValues { Stated($0) }
        let refused = try saved.filter { try !policy.allows($0, of: number, in: snapshot) }
        forwarding.keptDestinations = Set(refused.map(\.slot))
        let kept = state.rules.filter { rule in
            rule.lacking != nil || rule.slot.map(forwarding.keptDestinations.contains) == true
        }
        forwarding.kept = Set(kept.map(\.when))
        let reasons = NonPresentationReason.allCases.filter(record.anonymousCalls.rejects)
        let isKept = !options.has(.anonymousRejection) && !reasons.isEmpty
        rejected = Stated(isKept ? [] : reasons)
        keptRejected = isKept ? Stated(reasons) : nil
        rejectionSchedule = Stated(record.anonymousCalls.schedule)
        let callers = record.blockedCallers.sorted()
        let unheard = try Set(callers.filter { try ControlSession.refusal(of: $0, in: snapshot) != nil })
        blocked = callers.filter { !unheard.contains($0) }.map { Stated($0.national) }
        keptBlocked = unheard.isEmpty ? nil : callers.filter(unheard.contains).map { Stated($0.national) }
    }
}
