/// Remembers what was made of the texts that came last. The messages of a call name the same few hosts and numbers
/// again and again. A class, so that questions that change nothing can use it; it belongs to one shard.
final class RecentTexts<Meaning> {
    private struct Entry {
        let text: String
        let meaning: Meaning
    }

    private var entries: [Entry?]

    /// - Parameter capacity: a power of two.
    init(capacity: Int) {
        entries = Array(repeating: nil, count: capacity)
    }

    /// What `read` makes of the text, now or when it came before.
    func meaning(of text: String, _ read: (String) -> Meaning) -> Meaning {
        // A long text is rare, and remembering it would cost more memory than it saves time.
        guard text.utf8.count <= 64 else { return read(text) }
        let place = Self.place(of: text.utf8.span) & (entries.count - 1)
        // By octets: == takes some that Unicode calls equivalent for the same.
        if let entry = entries[place], Self.areSame(entry.text.utf8.span, text.utf8.span) { return entry.meaning }
        let meaning = read(text)
        entries[place] = Entry(text: text, meaning: meaning)
        return meaning
    }

    private static func areSame(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        for index in left.indices where left[index] != right[index] { return false }
        return true
    }

    private static func place(of text: Span<UInt8>) -> Int {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for index in text.indices { hash = (hash ^ UInt64(text[index])) &* 0x100_0000_01b3 }
        return Int(truncatingIfNeeded: hash ^ hash >> 32)
    }
}
