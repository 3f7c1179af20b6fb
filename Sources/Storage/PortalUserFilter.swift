import GRDB

/// Which portal users a list is about; everything that is not nil has to hold.
package struct PortalUserFilter: Sendable {
    /// ステータス at a time, which ends a lock.
    package struct Status: Sendable {
        /// `invited`, `active`, `suspended`, `locked`.
        package let name: String
        /// Milliseconds since the Unix epoch.
        package let now: Int64

        package init(_ name: String, at now: Int64) {
            self.name = name
            self.now = now
        }
    }

    package var company: String?
    /// Any part of the name, the e-mail address, the telephone number or the title, in upper or lower case.
    package var keyword: String?
    package var status: Status?

    package init(company: String? = nil, keyword: String? = nil, status: Status? = nil) {
        self.company = company
        self.keyword = keyword
        self.status = status
    }

    /// On a row of `portal_user u` with its `account a`.
    var conditions: [Condition] {
        var conditions = company.map { [Reach.Limit.company($0).onPortalUser] } ?? []
        if let keyword, !keyword.isEmpty {
            conditions.append(
                Condition(
                    """
                    (instr(lower(u.name), lower(?)) OR instr(lower(a.name), lower(?)) OR instr(lower(u.title), lower(?))
                     OR instr(u.telephone, ?) OR instr(replace(u.telephone, '-', ''), ?))
                    """, [keyword, keyword, keyword, keyword, keyword]))
        }
        if let status { conditions.append(Condition("\(Self.status(at: status.now)) = ?", [status.name])) }
        return conditions
    }

    /// ステータス of a row. The end of a lock stands last in the text of a lockout.
    static func status(at now: Int64) -> String {
        """
        CASE WHEN u.is_suspended THEN 'suspended' WHEN a.password_hash IS NULL THEN 'invited'
             WHEN instr(a.lockout, ' until=')
                 AND CAST(substr(a.lockout, instr(a.lockout, ' until=') + 7) AS INTEGER) > \(now) THEN 'locked'
             ELSE 'active' END
        """
    }
}
