import GRDB

/// A setting of the data directory itself, the same for every server and command that uses it.
package enum Setting: String, CaseIterable, Sendable {
    /// The realm that password hashes are made for (RFC 3261 §22.1).
    case realm
    /// Classes of numbers that calls are not forwarded to: `all`, `none`, or their names with commas between them.
    case forbiddenDestinations = "forbidden-destinations"
    /// What mails and short messages call the service.
    case serviceName = "service-name"
    /// Where the web sites are, without a slash at the end: links in mails begin with it.
    case portalURL = "portal-url"
    /// The time zone in which schedules are meant and times are shown, `Asia/Tokyo`.
    case timeZone = "time-zone"
    /// Consecutive wrong passwords that lock an account.
    case lockoutFailures = "lockout-failures"
    case lockoutMinutes = "lockout-minutes"
    /// Sign-ins that one address may try at once,
    case throttleBurst = "throttle-burst"
    /// and seconds until it may try one more.
    case throttleSeconds = "throttle-seconds"
    /// Until a session that nobody uses is over.
    case sessionIdleMinutes = "session-idle-minutes"
    /// Until every session is.
    case sessionMinutes = "session-minutes"
    case passwordMinimum = "password-minimum"
    case passwordMaximum = "password-maximum"
    /// Kinds of characters that a password has to have, with commas between them, or `none`.
    case passwordClasses = "password-classes"
    /// The days on which an administrator ID may give its first mobile number at the sign-in: `off`, or the first and the
    /// last of them, `2026-11-01..2026-12-31`.
    case preRegistration = "pre-registration"

    package var defaultValue: String {
        switch self {
        case .realm: "tsunagi"
        case .forbiddenDestinations: "all"
        case .serviceName: "Tsunagi"
        case .portalURL: "http://127.0.0.1:8080/portal"
        case .timeZone: "Asia/Tokyo"
        case .lockoutFailures: "5"
        case .lockoutMinutes: "30"
        case .throttleBurst: "20"
        case .throttleSeconds: "6"
        case .sessionIdleMinutes: "30"
        case .sessionMinutes: "480"
        case .passwordMinimum: "6"
        case .passwordMaximum: "32"
        case .passwordClasses: "digit,upperCase,lowerCase"
        case .preRegistration: "off"
        }
    }

    static func value(_ setting: Setting, _ db: Database) throws -> String {
        let statement = try db.cachedStatement(sql: "SELECT value FROM setting WHERE name = ?")
        return try String.fetchOne(statement, arguments: [setting.rawValue]) ?? setting.defaultValue
    }
}
