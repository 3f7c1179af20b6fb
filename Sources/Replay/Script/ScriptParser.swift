internal import Directory
internal import SIPMessage
internal import SIPTransaction

extension Script {
    /// - Parameters:
    ///   - text: of the whole file.
    ///   - file: its name, as it is to stand in messages.
    /// - Throws: ``ScriptError`` with the line of the first thing that is not understood.
    package init(_ text: String, file: String) throws(ScriptError) {
        self = try ScriptParser.parse(text, file: file)
    }
}

/// Reads scripts. Whatever is not understood is an error with its line; nothing is passed over.
struct ScriptParser {
    let file: String
    var script: Script

    static func parse(_ text: String, file: String) throws(ScriptError) -> Script {
        var parser = ScriptParser(file: file, script: Script(file: file))
        for section in try ScriptLine.tree(of: text, file: file) { try parser.read(section) }
        let hasSteps = !parser.script.phones.isEmpty && !parser.script.steps.isEmpty
        guard hasSteps != (parser.script.capture != nil) else {
            throw ScriptError(
                file, nil, "a script has the sections \"phones\" and \"steps\", or a line \"capture FILE\"")
        }
        return parser.script
    }

    private mutating func read(_ section: ScriptLine) throws(ScriptError) {
        var words = ScriptWords(section, file: file)
        switch try words.next("a section") {
        case "title":
            script.title = words.takeRest()
            if let line = section.children.first { throw error(line, "a title is one line") }
        case "capture":
            script.capture = try words.next("a file")
            for line in section.children { try readTally(line) }
        case "rules":
            for line in section.children { try readRule(line) }
        case "phones":
            for line in section.children { script.phones.append(try readPhone(line)) }
        case "steps":
            for line in section.children { script.steps.append(try readStep(line)) }
        case "outcome":
            script.outcomes.append(try readOutcome(section, &words))
        case let word:
            throw words.error("\"\(word)\" is no section; there are title, rules, phones, steps, capture and outcome")
        }
        try words.expectEnd()
    }

    private mutating func readTally(_ line: ScriptLine) throws(ScriptError) {
        var words = ScriptWords(line, file: file)
        try words.expect("tally")
        script.tally = (line.number, words.takeRest())
    }

    func error(_ line: ScriptLine, _ text: String) -> ScriptError { ScriptError(file, line.number, text) }

    // MARK: Phones

    private func readPhone(_ line: ScriptLine) throws(ScriptError) -> PhoneDescription {
        var words = ScriptWords(line, file: file)
        let name = try words.next("a name")
        guard !script.phones.contains(where: { $0.name == name }) else {
            throw words.error("there are two phones \(name)")
        }
        let transport = try readTransport(&words)
        let endpoint = try readEndpoint(&words)
        var phone = PhoneDescription(line: line.number, name: name, transport: transport, endpoint: endpoint)
        while let word = words.next() {
            switch word {
            case "number": phone.number = try readNumber(&words)
            case "registered": try readBinding(&words, &phone)
            case "password": phone.password = try words.next("a password")
            case "by":
                try words.expect("hand")
                phone.isByHand = true
            case "as": phone.identity = words.takeRest()
            default:
                throw words.error("\"\(word)\": after the address come number, registered, password, by hand and as")
            }
        }
        if let child = line.children.first { throw error(child, "a phone is one line") }
        return phone
    }

    /// `registered for NUMBER`, then what its binding has otherwise than usual.
    private func readBinding(_ words: inout ScriptWords, _ phone: inout PhoneDescription) throws(ScriptError) {
        try words.expect("for")
        let number = try readNumber(&words)
        phone.number = number
        let parameter = phone.transport == .tcp ? ";transport=tcp" : ""
        var binding = Binding(
            contact: "sip:\(phone.name)@\(phone.endpoint)\(parameter)", callID: "registered-\(phone.name)", cseq: 1,
            expiresAt: Int64.max / 2)
        while true {
            if words.take("q") {
                guard let q = Double(try words.next("a q value")), (0...1).contains(q) else {
                    throw words.error("a q value is between 0 and 1")
                }
                binding.q = Int((q * 1000).rounded())
            } else if words.take("contact") {
                binding.contact = try words.next("a URI")
            } else if words.take("received") {
                binding.received = try words.next("an address, as in udp:192.0.2.1:5062")
            } else if words.take("path") {
                binding.path.append(try words.next("a URI in brackets"))
            } else {
                phone.binding = binding
                return
            }
        }
    }

    // MARK: Words

    func readTransport(_ words: inout ScriptWords) throws(ScriptError) -> TransportProtocol {
        let word = try words.next("udp or tcp")
        guard let transport = TransportProtocol(word) else { throw words.error("\"\(word)\" is neither udp nor tcp") }
        return transport
    }

    /// `192.0.2.1`, `192.0.2.1:5062`, `[2001:db8::1]:5060`.
    func readEndpoint(_ words: inout ScriptWords) throws(ScriptError) -> Endpoint {
        let word = try words.next("an address")
        if let endpoint = Endpoint(word) { return endpoint }
        guard let address = IPAddress(word) else {
            throw words.error("\"\(word)\" is no address such as 192.0.2.10:5060 or [2001:db8::10]:5060")
        }
        return Endpoint(address: address, port: 5060)
    }

    func readNumber(_ words: inout ScriptWords) throws(ScriptError) -> PhoneNumber {
        let word = try words.next("a number")
        do {
            return try PhoneNumber(typed: word)
        } catch {
            throw words.error(error.description)
        }
    }

    /// Milliseconds: a hundred days.
    private static let longestTime: Double = 8_640_000_000

    /// `20s`, `1.5s`, `200ms`, `3m`.
    func readTime(_ words: inout ScriptWords) throws(ScriptError) -> Interval {
        let word = try words.next("a time")
        let units: [(String, Double)] = [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000)]
        for (unit, factor) in units where word.hasSuffix(unit) {
            if let value = Double(word.dropLast(unit.count)), value >= 0, value * factor <= Self.longestTime {
                return .milliseconds(Int64((value * factor).rounded()))
            }
        }
        throw words.error("\"\(word)\" is no time such as 20s, 200ms or 3m")
    }

    func readCount(_ words: inout ScriptWords) throws(ScriptError) -> Int {
        let word = try words.next("a number")
        guard let count = Int(word), count >= 0 else { throw words.error("\"\(word)\" is no number") }
        return count
    }

    func readKind(_ words: inout ScriptWords) throws(ScriptError) -> MessageKind {
        let word = try words.next("a method or a status")
        guard let kind = MessageKind(word) else {
            throw words.error("\"\(word)\" is neither a method such as INVITE nor a status such as 180")
        }
        return kind
    }

    /// The name of a phone.
    func readPhoneName(_ words: inout ScriptWords) throws(ScriptError) -> String {
        let word = try words.next("a phone")
        guard script.phones.contains(where: { $0.name == word }) else { throw words.error("there is no phone \(word)") }
        return word
    }
}
