import GRDB

/// Which changes a list is about; everything that is not nil has to hold.
package struct HistoryFilter: Sendable, Equatable {
    /// The kind of object, such as `number`.
    package var object: String?
    /// Any part of the name of who made the change, or of whom it was made for; in upper or lower case.
    package var person: String?
    /// The changes since then, in milliseconds since the Unix epoch,
    package var from: Int64?
    /// and before then.
    package var until: Int64?

    package init(object: String? = nil, person: String? = nil, from: Int64? = nil, until: Int64? = nil) {
        self.object = object
        self.person = person
        self.from = from
        self.until = until
    }

    /// On a row of `history h`.
    var conditions: [Condition] {
        let parts: [Condition?] = [
            object.map { Condition("h.object = ?", [$0]) },
            person.map {
                Condition(
                    "(instr(lower(h.actor), lower(?)) OR instr(lower(coalesce(h.on_behalf_of, '')), lower(?)))",
                    [$0, $0])
            },
            from.map { Condition("h.at >= ?", [$0]) }, until.map { Condition("h.at < ?", [$0]) },
        ]
        return parts.compactMap(\.self)
    }
}
