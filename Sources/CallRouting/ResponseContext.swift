internal import CallPlanning
internal import Directory
internal import SIPMessage
internal import SIPTransaction

/// A request on its way through the proxy: what came in, and what changes in it for all of its copies. The ACK to a
/// 2xx is no more than that (RFC 3261 §16.11).
///
/// A class, so that a handler can change it while it changes the router's own tables; no two shards ever share one.
class ProxiedRequest {
    final let arrival: Arrival
    final let head: RequestHead
    final let sender: Sender
    /// RFC 5393 §4.2.2: what of the request the routing depends on.
    final let loopHash: UInt64
    final var edits: RequestEdits

    init(_ arrival: Arrival, _ head: RequestHead, sender: Sender, loopHash: UInt64, edits: RequestEdits) {
        self.arrival = arrival
        self.head = head
        self.sender = sender
        self.loopHash = loopHash
        self.edits = edits
    }

    final var method: Method { head.method }
    final var request: SIPMessage { arrival.request }
    final var receivedVia: ReceivedVia { arrival.via }
    final var flow: Flow { arrival.flow }
}

/// A request that waits for its answer: the branches that went out, and the best response so far (RFC 3261 §16.2). It
/// lives until the final response is out.
final class ResponseContext: ProxiedRequest {
    /// Its place in the table, which gives it when it takes it in.
    var id = SlotID(index: 0, generation: 0)
    var stages: [Stage] = []
    var branches: [Branch] = []
    /// The best of what the stages without a parent have come to.
    var best = BestResponse()
    /// Breadth that is left to give to branches (RFC 5393 §5.3).
    let breadth: Int
    /// What of it the stages that are begun now may have; nil: what is left.
    var stageBreadth: Int?
    private let tagSeed: UInt64
    let startedAt: Instant
    /// The caller has given up.
    var isCancelled = false
    /// A 6xx came: nothing new is begun (RFC 3261 §16.7 step 5).
    var isStopped = false
    /// The final response to the caller is out; further 2xx to an INVITE still pass.
    var hasFinal = false
    /// A rule has turned the call away.
    var isTurnedAway = false
    /// Its caller was sent a 180.
    var hasRung = false
    /// Nil for everything but a new call.
    var ledger: CallLedger?

    init(
        _ arrival: Arrival, _ head: RequestHead, sender: Sender, loopHash: UInt64, edits: RequestEdits, breadth: Int,
        tagSeed: UInt64, startedAt: Instant
    ) {
        self.breadth = breadth
        self.tagSeed = tagSeed
        self.startedAt = startedAt
        super.init(arrival, head, sender: sender, loopHash: loopHash, edits: edits)
    }

    var server: SlotID { arrival.server }

    var isNewCall: Bool { arrival.isNewCall }

    /// The To tag of responses that are made here.
    var localTag: String { String(tagSeed, radix: 36) }

    /// How its transactions name this context.
    var owner: UInt64 { TransactionOwner.context(id).rawValue }

    /// Whether its responses have to be changed on their way to the caller, so that it stays as long as one may come.
    var changesResponses: Bool { edits.hidesCaller || edits.showsCaller || edits.note?.hiddenTag != nil }

    /// After a 2xx only further 2xx can come (RFC 6026 §7.2); what they do not need is let go, because that goes on
    /// for 64·T1.
    func keepOnlyForLateAnswers() {
        for stage in stages { stage.close() }
        let nowhere = Target(candidates: [], naming: .text(""))
        for branch in branches {
            branch.target = nowhere
            branch.givenUp = branch.givenUp.map {
                GivenUpAttempt(client: $0.client, target: nowhere, hop: nil, leg: nil)
            }
        }
        best.reset()
    }

    func branchIndex(of client: SlotID) -> Int? {
        branches.firstIndex { $0.client == client }
    }

    /// The branch that has tried this transaction and gone on to another address.
    func branchIndex(thatGaveUp client: SlotID) -> Int? {
        branches.firstIndex { branch in branch.givenUp.contains { $0.client == client } }
    }

    /// Whether the final response waits for this branch (§16.7 step 6: until all have ended, for any of them may yet
    /// be answered). Not for a phone that was given up for another and has never said a word: it may be off.
    func awaits(_ branch: Branch) -> Bool {
        branch.isLive && (isCancelled || !branch.isCancelled || branch.hasProvisional)
    }

    /// Whether nobody is to be tried any more.
    var isSearchOver: Bool { hasFinal || isCancelled || isStopped }
}

/// Who sent a request, as far as that is proved.
struct Sender {
    /// The number that digest has proved, or that a registered flow stands for.
    var authenticated: PhoneNumber?
    /// It comes from a network whose assertions count.
    var isTrusted = false
    /// It came by a route that we signed for this dialog.
    var isInOurDialog = false

    /// Whether it may use our trunks and send to other domains.
    var mayRelay: Bool { authenticated != nil || isTrusted || isInOurDialog }
}

