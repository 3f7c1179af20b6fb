internal import CallRouting
internal import Directory
internal import SIPMessage
internal import SIPTransaction

/// A script: who takes part under which rules, what each of them does and must receive, and what must come of it.
///
/// The format is described in `Fixtures/README.md`.
package struct Script: Sendable {
    /// As it stands in messages.
    package let file: String
    package internal(set) var title: String
    var rules = ScriptRules()
    /// A capture that is played instead of steps: its path, from where the script lies.
    var capture: String?
    /// What must become of the capture's messages, as ``CaptureTally`` tells it.
    var tally: (line: Int, String)?
    var phones: [PhoneDescription] = []
    var steps: [ScriptStep] = []
    var outcomes: [ScriptOutcome] = []

    init(file: String) {
        self.file = file
        title = file
    }
}

/// What the server is configured with, and the rules that it reads.
struct ScriptRules: Sendable {
    var configuration = RoutingConfiguration(listeners: [], secret: Array(repeating: 0x54, count: 32))
    var records: [NumberRecord] = []
    var passwords: [PhoneNumber: String] = [:]
    var trunks: [TrunkRoute] = []
    var names: [String: [IPAddress]] = [:]
    /// What the clock at home shows when the script begins; nil: what the script's own time is there.
    var clock: Deadline?
    var holidays: [CivilDay: String] = [:]

    /// The numbers and trunks, on a clock that shows what the script says at a moment.
    func directory(beginningAt start: Instant) -> MemoryDirectory {
        let directory = MemoryDirectory(records: records, trunks: TrunkTable(routes: trunks))
        directory.clock.holidays = holidays
        if let clock { directory.clock.lead = clock.milliseconds - start.milliseconds }
        return directory
    }

    var domain: String { configuration.domains.sorted().first ?? "lab.test" }
}

/// Somebody outside: a phone, a gateway, another proxy.
struct PhoneDescription: Sendable {
    let line: Int
    let name: String
    let transport: TransportProtocol
    let endpoint: Endpoint
    /// What stands in From, without tag; nil: the number that it is registered for, else its name and address.
    var identity: String?
    var number: PhoneNumber?
    /// Nil: it is known without having registered in the script.
    var binding: Binding?
    var password: String?
    /// It does nothing by itself: no answer to a CANCEL, no retransmission, no ACK. Whatever it does is a step, and what
    /// no phone should do can be one too.
    var isByHand = false
}

/// What a message is, by what a script calls it: `INVITE` or `180`.
enum MessageKind: Hashable, Sendable, CustomStringConvertible {
    case request(String)
    case response(Int)

    init?(_ word: String) {
        if word.utf8.count == 3, let status = Int(word), (100...699).contains(status) {
            self = .response(status)
        } else if !word.isEmpty, word.utf8.allSatisfy({ (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }) {
            self = .request(word)
        } else {
            return nil
        }
    }

    init?(_ message: SIPMessage) {
        if let status = message.status { self = .response(status) } else { self = .request(message.methodText) }
    }

    var description: String {
        switch self {
        case .request(let method): method
        case .response(let status): String(status)
        }
    }
}

/// One thing that happens, or that must have happened.
struct ScriptStep: Sendable {
    enum Action: Sendable {
        case send(SendStep)
        case answer(AnswerStep)
        case expect(ExpectStep)
        /// The same octets once more.
        case resend(phone: String, MessageKind, of: RequestReference?)
        case acknowledge(phone: String)
        /// As a proxy does: with a Via more and another Request-URI.
        case forwardRequest(phone: String, method: String, target: String)
        /// As a proxy does: with a Via less.
        case forwardResponse(phone: String, status: Int)
        /// How often a message has arrived there so far, retransmissions included.
        case count(phone: String, MessageKind, Int)
        case presence(phone: String, Presence)
        case lose(Direction)
        case wait(Interval)
        /// Since the beginning.
        case waitUntil(Interval)
        case nothing(Interval)
        case talk(String, String)
        case hangUp(String, String)
        case restart
        case change(NumberRecord)
        /// What comes from now on is not looked at, but for the outcome and what is left in the engine.
        case leaveOpen
        case deliverRaw(phone: String, [UInt8])
    }

    enum Presence: Sendable {
        case here
        /// What is sent there is lost, and nothing comes from there.
        case silent
        /// What is sent there can't be sent: the port is closed, the connection refused.
        case unreachable
    }

    enum Direction: Sendable, Equatable {
        case to(String)
        case from(String)
    }

    let line: Int
    let action: Action
}

struct SendStep: Sendable {
    let phone: String
    let method: String
    /// Nil: within a dialog.
    var target: String?
    /// The other side of the dialog, where there are several.
    var dialog: String?
    /// The challenge that came is answered, with the number's password or this one.
    var credentials: Credentials?
    /// As an element of RFC 2543 does: the first Route is the Request-URI, the target stands at the end.
    var isStrict = false
    var edits: [MessageEdit] = []

    struct Credentials: Sendable {
        var algorithm = "SHA-256"
        var password: String?
        var username: String?
    }
}

/// A request that has come to a phone: `INVITE` (the latest), `INVITE 2` (the second).
struct RequestReference: Sendable {
    let method: String
    var ordinal: Int?
}

struct AnswerStep: Sendable {
    let phone: String
    let status: Int
    var phrase: String?
    /// Which of the phone's open requests; nil: the latest.
    var request: RequestReference?
    var edits: [MessageEdit] = []
}

struct ExpectStep: Sendable {
    enum Time: Sendable {
        /// It must be there already.
        case now
        case within(Interval)
        /// Not earlier, and at that time.
        case after(Interval)
    }

    let phone: String
    let kind: MessageKind
    var time = Time.now
    /// A final response to an INVITE is acknowledged at once, unless the script says otherwise.
    var acknowledges = true
    var conditions: [ScriptCondition] = []
}

/// What must be written down of one call.
struct ScriptOutcome: Sendable {
    let line: Int
    /// Counted from 1, in the order in which calls ended.
    var call = 1
    /// What the call log must not have: an entry for this call.
    var isUnlogged = false
    var status: (line: Int, Int)?
    var decisions: [(line: Int, text: String)]?
    var legs: (line: Int, Int)?
    var caller: (line: Int, String)?
}
