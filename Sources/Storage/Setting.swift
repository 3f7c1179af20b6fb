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

    package var defaultValue: String {
        switch self {
        case .realm: "tsunagi"
        case .forbiddenDestinations: "all"
        case .serviceName: "Tsunagi"
        case .portalURL: "http://127.0.0.1:8080"
        case .timeZone: "Asia/Tokyo"
        }
    }

    static func value(_ setting: Setting, _ db: Database) throws -> String {
        let statement = try db.cachedStatement(sql: "SELECT value FROM setting WHERE name = ?")
        return try String.fetchOne(statement, arguments: [setting.rawValue]) ?? setting.defaultValue
    }
}
