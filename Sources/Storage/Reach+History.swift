import GRDB

/// What of the history is within reach: the changes of an object since it belongs to whom it belongs to now. What a
/// number went through with its former owner stays that one's, even when the number itself has moved.
extension Reach.Limit {
    /// A condition on a row of `history h`.
    var onHistory: Condition {
        let (company, contract, number, account) = (onCompany, onContract, onNumber, onAccountHistory)
        return Condition(
            """
            (h.object = 'number' AND EXISTS (SELECT 1 FROM number n WHERE n.canonical = h.key AND \(number.sql))
                AND h.id >= \(Self.firstOwned(by: owner, of: "h.key"))
            OR h.object IN ('contract', 'company')
                AND CASE h.object
                    WHEN 'contract' THEN h.key IN (SELECT t.number FROM contract t WHERE \(contract.sql))
                    ELSE h.key IN (SELECT y.name FROM company y WHERE \(company.sql)) END
                AND h.id >= coalesce(
                    (SELECT max(m.id) FROM history m WHERE m.object = h.object AND m.key = h.key
                        AND (m.before IS NULL OR m.object = 'company' AND json_extract(m.before, '$.name') <> m.key)
                        AND m.action GLOB h.object || ' *'), 0)
            OR h.object NOT IN ('number', 'contract', 'company') AND \(account.sql))
            """, number.arguments + contract.arguments + company.arguments + account.arguments)
    }

    /// The moment since which a number belongs to whom it belongs to now, of a row of `number n`.
    var ownedSince: String {
        """
        coalesce((SELECT m.at FROM history m WHERE m.object = 'number' AND m.key = n.canonical
            AND \(Self.moves(of: owner)) ORDER BY m.id DESC LIMIT 1), 0)
        """
    }

    /// What changes hands when a number goes to another owner, as states of numbers name it.
    private var owner: String {
        switch self {
        case .company: "$.company"
        case .contracts, .numbers: "$.contract"
        }
    }

    /// The change that brought the number here tells where it came from, so it counts only if that was nowhere.
    private static func firstOwned(by owner: String, of key: String) -> String {
        """
        coalesce((SELECT max(m.id + (m.before IS NOT NULL AND json_extract(m.before, '\(owner)') IS NOT NULL))
            FROM history m WHERE m.object = 'number' AND m.key = \(key) AND \(moves(of: owner))), 0)
        """
    }

    private static func moves(of owner: String) -> String {
        """
        m.action GLOB 'number *'
            AND coalesce(json_extract(m.before, '\(owner)'), '') <> coalesce(json_extract(m.after, '\(owner)'), '')
        """
    }
}
