/// What was found out lately, in memory that does not grow: of what nobody uses, what was put in longest ago goes first. So
/// entries that are in use stay, however many others are brought.
///
/// Two halves, and no list to maintain: what is put in or used is in the recent one. When that is full, it becomes the
/// former one, and what the former one had is forgotten.
///
/// Inlinable, because another module's keys would otherwise be compared through witness tables.
@usableFromInline
package struct RecentEntries<Key: Hashable, Value> {
    @usableFromInline let half: Int
    @usableFromInline var recent: [Key: Value] = [:]
    @usableFromInline var former: [Key: Value] = [:]

    /// - Parameter limit: the most entries held at once, at least 2.
    @inlinable
    package init(limit: Int) { half = max(1, limit / 2) }

    @inlinable
    package var count: Int { recent.count + former.count }

    /// The value of a key, which does not stay for that.
    @inlinable
    package subscript(key: Key) -> Value? { recent[key] ?? former[key] }

    /// The value of a key that somebody wants, and which stays for that.
    @inlinable
    package mutating func use(_ key: Key) -> Value? {
        if let value = recent[key] { return value }
        guard let value = former[key] else { return nil }
        put(value, for: key)
        return value
    }

    @inlinable
    package mutating func put(_ value: Value, for key: Key) {
        if recent.count >= half, recent[key] == nil { (former, recent) = (recent, [:]) }
        former[key] = nil
        recent[key] = value
    }

    @inlinable
    package mutating func remove(_ key: Key) {
        recent[key] = nil
        former[key] = nil
    }

    @inlinable
    package mutating func removeAll() { (recent, former) = ([:], [:]) }
}

extension RecentEntries: Sendable where Key: Sendable, Value: Sendable {}
