/// What is known of names, in memory that does not grow: of those that nobody uses, what was put in longest ago goes first.
/// So names that are in use stay, however many others are brought.
struct NameTable<Value> {
    private let half: Int
    private var recent: [String: Value] = [:]
    private var former: [String: Value] = [:]

    /// - Parameter limit: names, at least 2.
    init(limit: Int) { half = max(1, limit / 2) }

    var count: Int { recent.count + former.count { recent[$0.key] == nil } }

    subscript(name: String) -> Value? { recent[name] ?? former[name] }

    /// What is known of a name that somebody wants, which stays for that.
    mutating func use(_ name: String) -> Value? {
        if let value = recent[name] { return value }
        guard let value = former[name] else { return nil }
        put(value, for: name)
        return value
    }

    mutating func put(_ value: Value, for name: String) {
        if recent.count >= half, recent[name] == nil { (former, recent) = (recent, [:]) }
        recent[name] = value
    }
}
