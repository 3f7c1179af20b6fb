internal import CallRouting
internal import Directory
internal import SIPMessage
internal import SIPTransaction

/// What each step does.
extension ScriptRunner {
    mutating func take(_ step: ScriptStep) throws(ScriptError) {
        switch step.action {
        case .send(let send): try take(send, step.line)
        case .answer(let answer): try take(answer, step.line)
        case .expect(let expect): try take(expect, step.line)
        case .resend(let name, let kind, let request):
            let phone = try phone(name, step.line)
            guard let bytes = phone.octets(sentAs: kind, to: request) else {
                throw error(step.line, "\(name) has not sent \(kind) before")
            }
            try send(bytes, from: phone, to: .server, step.line)
        case .acknowledge(let name): try acknowledge(try phone(name, step.line), step.line)
        case .forwardRequest(let name, let method, let target):
            let phone = try phone(name, step.line)
            let bytes = try doing(phone, step.line) { () throws(PhoneMistake) in
                try phone.forward(method, to: target)
            }
            try send(bytes, from: phone, to: .server, step.line)
        case .forwardResponse(let name, let status):
            let phone = try phone(name, step.line)
            let (bytes, origin) = try doing(phone, step.line) { () throws(PhoneMistake) in
                try phone.forwardBack(status)
            }
            try send(bytes, from: phone, to: origin, step.line)
        case .count(let name, let kind, let count):
            let received = try phone(name, step.line).counts[kind] ?? 0
            guard received == count else {
                throw error(step.line, "\(name) has received \(kind) \(received) times, not \(count), at \(elapsed)")
            }
        case .presence(let name, let presence): try phone(name, step.line).presence = presence
        case .lose(let direction): losing.append(direction)
        case .wait(let interval): try advance(to: engine.now + interval)
        case .waitUntil(let interval):
            guard Self.start + interval >= engine.now else { throw error(step.line, "it is \(elapsed) already") }
            try advance(to: Self.start + interval)
        case .nothing(let interval): try expectNothing(interval, step.line)
        case .talk(let caller, let callee): try talk(caller, callee, step.line)
        case .hangUp(let one, let other): try hangUp(one, other, step.line)
        case .restart:
            engine.restart()
            ladder.append(.note(at: engine.now.nanoseconds, on: Self.server, "restarts"))
        case .leaveOpen: isOpen = true
        case .change(let record): try change(record, step.line)
        case .deliverRaw(let name, let bytes):
            let phone = try phone(name, step.line)
            phone.remember(octets: bytes)
            try send(bytes, from: phone, to: .server, step.line)
        }
    }

    private mutating func take(_ step: SendStep, _ line: Int) throws(ScriptError) {
        let phone = try phone(step.phone, line)
        let password = phone.description.number.flatMap { script.rules.passwords[$0] }
        let (bytes, next) = try doing(phone, line) { () throws(PhoneMistake) in
            try phone.request(step, password: password)
        }
        try send(bytes, from: phone, to: try origin(next, line), line)
    }

    private mutating func take(_ step: AnswerStep, _ line: Int) throws(ScriptError) {
        let phone = try phone(step.phone, line)
        guard let place = phone.openRequest(step.request) else {
            let method = step.request?.method ?? "request"
            throw error(line, "\(phone.name) has no open \(method) to answer, at \(elapsed)")
        }
        let bytes = phone.answer(place, status: step.status, phrase: step.phrase, edits: step.edits)
        try send(bytes, from: phone, to: phone.served[place].origin, line)
    }

