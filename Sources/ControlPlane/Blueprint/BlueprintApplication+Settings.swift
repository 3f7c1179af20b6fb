import Directory
import Storage

/// What is the service's own: settings, terms, the table of holidays.
extension BlueprintApplication {
    func applySettings() throws {
        if let realm = blueprint.settings.realm {
            try realm.doing { if try session.realm() != $0 { try session.setRealm($0) } }
        }
        if let forbidden = blueprint.settings.forbiddenDestinations {
            try forbidden.doing { classes in
                guard Set(try session.forbiddenDestinations()) != Set(classes) else { return }
                try session.setForbiddenDestinations(classes)
            }
        }
        if let timeZone = blueprint.settings.timeZone {
            try timeZone.doing { if try session.timeZone() != $0 { try session.setTimeZone($0) } }
        }
        try blueprint.settings.serviceName?.doing { try session.setServiceName($0) }
        try blueprint.settings.portalURL?.doing { try session.setPortalURL($0) }
        try blueprint.settings.signIn?.doing { wanted in
            _ = try session.setSignInPolicy { policy in
                for (setting, field) in SignInPolicy.counts {
                    if let count = wanted.counts[setting] { policy[keyPath: field] = count }
                }
                if let classes = wanted.passwordClasses { policy.passwordClasses = classes }
                if let days = wanted.preRegistration {
                    policy.preRegistration = try days.map(SignInPolicy.PreRegistration.init)
                }
            }
        }
    }

    func applyTerms() throws {
        guard let terms = blueprint.terms else { return }
        try terms.version.doing { version in
            let present = try session.terms()
            let isSame =
                present?.version == version && present?.japanese == terms.japanese.value
                && present?.english == terms.english.value
            if isSame { return }
            _ = try session.publishTerms(
                version: version, japanese: terms.japanese.value, english: terms.english.value)
        }
    }

    func applyHolidays() throws {
        try BlueprintPlace.unique((blueprint.nationalHolidays + blueprint.holidays).map(\.day)) { $0 }
        try applyNationalHolidays()
        for holiday in blueprint.holidays {
            try holiday.day.doing { day in
                let present = try session.holidayIfThere(day)
                if holiday.isAbsent {
                    if present != nil { _ = try session.removeHoliday(day) }
                    return
                }
                guard let name = holiday.name else { throw BlueprintPlace.missing("name", at: holiday.day) }
                guard present?.name != name.value || present?.national == true else { return }
                try name.doing { _ = try session.addHoliday(day, named: $0) }
            }
        }
    }

    private func applyNationalHolidays() throws {
        var days: [CivilDay: String] = [:]
        for holiday in blueprint.nationalHolidays {
            let day = try holiday.day.doing { text in
                guard let day = CivilDay(typed: text) else { throw ControlError.holiday(.day(text)) }
                return day
            }
            try holiday.name?.doing { text in
                // A name that stands there may be older than what is refused.
                let isThere = try session.holidayIfThere(holiday.day.value)?.name == text
                guard let name = isThere ? text : HolidayTable.name(text) else {
                    throw ControlError.holiday(.name(text))
                }
                days[day] = name
            }
        }
        guard let first = blueprint.nationalHolidays.first, !days.isEmpty else { return }
        try first.day.doing { _ in _ = try session.importHolidays(HolidayTable(days: days)) }
    }
}
