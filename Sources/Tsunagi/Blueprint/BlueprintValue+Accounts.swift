import ControlPlane
import SignIn

extension BlueprintValue {
    init(_ group: Blueprint.Group) {
        self = .map([
            ("group", .text(group.name.value)), ("company", .text(group.company.value)),
            ("contracts", .texts(group.contracts?.value ?? [])),
        ])
    }

    init(_ user: Blueprint.User) {
        self = .map([
            ("email", .text(user.email.value)), ("company", .text(user.company?.value ?? "")),
            ("name", .text(user.name?.value ?? "")), ("telephone", .text(user.telephone?.value ?? "")),
            ("language", .text(user.language?.value.rawValue ?? "")),
            ("second-factor", .text(user.secondFactor?.value.rawValue ?? "")),
            ("role", .text(user.role?.value.rawValue ?? "")), ("title", .text(user.title?.value ?? "")),
            ("mobile-number", .text(user.mobileNumber?.value ?? "")),
            ("time-zone", .text(user.timeZone?.value ?? "")), ("groups", .texts(user.groups?.value ?? [])),
            ("comment", .text(user.comment?.value ?? "")),
            ("notifications", .flag(user.wantsNotifications?.value ?? true)),
            ("suspended", .flag(user.isSuspended?.value ?? false)),
        ])
    }

    init(_ administrator: Blueprint.Administrator) {
        var members: [(key: String, value: BlueprintValue)] = [
            ("admin", .text(administrator.name.value)), ("contract", .text(administrator.contract?.value ?? "")),
            ("sms", (administrator.smsNumber?.value).map(BlueprintValue.text) ?? .null),
            ("language", Self.language(administrator.language)),
        ]
        if administrator.isKept { members.append(("kept", .flag(true))) }
        self = .map(members)
    }

    init(_ login: Blueprint.Login) {
        self = .map([
            ("login", .text(login.name.value)), ("contract", .text(login.contract?.value ?? "")),
            ("numbers", .texts(login.numbers?.value ?? [])),
            ("sms", (login.smsNumber?.value).map(BlueprintValue.text) ?? .null),
            ("language", Self.language(login.language)),
        ])
    }

    private static func language(_ stated: Stated<Language?>?) -> BlueprintValue {
        (stated?.value).map { .text($0.rawValue) } ?? .null
    }

    private static func texts(_ texts: [String]) -> BlueprintValue { .list(texts.map(BlueprintValue.text)) }
}
