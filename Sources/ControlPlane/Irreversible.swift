import Storage

/// Why a change is never taken back: what was before it is not in the history, or is not anybody's to bring back. Each
/// says what helps instead.
enum Irreversible {
    case phonePassword, removedNumber, registrations, realm
    case password, lock, secondFactor, consent, mail, session, newToken, endedToken
    case terms, message, restoration, ban
    /// Of a release that this one does not know.
    case unknown

    /// Nil: it can be taken back, unless something stands in the way.
    init?(_ entry: HistoryEntry) {
        switch (entry.object, entry.subject) {
        case ("number", "number"):
            if entry.action == "number password" {
                self = .phonePassword
            } else if entry.after == nil {
                self = .removedNumber
            } else {
                return nil
            }
        case ("number", "registrations"): self = .registrations
        case ("user", "token"), ("admin", "token"), ("login", "token"):
            self = entry.after == nil ? .endedToken : .newToken
        case ("user", "user"), ("admin", "admin"), ("login", "login"):
            guard let reason = Self.ofAccount(entry) else { return nil }
            self = reason
        case ("setting", _):
            guard entry.key == Setting.realm.rawValue else { return nil }
            self = .realm
        case ("number", "forward"), ("number", "destination"), ("number", "temporary"), ("number", "anonymous"),
            ("number", "block"), ("number", "option"), ("trunk", _), ("holiday", _), ("company", _),
            ("contract", "contract"), ("contract", "option"), ("contract", "site"), ("contract", "representative"),
            ("contract", "voice-contract"), ("group", _):
            return nil
        case ("terms", _): self = .terms
        case ("message", _): self = .message
        case ("backup", _): self = .restoration
        case ("source", _): self = .ban
        default: self = .unknown
        }
    }

    private static func ofAccount(_ entry: HistoryEntry) -> Irreversible? {
        switch entry.action.dropFirst(entry.object.count + 1) {
        case "password": .password
        case "unlock", "lock": .lock
        case "totp", "factor": .secondFactor
        case "terms": .consent
        case "invite", "reset-link": .mail
        case "session": .session
        default: nil
        }
    }

    /// Goes on after `"user password" can't be taken back: `.
    var reason: String {
        switch self {
        case .phonePassword:
            "no password is kept in the history: set one with \"tsunagi number password\""
        case .removedNumber:
            "the history does not keep all that goes with a number, such as its password: add it again with "
                + "\"tsunagi number add\""
        case .registrations: "phones register again by themselves"
        case .realm:
            "passwords are made for a realm, and the history keeps none: choose a realm with \"tsunagi settings realm\""
        case .password:
            "no password is kept in the history: issue another with \"tsunagi user|admin|login password\""
        case .lock: "locks come by wrong passwords only: see \"tsunagi user|admin|login unlock\""
        case .secondFactor: "what a second factor is made of is not kept in the history: it is set up at a sign-in"
        case .consent:
            "whoever has accepted terms has done so: other terms are published with \"tsunagi settings terms\""
        case .mail: "a mail is not called back: its link ends by itself"
        case .session: "who was signed out signs in again"
        case .newToken: "a token is not forgotten but ended: see \"tsunagi token end\""
        case .endedToken: "no token is kept in the history: make another with \"tsunagi token add\""
        case .terms:
            "people may have accepted them: publish the former text again under another version with "
                + "\"tsunagi settings terms\""
        case .message: "what happened to a message stays so: see \"tsunagi outbox\""
        case .restoration:
            "what was before a restoration is kept beside the data directory: restore a backup of that"
        case .ban: "bans end by themselves: see \"tsunagi bans add|remove\""
        case .unknown: "this release does not know what it changed"
        }
    }
}
