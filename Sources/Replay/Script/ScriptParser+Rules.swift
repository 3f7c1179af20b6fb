internal import CallPlanning
internal import CallRouting
internal import Directory
internal import SIPMessage
internal import SIPTransaction

/// The section `rules`.
extension ScriptParser {
    mutating func readRule(_ line: ScriptLine) throws(ScriptError) {
        var words = ScriptWords(line, file: file)
        let word = try words.next("a rule")
        if word == "number" {
            let number = try readNumber(&words)
            var record = NumberRecord(number: number)
            if words.take("password") {
                let password = try words.next("a password")
                script.rules.passwords[number] = password
                let username = words.take("username") ? try words.next("a username") : number.national
                record.credentials = DigestCredentials(
                    username: username, password: password, realm: script.rules.configuration.realm)
            }
            try words.expectEnd()
            for child in line.children { try readNumberRule(child, &record) }
            script.rules.records.append(record)
            return
        }
        if let child = line.children.first { throw error(child, "nothing can be indented below \"\(word)\"") }
        try readServerRule(word, &words)
        try words.expectEnd()
    }

    private mutating func readServerRule(_ word: String, _ words: inout ScriptWords) throws(ScriptError) {
        switch word {
        case "domain":
            while let domain = words.next() { script.rules.configuration.domains.insert(domain.lowercased()) }
        case "listen":
            let transport = try readTransport(&words)
            script.rules.configuration.listeners.append(.init(transport, try readEndpoint(&words)))
        case "trunk": try readTrunk(&words)
        case "name":
            let name = try words.next("a host name").lowercased()
            script.rules.names[name] = []
            while let text = words.next() {
                guard let address = IPAddress(text) else { throw words.error("\"\(text)\" is no address") }
                script.rules.names[name, default: []].append(address)
            }
        case "clock": script.rules.clock = try readMoment(&words)
        case "holiday": script.rules.holidays[try readDay(&words)] = words.takeRest()
        case "realm": script.rules.configuration.realm = try words.next("a realm")
        case "voicemail.uri":
            let text = try words.next("a URI")
            guard let uri = SIPURI(text), uri.scheme == .sip || uri.scheme == .sips else {
                throw words.error("\"\(text)\" is no URI such as sip:voicemail@192.0.2.90")
            }
            script.rules.configuration.voicemailURI = text
        case "trusted.networks":
            while let text = words.next() {
                guard let network = IPNetwork(text) else { throw words.error("\"\(text)\" is no network") }
                script.rules.configuration.trustedNetworks.append(network)
            }
        case "emergency.numbers":
            var numbers: [String] = []
            while let number = words.next() {
                guard EmergencyNumbers.canHave(number) else {
                    throw words.error("\"\(number)\" is no number such as 110")
                }
                numbers.append(number)
            }
            script.rules.configuration.planning.emergencyNumbers = EmergencyNumbers(numbers)
        case "anonymous.status":
            let (status, allowed) = (try readCount(&words), PlanningPolicy.anonymousStatuses.map(\.key))
            guard allowed.contains(status) else {
                throw words.error("\(word) is \(allowed.map(String.init).joined(separator: " or ")), not \(status)")
            }
            script.rules.configuration.planning.anonymousStatus = status
        case "blocked.status":
            script.rules.configuration.planning.blockedStatus = try readSetting(
                word, PlanningPolicy.blockedStatuses, &words)
        case "forwarding.limit":
            script.rules.configuration.planning.diversionLimit = DiversionLimit(
                try readSetting(word, DiversionLimit.range, &words))
        case "breadth":
            script.rules.configuration.maximumBreadth = try readSetting(
                word, RoutingConfiguration.breadthRange, &words)
        case "timer-c":
            let (time, range) = (try readTime(&words), RoutingConfiguration.timerCSeconds)
            guard range.contains(Int(time.milliseconds / 1000)) else {
                throw words.error("\(word) is \(range.lowerBound)s to \(range.upperBound)s")
            }
            script.rules.configuration.timerC = time
        default:
            throw words.error(
                "\"\(word)\" is no rule; there are domain, listen, number, trunk, name, clock, holiday, realm, breadth, timer-c, "
                    + "and the settings voicemail.uri, trusted.networks, emergency.numbers, anonymous.status, "
                    + "blocked.status and forwarding.limit")
        }
    }

    /// A number in the range that the server's configuration has for it too: what no server does is not to be played.
    private func readSetting(
        _ name: String, _ range: ClosedRange<Int>, _ words: inout ScriptWords
    ) throws(ScriptError) -> Int {
        let value = try readCount(&words)
        guard range.contains(value) else {
            throw words.error("\(name) is \(range.lowerBound) to \(range.upperBound), not \(value)")
        }
        return value
    }

