import GRDB

/// A place in a list that has the newest first, and of the same moment the lowest id: right behind an entry, whether or not
/// that is there still.
package struct ListPlace: Sendable, Equatable {
    /// Of the entry, milliseconds since the Unix epoch.
    package let at: Int64
    package let id: String

    package init(at: Int64, id: String) {
        self.at = at
        self.id = id
    }
}

extension Condition {
    /// On a row with these columns: it comes behind the place; nil: wherever it is.
    static func behind(_ place: ListPlace?, at time: String, id: String) -> Condition {
        guard let place else { return Condition("TRUE") }
        return Condition("(\(time) < ? OR \(time) = ? AND \(id) > ?)", [place.at, place.at, place.id])
    }
}
