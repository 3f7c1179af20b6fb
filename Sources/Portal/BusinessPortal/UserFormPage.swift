import ControlPlane
import Foundation
import SignIn

/// ユーザー追加, ユーザー編集.
struct UserFormPage: Page {
    static let template = "portal/user-form"

    struct Option: Sendable {
        let value: String
        let text: String
        let isChosen: Bool
    }

    let heading: String
    /// Nil: it is to be added.
    let user: PageFrame.Link?
    /// What is done, as the last part of the way here.
    let step: String
    let back: String
    let action: String
    let saveLabel: String
    /// The last change that the page knows of.
    let since: String
    /// What the form was filled with; nil: it is to be added.
    let shown: String?
    /// What concerns no field. Not `problem`: fields without one would be shown with this.
    let formProblem: String?
    let problems: [FormProblem]
    let problemsLead: String
    let hasProblems: Bool
    let name: TextField
    let email: TextField
    let telephone: TextField
    let factor: ChoiceField
    let role: ChoiceField
    let language: ChoiceField
    let zones: [Option]
    let zoneProblem: String?
    let jobTitle: TextField
    let mobileNumber: TextField
    let notifications: ChoiceField
    let groups: [Option]
    let hasGroups: Bool
    let comment: String
    let commentProblem: String?

    func title(_ words: Catalogue) -> String { heading }

    /// - Parameters:
    ///   - user: nil: it is to be added.
    ///   - isOwn: nobody changes their own second factor.
    init(
        _ form: UserForm, of user: PortalUserState?, isOwn: Bool, groups known: [UserGroupState],
        shown: String?, since: Int64, problems found: [String: String], _ words: Catalogue
    ) {
        let profile = form.profile
        func text(_ name: String, _ value: String, _ kind: String = "text", required: Bool = false) -> TextField {
            TextField(
                name: name, label: words("profile.\(name)"), value: value, kind: kind, isRequired: required,
                problem: found[name])
        }
        func choice(_ name: String, _ choices: [ChoiceField.Choice], hint: String? = nil) -> ChoiceField {
            ChoiceField(
                name: name, label: words("profile.\(name)"), choices: choices, hint: hint, problem: found[name])
        }
        heading = words(user == nil ? "user.add.heading" : "user.edit.heading")
        step = words(user == nil ? "user.add.step" : "user.edit.open")
        self.user = user.map { PageFrame.Link(path: "/portal/users/\($0.id)", text: $0.profile.name) }
        back = self.user?.path ?? "/portal/users"
        action = user.map { "/portal/users/\($0.id)/edit" } ?? "/portal/users/add"
        saveLabel = words(user == nil ? "user.add.save" : "user.edit.save")
        self.since = "\(since)"
        self.shown = shown
        formProblem = found[""]
        name = text("name", profile.name, required: true)
        email = text("email", profile.email, "email", required: true)
        telephone = text("telephone", profile.telephone, "tel", required: true)
        factor = choice(
            "factor", Self.factors(form, of: user, isOwn: isOwn, words),
            hint: isOwn ? words("user.form.own-factor") : nil)
        role = choice(
            "role",
            PortalUserProfile.Role.allCases.map {
                .init(value: $0.rawValue, text: $0.text(words), isChosen: $0 == profile.role)
            })
        language = choice(
            "language",
            Language.allCases.map {
                .init(value: $0.rawValue, text: words("user.language.\($0.rawValue)"), isChosen: $0 == profile.language)
            }, hint: words("user.form.language-hint"))
        zones = Self.zones(form)
        zoneProblem = found["time-zone"]
        jobTitle = text("title", profile.title)
        mobileNumber = text("mobile-number", profile.mobileNumber, "tel")
        notifications = choice(
            "notifications",
            UserForm.Notifications.allCases.map {
                .init(
                    value: $0.rawValue, text: words("user.notifications.\($0.rawValue)"),
                    isChosen: profile.wantsNotifications == ($0 == .on))
            }, hint: words("user.form.notifications-hint"))
        groups = known.map {
            Option(value: $0.id, text: $0.group, isChosen: profile.groups.contains($0.group))
        }
        hasGroups = !known.isEmpty
        comment = profile.comment
        commentProblem = found["comment"]
        let order = [
            "name", "email", "telephone", "factor", "role", "language", "time-zone", "title", "mobile-number",
            "comment", "notifications",
        ]
        problems = order.compactMap { field in
            found[field].map { FormProblem(field: field, label: words("profile.\(field)"), text: $0) }
        }
        problemsLead = words("form.problems", ["count": "\(problems.count)"])
        hasProblems = !problems.isEmpty
    }

    /// SKIP is the operator's to give; who has it keeps it until it is changed.
    private static func factors(_ form: UserForm, of user: PortalUserState?, isOwn: Bool, _ words: Catalogue)
        -> [ChoiceField.Choice]
    {
        let present = user?.profile.secondFactor
        let offered: [PortalUserProfile.SecondFactor] =
            [.totp, .mail, .open] + (present == .some(.none) ? [.none] : [])
        return offered.filter { !isOwn || $0 == present }.map { factor in
            .init(
                value: factor.rawValue, text: words("user.form.factor.\(factor.rawValue)"),
                isChosen: factor == form.profile.secondFactor && !form.missing.contains("factor"))
        }
    }

    private static func zones(_ form: UserForm) -> [Option] {
        let chosen = form.missing.contains("time-zone") ? "" : form.profile.timeZone
        return (["Asia/Tokyo", "UTC"] + knownZones).map { Option(value: $0, text: $0, isChosen: $0 == chosen) }
    }

    private static let knownZones = TimeZone.knownTimeZoneIdentifiers.filter { $0 != "Asia/Tokyo" && $0 != "UTC" }
}