    /// `trunk 03 sip:192.0.2.200 then sip:192.0.2.201`: hops side by side share the calls, those behind `then` are for
    /// when the ones before have failed.
    private mutating func readTrunk(_ words: inout ScriptWords) throws(ScriptError) {
        let prefix = try words.next("a prefix")
        var hops: [NextHop] = []
        var priority = 0
        while let word = words.next() {
            switch word {
            case "then": priority += 1
            case "without-diversion", "without-history-info":
                guard let last = hops.indices.last else { throw words.error("\"\(word)\" stands behind a gateway") }
                if word == "without-diversion" {
                    hops[last].sendsDiversion = false
                } else {
                    hops[last].sendsHistoryInfo = false
                }
            default:
                guard let uri = SIPURI(word), uri.scheme == .sip else {
                    throw words.error("\"\(word)\" is no URI of a gateway such as sip:192.0.2.200:5060")
                }
                hops.append(
                    NextHop(
                        host: uri.host, port: uri.port ?? 5060, transport: uri.transport == .tcp ? .tcp : .udp,
                        priority: priority))
            }
        }
        guard !hops.isEmpty else { throw words.error("a trunk needs the URI of a gateway") }
        script.rules.trunks.append(TrunkRoute(prefix: prefix, hops: hops))
    }

    func readNumberRule(_ line: ScriptLine, _ record: inout NumberRecord) throws(ScriptError) {
        var words = ScriptWords(line, file: file)
        switch try words.next("forward, ring, anonymous or block") {
        case "forward": try readForwarding(&words, &record)
        case "ring":
            let seconds = try readCount(&words)
            let range = ForwardingRules.ringSecondsRange
            guard range.contains(seconds) else {
                throw words.error("a phone rings \(range.lowerBound) to \(range.upperBound) seconds, not \(seconds)")
            }
            record.forwarding.ringSeconds = seconds
        case "anonymous":
            try words.expect("reject")
            record.anonymousCalls = try readRejection(&words)
        case "block": record.blockedCallers.insert(try readNumber(&words))
        case let word:
            throw words.error("\"\(word)\" is no rule of a number; there are forward, ring, anonymous and block")
        }
        try words.expectEnd()
    }

    private func readRejection(_ words: inout ScriptWords) throws(ScriptError) -> AnonymousCallPolicy {
        var reasons: Set<NonPresentationReason> = []
        while let reason = NonPresentationReason.allCases.first(where: { words.take($0.rawValue) }) {
            reasons.insert(reason)
        }
        let schedule = try readSchedule(&words)
        if let word = words.next() {
            throw words.error("\"\(word)\" is not withheld, payphone, unavailable or interaction")
        }
        return AnonymousCallPolicy(
            rejected: reasons.isEmpty ? [.withheld] : reasons, schedule: schedule.isAlways ? nil : schedule)
    }

    private func readForwarding(_ words: inout ScriptWords, _ record: inout NumberRecord) throws(ScriptError) {
        let when = try words.next("always, busy, no-answer or unreachable")
        guard let condition = ForwardingCondition(rawValue: when) else {
            throw words.error("\"\(when)\" is not always, busy, no-answer or unreachable")
        }
        record.forwarding.schedules[condition] = nil
        if words.take("off") {
            record.forwarding.active[condition] = nil
            return
        }
        try words.expect("to")
        let text = try words.next("a number, a URI or voicemail")
        if text == "voicemail" {
            record.forwarding.active[condition] = .voicemail
        } else if text.contains(":") {
            record.forwarding.active[condition] = .uri(text)
        } else {
            do {
                record.forwarding.active[condition] = .number(try PhoneNumber(text))
            } catch {
                throw words.error(error.description)
            }
        }
        let schedule = try readSchedule(&words)
        if !schedule.isAlways { record.forwarding.schedules[condition] = schedule }
    }

    /// `days mon-fri hours 18:00-09:00 ends 2026-12-28T09:00`, any of it in any order.
    private func readSchedule(_ words: inout ScriptWords) throws(ScriptError) -> Schedule {
        var schedule = Schedule()
        while true {
            if words.take("hours") {
                schedule.hours = try read(try words.next("hours"), words, DailyHours.init)
            } else if words.take("days") {
                schedule.days = try read(try words.next("days"), words, DaySet.init)
            } else if words.take("ends") {
                schedule.ends = try readMoment(&words)
            } else {
                return schedule
            }
        }
    }

    private func read<Value>(
        _ text: String, _ words: ScriptWords, _ reading: (String) throws(ScheduleError) -> Value
    ) throws(ScriptError) -> Value {
        do {
            return try reading(text)
        } catch {
            throw words.error(error.description)
        }
    }

    private func readDay(_ words: inout ScriptWords) throws(ScriptError) -> CivilDay {
        let word = try words.next("a day")
        guard let day = CivilDay(word) else { throw words.error("\"\(word)\" is no day such as 2026-12-29") }
        return day
    }

    /// `2026-12-29T20:00`, as the clock at home shows it.
    private func readMoment(_ words: inout ScriptWords) throws(ScriptError) -> Deadline {
        let word = try words.next("a time")
        let parts = word.split(separator: "T")
        guard parts.count == 2, let day = CivilDay(parts[0]), let minute = DailyHours.minute(parts[1]) else {
            throw words.error("\"\(word)\" is no time such as 2026-12-29T20:00")
        }
        return MemoryClock().deadline(day, minute: minute)
    }
}
