import Directory

extension BlueprintApplication {
    func apply(_ contract: Blueprint.Contract) throws {
        let number = contract.number.value
        try contract.number.doing { _ in try addIfNeeded(contract) }
        if let opened = contract.openedOn {
            try opened.doing { day in
                guard try session.contract(number).openedOn != day else { return }
                _ = try day.map { try session.openContract(number, on: $0) } ?? session.closeContract(number)
            }
        }
        if let options = contract.options {
            try options.doing { wanted in
                let present = try session.contract(number).options
                for option in OptionService.allCases where present.contains(option) != wanted.contains(option) {
                    _ =
                        try wanted.contains(option)
                        ? session.addOption(option, toContract: number)
                        : session.removeOption(option, fromContract: number)
                }
            }
        }
        try BlueprintPlace.unique(contract.sites.map(\.site), ContractText.code)
        for site in contract.sites where !site.isAbsent { try apply(site, of: number) }
    }

    private func addIfNeeded(_ contract: Blueprint.Contract) throws {
        let number = contract.number.value
        if let present = try session.contractIfThere(number) {
            let company = try contract.company?.doing(ContractText.knownName) ?? present.company
            let kind = contract.kind?.value.lowercased() ?? present.kind
            guard company == present.company, kind == present.kind else {
                throw ContractRefusal.contractIs(present.number, kind: present.kind, company: present.company)
            }
        } else {
            guard let company = contract.company else { throw BlueprintPlace.missing("company", at: contract.number) }
            guard let kind = contract.kind else { throw BlueprintPlace.missing("kind", at: contract.number) }
            _ = try session.addContract(number, kind: kind.value, company: company.value)
        }
    }

    private func apply(_ site: Blueprint.Site, of contract: String) throws {
        let present = try site.site.doing { code in
            try session.sites(of: contract).first { $0.site == ContractText.code(code) }
        }
        if let present {
            try site.name?.doing { name in
                guard try ContractText.knownName(name) != present.name else { return }
                _ = try session.renameSite(present.site, of: contract, to: name)
            }
        } else {
            guard let name = site.name else { throw BlueprintPlace.missing("name", at: site.site) }
            try name.doing { _ = try session.addSite(site.site.value, named: $0, to: contract) }
        }
        if let represents = site.represents, represents.value {
            try represents.doing { _ in
                let present = try session.sites(of: contract).first { $0.site == ContractText.code(site.site.value) }
                guard present?.isRepresentative == false else { return }
                _ = try session.setRepresentative(site.site.value, of: contract)
            }
        }
        let voiceContracts = present?.voiceContracts ?? []
        for voiceContract in site.voiceContracts ?? [] {
            try voiceContract.doing { text in
                guard !voiceContracts.contains(ContractText.code(text)) else { return }
                _ = try session.addVoiceContract(text, at: site.site.value, of: contract)
            }
        }
    }

    /// What goes, after the numbers that stood under it.
    func removeParts(of contract: Blueprint.Contract) throws {
        let number = contract.number.value
        guard let present = try session.contractIfThere(number) else { return }
        let sites = try session.hasVoiceGroup(present) ? session.sites(of: number) : []
        for site in contract.sites {
            guard let there = sites.first(where: { $0.site == ContractText.code(site.site.value) }) else { continue }
            if let stated = site.voiceContracts, !site.isAbsent {
                let kept = stated.map { ContractText.code($0.value) }
                try site.site.doing { _ in
                    for voiceContract in there.voiceContracts where !kept.contains(voiceContract) {
                        _ = try session.removeVoiceContract(voiceContract)
                    }
                }
            }
            guard site.isAbsent else { continue }
            try site.site.doing { _ in
                for voiceContract in there.voiceContracts { _ = try session.removeVoiceContract(voiceContract) }
                _ = try session.removeSite(there.site, of: number)
            }
        }
        if contract.isAbsent { try contract.number.doing { _ = try session.removeContract($0) } }
    }
}
