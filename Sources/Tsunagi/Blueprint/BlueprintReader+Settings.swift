import ControlPlane
import Directory
import Storage

/// What is the service's own.
extension BlueprintReader {
    func settings(_ node: BlueprintNode) throws(BlueprintFileError) -> Blueprint.Settings {
        let members = try node.members([
            "realm", "forbidden-destinations", "time-zone", "service-name", "portal-url", "sign-in",
        ])
        var settings = Blueprint.Settings()
        settings.realm = try members["realm"]?.text()
        settings.forbiddenDestinations = try members["forbidden-destinations"]?.choices(DestinationClass.self)
        settings.timeZone = try members["time-zone"]?.text()
        settings.serviceName = try members["service-name"]?.text()
        settings.portalURL = try members["portal-url"]?.text()
        settings.signIn = try members["sign-in"].map { node throws(BlueprintFileError) in
            Stated(try signIn(node), node.place)
        }
        return settings
    }

    private func signIn(_ node: BlueprintNode) throws(BlueprintFileError) -> Blueprint.SignIn {
        let counts = SignInPolicy.counts.map(\.setting)
        let others: [Setting] = [.passwordClasses, .preRegistration]
        let members = try node.members((counts + others).map(\.rawValue))
        var signIn = Blueprint.SignIn()
        for setting in counts { signIn.counts[setting] = try members[setting.rawValue]?.integer().value }
        signIn.passwordClasses = try members[Setting.passwordClasses.rawValue]?.textList().value
        if let days = members[Setting.preRegistration.rawValue] {
            signIn.preRegistration = .some(try days.optionalText().value)
        }
        return signIn
    }

    func terms(_ node: BlueprintNode) throws(BlueprintFileError) -> Blueprint.Terms {
        let members = try node.members(["version", "japanese", "english"])
        return Blueprint.Terms(
            version: try members.required("version", of: node).text(),
            japanese: try members.required("japanese", of: node).text(),
            english: try members.required("english", of: node).text())
    }

    /// Days and their names.
    func nationalHolidays(_ node: BlueprintNode) throws(BlueprintFileError) -> [Blueprint.Holiday] {
        var holidays: [Blueprint.Holiday] = []
        for (day, name) in try node.entries() {
            var holiday = Blueprint.Holiday(day: day)
            holiday.name = try name.text()
            holidays.append(holiday)
        }
        return holidays
    }

    func holiday(_ node: BlueprintNode) throws(BlueprintFileError) -> Blueprint.Holiday {
        let members = try node.members(["day", "absent", "name"])
        var holiday = Blueprint.Holiday(day: try members.required("day", of: node).text())
        holiday.isAbsent = try members["absent"]?.flag().value ?? false
        holiday.name = try members["name"]?.text()
        return holiday
    }
}
