import Directory
import NIOCore
import SIPMessage

/// What is known of host names, and who waits for which: ``AddressResolver`` without its threads, its lock and its clock.
///
/// Callers choose names too, by the contacts of a 302 for example, and a name whose server is silent holds a thread for
/// seconds. So names of trunks, and names that had an address when they were last asked for, stand in a line of their own
/// and have places of their own; and what is known of a name is served while it is being asked for anew.
struct NameBook<Question> {
    enum Line {
        /// For names of trunks, and names that had an address when they were last asked for.
        case reserved
        case common
    }

    enum Turn {
        /// The name is to be asked for now, and ``end(_:_:at:)`` told what came of it.
        case ask
        /// There is nothing to ask for any more; these questions have no answer.
        case leave([Question])
    }

    private struct Answer {
        let addresses: [IPAddress]
        /// Until then the name is not asked for anew.
        var freshUntil: NIODeadline
        /// Until then it is good enough for a call that would have to wait.
        let servedUntil: NIODeadline
        /// Since then the name service has told of no address.
        var hasFailedSince = false
    }

    /// A name that is being asked for, or stands in line.
    private struct UnderWay {
        var line: Line
        /// When a call last wanted it.
        var wanted: NIODeadline
        var isBeingAsked = false
        var questions: [Question] = []
    }

    /// A name server that is away must not hold a thread for each call.
    private static var failureFreshness: TimeAmount { .seconds(5) }

    private let limit: Int
    private let freshness: TimeAmount
    private let validity: TimeAmount
    private let patience: TimeAmount
    private var answers: RecentEntries<String, Answer>
    /// Names of which no address is known, and until when they are not asked for anew.
    private var failures: RecentEntries<String, NIODeadline>
    private var underWay: [String: UnderWay] = [:]
    /// Questions that wait.
    private(set) var waitingCount = 0
    /// Questions that there was no place for.
    private(set) var refused = 0

    init(_ limits: TransportLimits) {
        limit = limits.resolverEntries
        freshness = TimeAmount(limits.nameFreshness)
        validity = TimeAmount(max(limits.nameValidity, limits.nameFreshness))
        patience = TimeAmount(limits.namePatience)
        answers = RecentEntries(limit: limit)
        failures = RecentEntries(limit: limit)
    }

    /// - Returns: the name's addresses, none if it has none; nil if it has to be asked for.
    mutating func fresh(_ name: String, at now: NIODeadline) -> [IPAddress]? {
        if let answer = answers.use(name) {
            guard now < answer.freshUntil else { return nil }
            return now < answer.servedUntil ? answer.addresses : []
        }
        guard let until = failures[name], now < until else { return nil }
        return []
    }

    /// Takes a question for a name of which nothing was ``fresh(_:at:)``.
    ///
    /// - Parameter isTrunk: whether the operator has set the name.
    /// - Returns: the answer if there is one now, else the question waits; and the line that the name has to be put into,
    ///   unless it stands in one.
    mutating func take(
        _ question: Question, for name: String, isTrunk: Bool, at now: NIODeadline
    ) -> (addresses: [IPAddress]?, line: Line?) {
        // Another shard's question may have been answered in between.
        if let known = fresh(name, at: now) { return (known, nil) }
        let answer = answers[name]
        let line: Line = isTrunk || answer?.hasFailedSince == false ? .reserved : .common
        if let answer, now < answer.servedUntil {
            guard underWay[name] != nil || underWay.count < limit else { return (answer.addresses, nil) }
            return (answer.addresses, want(name, line, at: now))
        }
        // The last quarter is left to names that will be answered.
        guard waitingCount < (line == .reserved ? limit : limit - limit / 4) else {
            refused += 1
            return ([], nil)
        }
        waitingCount += 1
        let change = want(name, line, at: now)
        underWay[name]?.questions.append(question)
        return (nil, change)
    }

    private mutating func want(_ name: String, _ line: Line, at now: NIODeadline) -> Line? {
        guard var entry = underWay[name] else {
            underWay[name] = UnderWay(line: line, wanted: now)
            return line
        }
        entry.wanted = now
        // Somebody may have asked for a trunk's name as for any other; the place that it has there is left when it comes up.
        let isPreferred = entry.line == .common && line == .reserved && !entry.isBeingAsked
        if isPreferred { entry.line = line }
        underWay[name] = entry
        return isPreferred ? line : nil
    }

    /// It is a name's turn in its line.
    mutating func begin(_ name: String, at now: NIODeadline) -> Turn {
        guard let entry = underWay[name], !entry.isBeingAsked else { return .leave([]) }
        // A long line of names that nobody can answer ends with the calls that wanted them.
        guard now - entry.wanted <= patience else { return .leave(giveUp(name)) }
        underWay[name]?.isBeingAsked = true
        return .ask
    }

    /// The name service has answered, with no address if there is none or it was not to be reached.
    ///
    /// - Returns: who has waited for that.
    mutating func end(_ name: String, _ addresses: [IPAddress], at now: NIODeadline) -> [Question] {
        if !addresses.isEmpty {
            let answer = Answer(addresses: addresses, freshUntil: now + freshness, servedUntil: now + validity)
            answers.put(answer, for: name)
        } else if var former = answers[name] {
            former.freshUntil = now + Self.failureFreshness
            former.hasFailedSince = true
            answers.put(former, for: name)
        } else {
            failures.put(now + Self.failureFreshness, for: name)
        }
        return giveUp(name)
    }

    /// Forgets that a name is to be asked for.
    mutating func giveUp(_ name: String) -> [Question] {
        let questions = underWay.removeValue(forKey: name)?.questions ?? []
        waitingCount -= questions.count
        return questions
    }
}