/// One address that a call is sent to: a served number with its plan, or a destination that no rule of ours serves.
/// A forwarded call goes from stage to stage.
final class Stage {
    var plan: CallPlan?
    /// The number that is served; nil: a destination that no rule of ours serves.
    let number: PhoneNumber?
    /// Whether the number's rules may send the call on while its phones ring.
    let mayGoOnWhileRinging: Bool
    /// The diversions that led here, oldest first.
    let diversions: [Diversion]
    /// Contacts still to be tried: groups by falling q.
    var waiting: [[Target]]
    /// Further groups of destinations that a phone named, tried when this stage's children have failed.
    var waitingDestinations: [[Destination]] = []
    let parent: Int?
    /// The diversion that this stage has made.
    var diversion: Diversion?
    /// What its branches have said; after a diversion, what the destinations have.
    var best = BestResponse()
    /// It has sent the call on: its own branches no longer count.
    var isDiverted = false
    var isOver = false
    /// After that long without a provisional response a branch counts as silent; nil: it is not watched.
    var noProvisional: Interval?
    /// RFC 3261 §16.7 step 5: a 6xx or the caller's CANCEL ends the search.
    var isStopped = false
    /// What it may have of the request's breadth, because other stages are begun beside it; nil: what is left.
    var breadth: Int?
    /// How many of its plan's decisions the call log has taken over.
    var decisionsTaken = 0

    init(plan: CallPlan? = nil, diversions: [Diversion] = [], waiting: [[Target]] = [], parent: Int? = nil) {
        number = plan?.call.callee.number
        mayGoOnWhileRinging = plan?.call.callee.forwarding.destination(when: .noAnswer) != nil
        self.plan = plan
        self.diversions = diversions
        self.waiting = waiting
        self.parent = parent
    }

    /// It has nothing more to do or to say.
    func close() {
        plan = nil
        waiting = []
        waitingDestinations = []
        diversion = nil
        best.reset()
        isOver = true
    }
}

/// Something a request can be sent to: a Request-URI and the ways that lead there.
///
/// Whoever makes one completes it. One that is remembered by its text serves many calls and is only read: it has no
/// alternatives, and goes nowhere else.
final class Target {
    /// Nil: the Request-URI stays as it came.
    let uri: [UInt8]?
    /// Path of a registration, to stand as Route (RFC 3327 §5.2).
    var routes: [String] = []
    var candidates: [Candidate]
    /// What the call log calls it; made into text when the log asks.
    let naming: Naming
    /// Asserted identities may be told there, whatever its address is: a trunk, our voice mail.
    var isTrusted: Bool
    /// A contact that somebody has registered.
    var isPhone = false
    /// What gateways would dial for it, where a phone has chosen it.
    var dialling = Dialling.nothing
    let sendsDiversion: Bool
    let sendsHistoryInfo: Bool

    /// The phone is reached where its REGISTER came from, over the way that it opened.
    var isBehindNAT = false
    /// Tried in order when this one can not be reached or is overloaded: the further hops of a trunk.
    var alternatives: [Target] = []

    init(
        uri: [UInt8]? = nil, candidates: [Candidate], naming: Naming, isTrusted: Bool = false,
        sendsDiversion: Bool = true, sendsHistoryInfo: Bool = true
    ) {
        self.uri = uri
        self.candidates = candidates
        self.naming = naming
        self.isTrusted = isTrusted
        self.sendsDiversion = sendsDiversion
        self.sendsHistoryInfo = sendsHistoryInfo
    }

    enum Naming {
        case text(String)
        case uri(SIPURI)
    }

    /// Whether a gateway would dial something else for it than the number that is called.
    func isDialled(otherThan number: PhoneNumber?) -> Bool {
        switch dialling {
        case .nothing: false
        case .number(let dialled): dialled != number
        case .digits: true
        }
    }

    var name: String {
        switch naming {
        case .text(let text): text
        case .uri(let uri): uri.description
        }
    }
}

/// One way to a target: an address, or a name to be looked up first.
enum Candidate: Hashable {
    case address(TransportProtocol, Endpoint)
    case name(TransportProtocol, String, UInt16)

    /// nil for a name.
    var address: IPAddress? {
        if case .address(_, let endpoint) = self { endpoint.address } else { nil }
    }
}

/// One copy of the request on its way to one target; when an address fails, the same branch goes on to the next.
final class Branch {
    enum State { case resolving, calling, proceeding, finished }

    let stage: Int
    var target: Target
    var client: SlotID?
    var state = State.resolving
    /// Addresses not tried yet; a slice, because taking the first of it copies nothing.
    var remaining: ArraySlice<Candidate>
    var hop: Hop?
    /// Timer C and the no-provisional timer: later of several wins.
    var timerCDeadline: Instant?
    let breadth: Int
    var isCancelled = false
    /// Not before a provisional response came.
    var hasSentCancel = false
    var hasProvisional = false
    /// Timer C has cancelled it.
    var isOvertime = false
    /// What was given up as silent, and may still be answered.
    var givenUp: [GivenUpAttempt] = []
    /// Counts the addresses that were tried.
    var attempt = 0
    /// The request went there by TCP because of its size; if that fails, UDP has to do (RFC 3261 §18.1.1).
    var withoutStream: Endpoint?
    var leg: Int?
    /// Nil for nearly all.
    var doubt: TollDoubt?
    /// While a name is looked up: by which way its addresses are used.
    var lookup: (TransportProtocol, UInt16)?

    init(stage: Int, target: Target, breadth: Int) {
        self.stage = stage
        self.target = target
        self.breadth = breadth
        remaining = target.candidates[...]
    }

    var isLive: Bool { state != .finished }

    /// Whether there is another address to try.
    var hasMoreWays: Bool { !remaining.isEmpty || !target.alternatives.isEmpty }
}
