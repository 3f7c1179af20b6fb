import Directory
import GRDB

/// Which portal users a list is about; everything that is not nil has to hold.
package struct PortalUserFilter: Sendable {
    package var company: String?
    /// Any part of the name, the e-mail address, the telephone number or the title, in upper or lower case, and in full
    /// width too: names are kept as they were typed, the others in half width. In names blanks do not count. One of blanks alone is none.
    package var keyword: String?
    /// `invited`, `active`, `suspended`, `locked`.
    package var status: String?
    /// When that is so, in milliseconds since the Unix epoch: a lock ends by itself.
    package var now: Int64

    package init(company: String? = nil, keyword: String? = nil, status: String? = nil, at now: Int64 = 0) {
        self.company = company
        self.keyword = keyword
        self.status = status
        self.now = now
    }

    /// On a row of `portal_user u` with its `account a`.
    var conditions: [Condition] {
        var conditions = company.map { [Reach.Limit.company($0).onPortalUser] } ?? []
        if let keyword, case let half = NumberPlan.halfWidth(keyword), !half.isEmpty {
            let name = "replace(replace(lower(u.name), ' ', ''), char(0x3000), '')"
            conditions.append(
                Condition(
                    """
                    (instr(\(name), lower(?)) OR instr(\(name), lower(?)) OR instr(lower(a.name), lower(?))
                     OR instr(lower(u.title), lower(?)) OR instr(lower(u.title), lower(?))
                     OR instr(u.telephone, ?) OR instr(replace(u.telephone, '-', ''), ?))
                    """, [Self.closed(keyword), Self.closed(half), half, keyword, half, half, half]))
        }
        if let status { conditions.append(Condition("\(Self.status(at: now)) = ?", [status])) }
        return conditions
    }

    /// Without the blanks that people put between the parts of a name, or not, in either width.
    private static func closed(_ text: String) -> String { text.filter { $0 != " " && $0 != "\u{3000}" } }

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

/// What a list of portal users is in the order of; those who are equal in that, in the order of names and e-mail addresses.
package struct PortalUserOrder: Sendable, Equatable {
    package enum Column: String, Sendable, CaseIterable {
        case status, name, email, telephone, factor, role
    }

    package var column: Column
    package var isDescending: Bool

    package init(_ column: Column = .name, isDescending: Bool = false) {
        self.column = column
        self.isDescending = isDescending
    }

    func sql(at now: Int64) -> String {
        let value =
            switch column {
            case .status: "instr('invited active suspended locked', \(PortalUserFilter.status(at: now)))"
            case .name: "u.name"
            case .email: "a.name"
            case .telephone: "u.telephone"
            case .factor: "u.second_factor"
            case .role: "u.role"
            }
        return "\(value) \(isDescending ? "DESC" : "ASC"), u.name, a.name"
    }
}