    private mutating func take(_ step: ExpectStep, _ line: Int) throws(ScriptError) {
        let phone = try phone(step.phone, line)
        var earliest: Instant?
        switch step.time {
        case .now: break
        case .within(let interval):
            let limit = engine.now + interval
            if !phone.hasNext(step.kind) { try advance(to: limit) { _ in phone.hasNext(step.kind) } }
        case .after(let interval):
            earliest = engine.now + interval
            if let due = earliest, !phone.hasNext(step.kind) {
                try advance(to: due) { $0.engine.now < due && phone.hasNext(step.kind) }
            }
        }
        guard let arrival = phone.takeNext(wantsTrying: step.kind == .response(100)) else {
            throw error(line, "\(phone.name) has received nothing, at \(elapsed); expected \(step.kind)")
        }
        let message = arrival.message
        let received = SIPStartLine(ofMessage: message.bytes[...])?.label ?? ""
        guard MessageKind(message) == step.kind else {
            throw error(line, "\(phone.name) has received \"\(received)\", at \(elapsed); expected \(step.kind)")
        }
        if let earliest, arrival.at < earliest {
            throw error(
                line, "\(step.kind) has come to \(phone.name) \(earliest.milliseconds(since: arrival.at)) ms too early")
        }
        for condition in step.conditions {
            if let fault = condition.fault(in: message, original: original(of: message)) {
                throw error(condition.line, "\"\(received)\" at \(phone.name): \(fault)")
            }
        }
        if step.acknowledges, case .response(300...) = step.kind, message.cseqMethod == .invite {
            try acknowledge(phone, line)
        }
    }

    private mutating func acknowledge(_ phone: ScriptPhone, _ line: Int) throws(ScriptError) {
        let bytes = try doing(phone, line) { () throws(PhoneMistake) in try phone.acknowledge() }
        try send(bytes, from: phone, to: .server, line)
    }

    private mutating func expectNothing(_ interval: Interval, _ line: Int) throws(ScriptError) {
        let before = arrivals
        try advance(to: engine.now + interval) { $0.arrivals > before }
        guard arrivals == before else {
            let who = script.phones.compactMap { phones[$0.name] }.first { $0.unread.last?.at == engine.now }
            let what = who?.unread.last.flatMap { SIPStartLine(ofMessage: $0.message.bytes[...])?.label } ?? ""
            throw error(line, "\(who?.name ?? "somebody") has received \"\(what)\", at \(elapsed); expected nothing")
        }
    }

    /// The caller's ACK goes through to the one who has answered.
    private mutating func talk(_ caller: String, _ callee: String, _ line: Int) throws(ScriptError) {
        try take(SendStep(phone: caller, method: "ACK", dialog: callee), line)
        try take(ExpectStep(phone: callee, kind: .request("ACK")), line)
    }

    private mutating func hangUp(_ one: String, _ other: String, _ line: Int) throws(ScriptError) {
        try take(SendStep(phone: one, method: "BYE", dialog: other), line)
        try take(ExpectStep(phone: other, kind: .request("BYE")), line)
        try take(AnswerStep(phone: other, status: 200, request: .init(method: "BYE")), line)
        try take(ExpectStep(phone: one, kind: .response(200)), line)
    }

    private func change(_ record: NumberRecord, _ line: Int) throws(ScriptError) {
        guard let memory = engine.directory as? MemoryDirectory else {
            throw error(line, "rules of a data directory are changed by the commands, not by a script")
        }
        memory.records[record.number] = record
    }

    /// Where a request goes whose first Route, or whose target, is this URI; nil: to the server.
    private func origin(_ next: String?, _ line: Int) throws(ScriptError) -> ScriptOrigin {
        guard let next else { return .server }
        let bytes = Array(next.utf8)
        guard let address = NameAddress(bytes, bytes.indices), let uri = SIPURI(bytes, address.uri) else {
            throw error(line, "\"\(next)\" is no URI to send to")
        }
        let transport = uri.transport ?? .udp
        guard let ip = IPAddress(uri.host) else { return .server }
        let endpoint = Endpoint(address: ip, port: uri.port ?? 5060)
        if engine.configuration.listeners.contains(where: { $0.endpoint == endpoint }) { return .server }
        guard let phone = phone(transport, endpoint) else { throw error(line, "nobody is at \(endpoint)") }
        return .phone(phone.name)
    }

    private func doing<T>(_ phone: ScriptPhone, _ line: Int, _ work: () throws(PhoneMistake) -> T) throws(ScriptError)
        -> T
    {
        do {
            return try work()
        } catch {
            throw self.error(line, "\(phone.name), at \(elapsed): \(error.text)")
        }
    }
}
