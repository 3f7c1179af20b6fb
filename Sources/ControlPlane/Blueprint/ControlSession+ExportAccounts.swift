import Directory
import Storage

extension ControlSession {
    func exportHolidays(_ snapshot: ControlSnapshot, _ tell: (BlueprintPart) throws -> Void) throws {
        guard let first = CivilDay("0001-01-01"), let last = CivilDay("9999-12-31") else { return }
        let entries = try snapshot.holidays(from: first, to: last)
        let national = entries.filter(\.isByLaw).map(Blueprint.Holiday.init)
        if !national.isEmpty { try tell(.nationalHolidays(national)) }
        for entry in entries where !entry.isByLaw { try tell(.holiday(Blueprint.Holiday(entry))) }
    }

    func exportPortal(
        of company: String?, _ snapshot: ControlSnapshot, _ tell: (BlueprintPart) throws -> Void
    ) throws {
        for entry in try snapshot.userGroups(of: company, limit: .max) {
            var group = Blueprint.Group(name: Stated(entry.name), company: Stated(entry.company))
            group.contracts = Stated(entry.contracts)
            try tell(.group(group))
        }
        let filter = PortalUserFilter(company: company)
        var offset = 0
        while case let page = try snapshot.portalUsers(filter, offset: offset, limit: Self.pageSize), !page.isEmpty {
            for entry in page { try tell(.user(Blueprint.User(entry))) }
            offset += page.count
        }
    }

    func exportContractAccounts(
        of company: String?, _ contract: String?, _ snapshot: ControlSnapshot, _ tell: (BlueprintPart) throws -> Void
    ) throws {
        var last: String?
        while case let page = try snapshot.administratorIDs(after: last, limit: Self.pageSize), let end = page.last {
            for entry in page
            where entry.company == company ?? entry.company && entry.contract == contract ?? entry.contract {
                try tell(.administrator(Blueprint.Administrator(entry, in: snapshot)))
            }
            last = end.account.name
        }
        last = nil
        while case let page = try snapshot.loginIDs(after: last, of: contract, limit: Self.pageSize),
            let end = page.last
        {
            for entry in page
            where try company == nil || snapshot.contract(entry.contract)?.company == company {
                try tell(.login(Blueprint.Login(entry)))
            }
            last = end.account.name
        }
    }
}

extension Blueprint.Holiday {
    fileprivate init(_ entry: Holiday) {
        self.init(day: Stated(entry.day.description))
        name = Stated(entry.name)
    }
}

extension Blueprint.Terms {
    init(_ entry: TermsEntry) {
        self.init(
            version: Stated(entry.version), japanese: Stated(entry.japanese), english: Stated(entry.english))
    }
}

extension Blueprint.SignIn {
    init(_ policy: SignInPolicy) {
        for (setting, field) in SignInPolicy.counts { counts[setting] = policy[keyPath: field] }
        passwordClasses = policy.passwordClasses
        preRegistration = .some(policy.preRegistration?.text)
    }
}

extension Blueprint.User {
    fileprivate init(_ entry: PortalUserEntry) {
        let profile = PortalUserProfile(entry)
        self.init(email: Stated(profile.email))
        company = Stated(entry.company)
        name = Stated(profile.name)
        telephone = Stated(profile.telephone)
        language = Stated(profile.language)
        secondFactor = Stated(profile.secondFactor)
        role = Stated(profile.role)
        title = Stated(profile.title)
        mobileNumber = Stated(profile.mobileNumber)
        timeZone = Stated(profile.timeZone)
        groups = Stated(profile.groups)
        comment = Stated(profile.comment)
        wantsNotifications = Stated(profile.wantsNotifications)
        isSuspended = Stated(entry.isSuspended)
    }
}

extension Blueprint.Administrator {
    fileprivate init(_ entry: AdministratorIDEntry, in snapshot: ControlSnapshot) throws {
        self.init(name: Stated(entry.account.name))
        contract = Stated(entry.contract)
        smsNumber = Stated(entry.account.smsNumber)
        language = Stated(entry.account.chosenLanguage)
        isKept = try snapshot.contract(entry.contract)?.options.isEmpty ?? true
    }
}

extension Blueprint.Login {
    fileprivate init(_ entry: LoginIDEntry) {
        self.init(name: Stated(entry.account.name))
        contract = Stated(entry.contract)
        numbers = Stated(entry.numbers.map(\.number.national))
        smsNumber = Stated(entry.account.smsNumber)
        language = Stated(entry.account.chosenLanguage)
    }
}
