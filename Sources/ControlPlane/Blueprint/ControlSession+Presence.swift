import Directory
import Storage

/// What is there already, where a blueprint asks before it changes something.
extension ControlSession {
    func trunk(prefix text: String) throws -> TrunkState? {
        let prefix = NumberPlan.halfWidth(text).filter { $0 != "-" && $0 != " " }
        return try trunks().first { $0.prefix == prefix }
    }

    func hasCompany(named text: String) throws -> Bool {
        let name = try ContractText.knownName(text)
        return try read(.showCompany, on: .service) { try $0.company(named: name) != nil }
    }

    func contractIfThere(_ text: String) throws -> ContractState? {
        try read(.showContract, on: .service) { snapshot in
            try snapshot.contract(ContractText.code(text)).map { ContractState($0) }
        }
    }

    func hasVoiceGroup(_ contract: ContractState) throws -> Bool {
        try serviceKinds().contains { $0.kind == contract.kind && $0.hasVoiceGroup }
    }

    func holidayIfThere(_ text: String) throws -> HolidayState? {
        guard let day = CivilDay(typed: text) else { throw ControlError.holiday(.day(text)) }
        return try read(.listHolidays, on: .service) {
            try $0.holidays(from: day, to: day).first.map(HolidayState.init)
        }
    }

    func userIfThere(_ text: String) throws -> PortalUserState? {
        let email = try AccountText.email(text)
        return try read(.showUser, on: .service) { try $0.portalUser(email).map { try PortalUserState($0, at: now) } }
    }

    func groupIfThere(_ text: String, of companyText: String) throws -> UserGroupState? {
        let (name, company) = (try ContractText.knownName(text), try ContractText.knownName(companyText))
        return try read(.showGroup, on: .service) { try $0.userGroup(name, of: company).map(UserGroupState.init) }
    }

    func administratorIDIfThere(_ text: String) throws -> AdministratorIDState? {
        let name = try AccountText.signInName(text)
        return try read(.showAdministratorID, on: .service) {
            try $0.administratorID(name).map { AdministratorIDState($0) }
        }
    }

    func loginIDIfThere(_ text: String) throws -> LoginIDState? {
        let name = try AccountText.signInName(text)
        return try read(.showLoginID, on: .service) { try $0.loginID(name).map { LoginIDState($0) } }
    }

    func numberIfThere(_ number: PhoneNumber) throws -> NumberState? {
        try read(.showNumber, on: .service) { snapshot in try snapshot.entry(of: number).map { NumberState($0) } }
    }
}
