internal import Directory
internal import SIPMessage
internal import SIPTransaction

/// The sections `steps` and `outcome`.
extension ScriptParser {
    func readStep(_ line: ScriptLine) throws(ScriptError) -> ScriptStep {
        var words = ScriptWords(line, file: file)
        let action = if let step = try readTimeStep(&words) { step } else { try readPhoneStep(&words) }
        try words.expectEnd()
        switch action {
        case .send, .answer, .expect, .change, .deliverRaw: break
        default:
            if let child = line.children.first { throw error(child, "nothing can be indented below \"\(line.text)\"") }
        }
        return ScriptStep(line: line.number, action: action)
    }

    /// Steps that do not begin with a phone.
    private func readTimeStep(_ words: inout ScriptWords) throws(ScriptError) -> ScriptStep.Action? {
        if words.take("wait") { return .wait(try readTime(&words)) }
        if words.take("at") { return .waitUntil(try readTime(&words)) }
        if words.take("nothing for") { return .nothing(try readTime(&words)) }
        if words.take("lose next to") { return .lose(.to(try readPhoneName(&words))) }
        if words.take("lose next from") { return .lose(.from(try readPhoneName(&words))) }
        if words.take("the server restarts") { return .restart }
        if words.take("the rest is open") { return .leaveOpen }
        if words.take("from now on number") {
            let number = try readNumber(&words)
            guard var record = script.rules.records.first(where: { $0.number == number }) else {
                throw words.error("there is no number \(number) in the section \"rules\"")
            }
            for child in words.line.children { try readNumberRule(child, &record) }
            return .change(record)
        }
        return nil
    }

    private func readPhoneStep(_ words: inout ScriptWords) throws(ScriptError) -> ScriptStep.Action {
        let phone = try readPhoneName(&words)
        if words.take("and") {
            let other = try readPhoneName(&words)
            try words.expect("talk")
            return .talk(phone, other)
        }
        if words.take("hangs up on") { return .hangUp(phone, try readPhoneName(&words)) }
        if words.take("falls silent") { return .presence(phone: phone, .silent) }
        if words.take("becomes unreachable") { return .presence(phone: phone, .unreachable) }
        if words.take("comes back") { return .presence(phone: phone, .here) }
        if words.take("acknowledges") { return .acknowledge(phone: phone) }
        if words.take("repeats") {
            let kind = try readKind(&words)
            return .resend(phone: phone, kind, of: words.take("to") ? try readRequest(&words) : nil)
        }
        if words.take("forwards") {
            let kind = try readKind(&words)
            guard case .request(let method) = kind else {
                try words.expect("back")
                guard case .response(let status) = kind else { throw words.error("expected a status") }
                return .forwardResponse(phone: phone, status: status)
            }
            try words.expect("to")
            return .forwardRequest(phone: phone, method: method, target: try words.next("a number or a URI"))
        }
        if words.take("has received") {
            let kind = try readKind(&words)
            let count = try readCount(&words)
            guard words.take("times") || words.take("time") else { throw words.error("expected \"times\"") }
            return .count(phone: phone, kind, count)
        }
        if words.take("sends these octets") { return .deliverRaw(phone: phone, try readOctets(words.line)) }
        if words.take("sends") { return .send(try readSend(phone, &words)) }
        if words.take("answers") { return .answer(try readAnswer(phone, &words)) }
        if words.take("expects") { return .expect(try readExpect(phone, &words)) }
        throw words.error(
            "\"\(words.line.text)\": a phone sends, answers, expects, forwards, acknowledges, repeats, has received, "
                + "hangs up on, falls silent, becomes unreachable or comes back")
    }

    private func readSend(_ phone: String, _ words: inout ScriptWords) throws(ScriptError) -> SendStep {
        guard case .request(let method) = try readKind(&words) else {
            throw words.error("a phone sends requests; a response is what it answers")
        }
        var step = SendStep(phone: phone, method: method)
        while let word = words.next() {
            switch word {
            case "to": step.target = try words.next("a number or a URI")
            case "with": step.dialog = try readPhoneName(&words)
            case "strictly": step.isStrict = true
            case "credentials": step.credentials = step.credentials ?? .init()
            case "SHA-256", "MD5": step.credentials?.algorithm = word
            case "password":
                step.credentials = step.credentials ?? .init()
                step.credentials?.password = try words.next("a password")
            case "username":
                step.credentials = step.credentials ?? .init()
                step.credentials?.username = try words.next("a username")
            default:
                throw words.error(
                    "\"\(word)\": after the method come to, with, strictly, credentials, username and password")
            }
        }
        step.edits = try MessageEdit.list(words.line.children, file: file)
        return step
    }

    private func readAnswer(_ phone: String, _ words: inout ScriptWords) throws(ScriptError) -> AnswerStep {
        guard case .response(let status) = try readKind(&words) else { throw words.error("expected a status") }
        var step = AnswerStep(phone: phone, status: status)
        var phrase: [String] = []
        while let word = words.next() {
            if word == "to" {
                step.request = try readRequest(&words)
            } else {
                phrase.append(word)
            }
        }
        if !phrase.isEmpty { step.phrase = phrase.joined(separator: " ") }
        step.edits = try MessageEdit.list(words.line.children, file: file)
        return step
    }

    /// `INVITE`, or `INVITE 2`.
    private func readRequest(_ words: inout ScriptWords) throws(ScriptError) -> RequestReference {
        var request = RequestReference(method: try words.next("a method"))
        if let word = words.next() {
            guard let ordinal = Int(word), ordinal > 0 else {
                throw words.error("\"\(word)\": after a method comes which such request it is, as in INVITE 2")
            }
            request.ordinal = ordinal
        }
        return request
    }

    private func readExpect(_ phone: String, _ words: inout ScriptWords) throws(ScriptError) -> ExpectStep {
        var step = ExpectStep(phone: phone, kind: try readKind(&words))
        while let word = words.next() {
            switch word {
            case "within": step.time = .within(try readTime(&words))
            case "after": step.time = .after(try readTime(&words))
            case "unacknowledged": step.acknowledges = false
            default: throw words.error("\"\(word)\": after the message come within, after and unacknowledged")
            }
        }
        for child in words.line.children { step.conditions.append(try ScriptCondition(child, file: file)) }
        return step
    }

    /// `| ` before each line, which ends with CRLF.
    private func readOctets(_ line: ScriptLine) throws(ScriptError) -> [UInt8] {
        var text = ""
        for child in line.children {
            guard let raw = MessageEdit.rawText(child) else { throw error(child, "octets stand behind \"| \"") }
            text += raw + "\r\n"
        }
        return Array(text.utf8)
    }

    // MARK: Outcome

    mutating func readOutcome(_ section: ScriptLine, _ words: inout ScriptWords) throws(ScriptError) -> ScriptOutcome {
        var outcome = ScriptOutcome(line: section.number)
        if words.take("of call") { outcome.call = try readCount(&words) }
        for line in section.children {
            var words = ScriptWords(line, file: file)
            switch try words.next("status, decisions, legs, caller or no entry") {
            case "status": outcome.status = (line.number, try readCount(&words))
            case "legs": outcome.legs = (line.number, try readCount(&words))
            case "caller": outcome.caller = (line.number, words.takeRest())
            case "no":
                try words.expect("entry")
                outcome.isUnlogged = true
            case "decisions":
                outcome.decisions = line.children.map { ($0.number, $0.text) }
            case let word: throw words.error("\"\(word)\" is not status, decisions, legs, caller or \"no entry\"")
            }
            try words.expectEnd()
        }
        return outcome
    }
}
