import ControlPlane
import Foundation
import SignIn

/// What is typed of a user: ユーザー追加 and ユーザー編集.
struct UserForm: Sendable {
    /// The fields whose choice is still to be made.
    private(set) var missing: Set<String> = []
    private(set) var profile: PortalUserProfile

    /// As an administrator finds it who adds a user.
    static func blank() -> UserForm {
        var form = UserForm(PortalUserProfile(email: "", name: "", telephone: ""))
        form.missing = ["factor", "time-zone"]
        return form
    }

    init(_ profile: PortalUserProfile) { self.profile = profile }

    /// - Parameter groups: those that were offered: what is typed for another one is left out.
    init(_ form: FormFields, groups: [UserGroupState]) {
        var missing: Set<String> = []
        func choice<Value: RawRepresentable<String>>(_ name: String, else value: Value) -> Value {
            if let chosen = form[name].flatMap(Value.init(rawValue:)) { return chosen }
            missing.insert(name)
            return value
        }
        let ids = Set(form.all("group"))
        profile = PortalUserProfile(
            email: form.trimmed("email"), name: form.trimmed("name"), telephone: form.trimmed("telephone"),
            language: choice("language", else: Language.japanese),
            secondFactor: choice("factor", else: PortalUserProfile.SecondFactor.open),
            role: choice("role", else: PortalUserProfile.Role.general), title: form.trimmed("title"),
            mobileNumber: form.trimmed("mobile-number"), timeZone: form.trimmed("time-zone"),
            groups: groups.filter { ids.contains($0.id) }.map(\.group),
            // Lines as they are kept: browsers end them with CR LF.
            comment: form.trimmed("comment").replacing("\r\n", with: "\n"),
            wantsNotifications: choice("notifications", else: Notifications.on) == .on)
        if profile.timeZone.isEmpty { missing.insert("time-zone") }
        self.missing = missing
    }

    /// 通知設定.
    enum Notifications: String, CaseIterable {
        case on, off
    }

    /// All that is wrong with it, by its fields.
    func problems(_ words: Catalogue) -> [String: String] {
        var problems: [String: String] = [:]
        for name in missing { problems[name] = words("form.choose") }
        for flaw in profile.flaws() {
            let field = field(of: flaw)
            if problems[field] == nil { problems[field] = isEmpty(field) ? words("form.enter") : flaw.userText(words) }
        }
        return problems
    }

    /// Brings what was typed onto what others have made of the user since it was shown.
    ///
    /// - Returns: what is there now in the fields that both have changed, by the fields.
    mutating func rebase(
        from shown: PortalUserProfile, onto current: PortalUserProfile, _ words: Catalogue
    ) -> [String: String] {
        let (typed, before) = (profile, shown)
        var clashes: [String: String] = [:]
        func compare(_ field: String, _ text: (PortalUserProfile) -> String) {
            let now = text(current)
            guard text(typed) != text(before), now != text(before), now != text(typed) else { return }
            clashes[field] = words("form.now", ["value": now.isEmpty ? "–" : now])
        }
        compare("name", \.name)
        compare("email", \.email)
        compare("telephone", \.telephone)
        compare("factor") { words("user.form.factor.\($0.secondFactor.rawValue)") }
        compare("role") { $0.role.text(words) }
        compare("language") { words("user.language.\($0.language.rawValue)") }
        compare("time-zone", \.timeZone)
        compare("title", \.title)
        compare("mobile-number", \.mobileNumber)
        compare("comment", \.comment)
        compare("notifications") {
            words("user.notifications.\(($0.wantsNotifications ? Notifications.on : .off).rawValue)")
        }
        profile = typed.rebased(from: before, onto: current)
        return clashes
    }

    /// The field that a refusal is about.
    func field(of refusal: ControlError) -> String {
        switch refusal {
        case .contract(.invalidName): "name"
        case .account(.invalidEmail), .account(.userExists), .account(.addressRefused): "email"
        // Each of them is judged alike: what was typed tells which it was.
        case .account(.invalidTelephone(let text)):
            text == profile.telephone ? "telephone" : "mobile-number"
        case .account(.invalidTimeZone): "time-zone"
        case .account(.textTooLong(let field, _)), .account(.controlCharacter(let field, _)): field
        case .account(.lastAdministrator): "role"
        case .account(.ownSecondFactor), .account(.secondFactorOfOperator): "factor"
        case .account(.noSuchGroup): "groups"
        default: ""
        }
    }

    private func isEmpty(_ field: String) -> Bool {
        switch field {
        case "name": profile.name.isEmpty
        case "email": profile.email.isEmpty
        case "telephone": profile.telephone.isEmpty
        default: false
        }
    }
}
