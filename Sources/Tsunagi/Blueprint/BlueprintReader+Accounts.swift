import ControlPlane
import SignIn

/// Who may sign in, and for what.
extension BlueprintReader {
    func group(_ node: BlueprintNode) throws(BlueprintFileError) -> Blueprint.Group {
        let members = try node.members(["group", "company", "absent", "contracts"])
        var group = Blueprint.Group(
            name: try members.required("group", of: node).text(),
            company: try members.required("company", of: node).text())
        group.isAbsent = try members["absent"]?.flag().value ?? false
        group.contracts = try members["contracts"]?.textList()
        return group
    }

    func user(_ node: BlueprintNode) throws(BlueprintFileError) -> Blueprint.User {
        let members = try node.members([
            "email", "absent", "company", "name", "telephone", "language", "second-factor", "role", "title",
            "mobile-number", "time-zone", "groups", "comment", "notifications", "suspended",
        ])
        var user = Blueprint.User(email: try members.required("email", of: node).text())
        user.isAbsent = try members["absent"]?.flag().value ?? false
        user.company = try members["company"]?.text()
        user.name = try members["name"]?.text()
        user.telephone = try members["telephone"]?.text()
        user.language = try members["language"]?.choice(Language.self)
        user.secondFactor = try members["second-factor"]?.choice(PortalUserProfile.SecondFactor.self)
        user.role = try members["role"]?.choice(PortalUserProfile.Role.self)
        user.title = try members["title"]?.text()
        user.mobileNumber = try members["mobile-number"]?.text()
        user.timeZone = try members["time-zone"]?.text()
        user.groups = try members["groups"]?.textList()
        user.comment = try members["comment"]?.text()
        user.wantsNotifications = try members["notifications"]?.flag()
        user.isSuspended = try members["suspended"]?.flag()
        return user
    }

    func administrator(_ node: BlueprintNode) throws(BlueprintFileError) -> Blueprint.Administrator {
        let members = try node.members(["admin", "absent", "contract", "sms", "language", "kept"])
        var administrator = Blueprint.Administrator(name: try members.required("admin", of: node).text())
        administrator.isAbsent = try members["absent"]?.flag().value ?? false
        administrator.contract = try members["contract"]?.text()
        administrator.smsNumber = try members["sms"]?.optionalText()
        administrator.language = try members["language"]?.optionalChoice(Language.self)
        administrator.isKept = try members["kept"]?.flag().value ?? false
        return administrator
    }

    func login(_ node: BlueprintNode) throws(BlueprintFileError) -> Blueprint.Login {
        let members = try node.members(["login", "absent", "contract", "numbers", "sms", "language"])
        var login = Blueprint.Login(name: try members.required("login", of: node).text())
        login.isAbsent = try members["absent"]?.flag().value ?? false
        login.contract = try members["contract"]?.text()
        login.numbers = try members["numbers"]?.textList()
        login.smsNumber = try members["sms"]?.optionalText()
        login.language = try members["language"]?.optionalChoice(Language.self)
        return login
    }
}
