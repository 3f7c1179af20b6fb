import Storage

/// Portal users and their groups.
extension BlueprintApplication {
    func applyPortal() throws {
        try BlueprintPlace.uniqueGroups(blueprint.groups)
        for group in blueprint.groups where group.isAbsent { try remove(group) }
        for group in blueprint.groups where !group.isAbsent { try apply(group) }
        try BlueprintPlace.unique(blueprint.users.map(\.email)) { try AccountText.email($0).lowercased() }
        // Who administers comes first, so that nobody is the last one who gives way to another.
        for user in blueprint.users where !user.isAbsent && user.administers { try apply(user) }
        for user in blueprint.users where !user.isAbsent && !user.administers { try apply(user) }
        for user in blueprint.users where user.isAbsent { try remove(user) }
    }

    private func apply(_ group: Blueprint.Group) throws {
        let (name, company) = (group.name.value, group.company.value)
        let present = try group.name.doing { _ in
            try session.groupIfThere(name, of: company) ?? session.addGroup(name, to: company)
        }
        try group.contracts?.doing { contracts in
            guard Set(contracts.map(ContractText.code)) != Set(present.contracts) else { return }
            _ = try session.setContracts(contracts, ofGroup: name, of: company)
        }
    }

    private func remove(_ group: Blueprint.Group) throws {
        try group.name.doing { name in
            let company = group.company.value
            if try session.groupIfThere(name, of: company) != nil { _ = try session.removeGroup(name, of: company) }
        }
    }

    private func apply(_ user: Blueprint.User) throws {
        let present = try user.email.doing(session.userIfThere) ?? add(user)
        if let company = try user.company?.doing(ContractText.knownName), company != present.company {
            throw BlueprintRefusal(
                place: user.company?.place ?? user.email.place,
                reason: AccountRefusal.userBelongs(present.profile.email, company: present.company).description)
        }
        let profile = try user.profile(from: present.profile, of: present.company, session)
        if profile != present.profile {
            let isDemoted = profile.role != present.profile.role
            try (isDemoted ? user.role?.place ?? user.email.place : user.email.place).doing {
                _ = try session.editUser(present.profile.email) { $0 = profile }
            }
        }
        try user.isSuspended?.doing { isSuspended in
            guard isSuspended != present.isSuspended else { return }
            _ =
                try isSuspended
                ? session.suspendUser(present.profile.email) : session.resumeUser(present.profile.email)
        }
    }

    private func add(_ user: Blueprint.User) throws -> PortalUserState {
        guard let company = user.company else { throw BlueprintPlace.missing("company", at: user.email) }
        guard user.name != nil else { throw BlueprintPlace.missing("name", at: user.email) }
        guard let telephone = user.telephone else { throw BlueprintPlace.missing("telephone", at: user.email) }
        let new = PortalUserProfile(email: user.email.value, name: "", telephone: telephone.value)
        let of = try company.doing { try session.company(named: $0).name }
        let profile = try user.profile(from: new, of: of, session)
        return try user.email.doing { _ in try session.addUser(profile, to: of) }
    }

    private func remove(_ user: Blueprint.User) throws {
        try user.email.doing { email in
            guard let present = try session.userIfThere(email) else { return }
            // With a company go all its users, the last of its administrators among them.
            let goesAlong = try blueprint.companies.contains {
                try $0.isAbsent && ContractText.knownName($0.name.value) == present.company
            }
            if !goesAlong { _ = try session.removeUser(email) }
        }
    }
}

extension Blueprint.User {
    fileprivate var administers: Bool { role?.value == .administrator && isSuspended?.value != true }

    /// The profile with what is stated, each part judged at its place.
    fileprivate func profile(from profile: PortalUserProfile, of company: String, _ session: ControlSession) throws
        -> PortalUserProfile
    {
        var wanted = profile
        try name?.doing { wanted.name = try ContractText.name($0, inPlaceOf: profile.name) }
        try telephone?.doing { wanted.telephone = try AccountText.telephone($0, isRequired: true) }
        try title?.doing { wanted.title = try AccountText.note($0, as: "title", limit: 100) }
        try mobileNumber?.doing { wanted.mobileNumber = try AccountText.telephone($0, isRequired: false) }
        try timeZone?.doing { wanted.timeZone = try AccountText.timeZone($0) }
        try comment?.doing {
            wanted.comment = try AccountText.note($0, as: "comment", limit: 1000, hasLines: true)
        }
        try groups?.doing { groups in
            let names = Set(try groups.map { try session.group($0, of: company).group })
            if names != Set(profile.groups) { wanted.groups = names.sorted() }
        }
        wanted.language = language?.value ?? profile.language
        wanted.secondFactor = secondFactor?.value ?? profile.secondFactor
        wanted.role = role?.value ?? profile.role
        wanted.wantsNotifications = wantsNotifications?.value ?? profile.wantsNotifications
        return wanted
    }
}

extension BlueprintPlace {
    /// - Throws: ``BlueprintRefusal`` for a group that is named twice in one company.
    fileprivate static func uniqueGroups(_ groups: [Blueprint.Group]) throws {
        let companies = Dictionary(grouping: groups) { $0.company.value }
        for groups in companies.values { try unique(groups.map(\.name)) { try ContractText.knownName($0) } }
    }
}
