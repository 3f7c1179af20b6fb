package import Directory

/// Changes that are on their way to the disk.
///
/// Two phones of one number may register within one commit; the second must build on what the first has changed, or
/// it would undo it. So a REGISTER is judged against ``change(of:)`` if there is one, not against the table. If a
/// commit fails, those that were built on it hold its contacts too: what was refused to the phone is then registered
/// until it asks again, and nothing that was acknowledged is lost.
package struct PendingChanges: Sendable {
    private struct Latest {
        var change: BindingChange
        var waiting: Int
    }

    private var latest: [PhoneNumber: Latest] = [:]

    package init() {}

    /// Numbers with a change under way.
    package var count: Int { latest.count }

    /// What the number will have when everything under way is committed; nil if nothing is.
    package func change(of number: PhoneNumber) -> BindingChange? { latest[number]?.change }

    /// The change was handed over to be committed.
    package mutating func began(_ change: BindingChange) {
        latest[change.number, default: Latest(change: change, waiting: 0)].change = change
        latest[change.number]?.waiting += 1
    }

    /// Its commit has ended, well or not. Changes of one number end in the order in which they began.
    package mutating func ended(_ change: BindingChange) {
        guard var entry = latest[change.number] else { return }
        entry.waiting -= 1
        latest[change.number] = entry.waiting > 0 ? entry : nil
    }
}
