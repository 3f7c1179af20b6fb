import ControlPlane
import Storage

extension BlueprintValue {
    init(_ settings: Blueprint.Settings) {
        self = .map([
            ("realm", .text(settings.realm?.value ?? "")),
            ("forbidden-destinations", .names(settings.forbiddenDestinations?.value ?? [])),
            ("time-zone", .text(settings.timeZone?.value ?? "")),
            ("service-name", .text(settings.serviceName?.value ?? "")),
            ("portal-url", .text(settings.portalURL?.value ?? "")),
            ("sign-in", (settings.signIn?.value).map(Self.init) ?? .map([])),
        ])
    }

    private init(_ signIn: Blueprint.SignIn) {
        let counts = SignInPolicy.counts.compactMap { setting, _ in
            signIn.counts[setting].map { (setting.rawValue, BlueprintValue.integer($0)) }
        }
        self = .map(
            counts + [
                (Setting.passwordClasses.rawValue, .list((signIn.passwordClasses ?? []).map(BlueprintValue.text))),
                (Setting.preRegistration.rawValue, (signIn.preRegistration ?? nil).map(BlueprintValue.text) ?? .null),
            ])
    }

    init(_ terms: Blueprint.Terms) {
        self = .map([
            ("version", .text(terms.version.value)), ("japanese", .text(terms.japanese.value)),
            ("english", .text(terms.english.value)),
        ])
    }

    init(national holidays: [Blueprint.Holiday]) {
        self = .map(holidays.map { ($0.day.value, .text($0.name?.value ?? "")) })
    }

    init(_ holiday: Blueprint.Holiday) {
        self = .map([("day", .text(holiday.day.value)), ("name", .text(holiday.name?.value ?? ""))])
    }
}
