/// A value that a table keeps as one line of text.
///
/// The line begins with its form and version, and holds named fields: `lockout/1 failures=3 until=1763700000000`.
/// Reading what was written gives the same value; a line that was not written by this release or a former one is an
/// error and never a guess. ``PasswordHash`` has the form that other programs know.
package protocol StoredText: Sendable {
    var stored: String { get }

    /// - Throws: ``SignInError/unreadable(form:reason:)``, ``SignInError/unknownVersion(form:found:supported:)``.
    init(stored: String) throws(SignInError)
}

/// Writes the fields of a ``StoredText`` in their order.
struct StoredFields {
    private(set) var text: String

    init(_ form: String, version: Int = 1) {
        text = "\(form)/\(version)"
    }

    mutating func set(_ name: String, _ number: Int) { append(name, String(number)) }

    mutating func set(_ name: String, _ flag: Bool) { append(name, flag ? "1" : "0") }

    /// Left out when nil, as the others that can be nil.
    mutating func set(_ name: String, _ moment: Timestamp?) {
        if let moment { append(name, String(moment.milliseconds)) }
    }

    mutating func set(_ name: String, _ octets: [UInt8]) { append(name, BaseEncoding.base64URL.text(octets)) }

    mutating func set(_ name: String, text: String?) {
        if let text { append(name, PercentEncoding.text(text)) }
    }

    mutating func set(_ name: String, _ choice: (some RawRepresentable<String>)?) {
        set(name, text: choice?.rawValue)
    }

    /// `value` has no blanks in it.
    mutating func append(_ name: String, _ value: String) { text += " \(name)=\(value)" }
}

/// Reads what ``StoredFields`` has written: each field is taken once, and nothing may be left over.
struct StoredFieldReader {
    private let form: String
    private var fields: [Substring: Substring] = [:]

    init(_ stored: String, form: String, version: Int = 1) throws(SignInError) {
        self.form = form
        var words = stored.split(separator: " ", omittingEmptySubsequences: false)
        let head = words.removeFirst().split(separator: "/", omittingEmptySubsequences: false)
        guard head.count == 2, head[0] == form, let found = Int(head[1]), String(found) == head[1] else {
            throw .unreadable(form: form, reason: "it does not begin with \(form)/\(version)")
        }
        guard found == version else { throw .unknownVersion(form: form, found: found, supported: version) }
        for word in words {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, fields.updateValue(parts[1], forKey: parts[0]) == nil else {
                throw .unreadable(form: form, reason: "\"\(parts[0])\" is not a field, or is there twice")
            }
        }
    }

    mutating func word(_ name: String) throws(SignInError) -> Substring {
        guard let word = fields.removeValue(forKey: name[...]) else {
            throw .unreadable(form: form, reason: "the field \(name) is missing")
        }
        return word
    }

    mutating func number(_ name: String, in range: ClosedRange<Int>) throws(SignInError) -> Int {
        let word = try word(name)
        guard let number = Int(word), String(number) == word, range.contains(number) else { throw malformed(name) }
        return number
    }

    mutating func optionalNumber(_ name: String, in range: ClosedRange<Int>) throws(SignInError) -> Int? {
        fields[name[...]] == nil ? nil : try number(name, in: range)
    }

    mutating func flag(_ name: String) throws(SignInError) -> Bool { try number(name, in: 0...1) == 1 }

    mutating func moment(_ name: String) throws(SignInError) -> Timestamp {
        Timestamp(milliseconds: Int64(try number(name, in: .min...(.max))))
    }

    mutating func optionalMoment(_ name: String) throws(SignInError) -> Timestamp? {
        fields[name[...]] == nil ? nil : try moment(name)
    }

    /// - Parameter count: nil: any.
    mutating func octets(_ name: String, count: Int?) throws(SignInError) -> [UInt8] {
        guard let octets = BaseEncoding.base64URL.octets(try word(name)), count == nil || octets.count == count else {
            throw malformed(name)
        }
        return octets
    }

    mutating func text(_ name: String) throws(SignInError) -> String {
        guard let text = PercentEncoding.plain(try word(name)) else { throw malformed(name) }
        return text
    }

    mutating func optionalText(_ name: String) throws(SignInError) -> String? {
        fields[name[...]] == nil ? nil : try text(name)
    }

    mutating func choice<Choice: RawRepresentable<String>>(_ name: String) throws(SignInError) -> Choice {
        guard let choice = Choice(rawValue: try text(name)) else { throw malformed(name) }
        return choice
    }

    mutating func optionalChoice<Choice: RawRepresentable<String>>(_ name: String) throws(SignInError) -> Choice? {
        fields[name[...]] == nil ? nil : try choice(name)
    }

    func finish() throws(SignInError) {
        if let name = fields.keys.min() { throw .unreadable(form: form, reason: "the field \(name) is not known") }
    }

    /// Without the value, which may be a secret.
    func malformed(_ name: String) -> SignInError {
        .unreadable(form: form, reason: "the field \(name) has a value that can't be")
    }
}
