internal import CallPlanning
internal import Directory
internal import SIPMessage
internal import SIPTransaction

/// One request on its way through the proxy: what came in, the branches that went out, and the best response so far
/// (RFC 3261 §16.2). It lives exactly as long as the server transaction.
///
/// A class, so that a handler can change it while it changes the router's own tables; no two shards ever share one.
final class ResponseContext {
    /// Its place in the table, which gives it when it takes it in.
    var id = SlotID(index: 0, generation: 0)
    let server: SlotID
    let flow: Flow
    let sender: Sender
    let head: RequestHead
    /// As it was received. Emptied of no use once the final response is out.
    var request: SIPMessage
    let receivedVia: ReceivedVia
    /// RFC 5393 §4.2.2: what of the request the routing depends on.
    let loopHash: UInt64
    var edits = RequestEdits()
    var stages: [Stage] = []
    var branches: [Branch] = []
    /// The best of what the stages without a parent have come to.
    var best = BestResponse()
    /// Breadth that is left to give to branches (RFC 5393 §5.3).
    var breadth: Int
    /// What of it the stages that are begun now may have; nil: what is left.
    var stageBreadth: Int?
    private let tagSeed: UInt64
    /// The caller has given up.
    var isCancelled = false
    /// A 6xx came: nothing new is begun (RFC 3261 §16.7 step 5).
    var isStopped = false
    /// The final response to the caller is out; further 2xx to an INVITE still pass.
    var hasFinal = false
    /// Nil for everything but a new call.
    var ledger: CallLedger?

    init(
        _ arrival: Arrival, _ head: RequestHead, sender: Sender, loopHash: UInt64, breadth: Int, tagSeed: UInt64
    ) {
        server = arrival.server
        flow = arrival.flow
        request = arrival.request
        receivedVia = arrival.via
        self.head = head
        self.sender = sender
        self.loopHash = loopHash
        self.breadth = breadth
        self.tagSeed = tagSeed
    }

    var method: Method { head.method }

    /// The To tag of responses that are made here.
    var localTag: String { String(tagSeed, radix: 36) }

    /// How a transaction names this context: 0 is nobody.
    var owner: UInt64 { Self.owner(id) }

    static func owner(_ id: SlotID) -> UInt64 { UInt64(id.index) << 32 | UInt64(id.generation) }
    static func id(ofOwner owner: UInt64) -> SlotID {
        SlotID(index: UInt32(owner >> 32), generation: UInt32(truncatingIfNeeded: owner))
    }

    /// After a 2xx only further 2xx can come (RFC 6026 §7.2); what they do not need is let go, because a context stays
    /// for 64·T1 after its call was answered.
    func keepOnlyForLateAnswers() {
        for index in stages.indices {
            let isDiverted = stages[index].isDiverted
            stages[index] = Stage()
            stages[index].isDiverted = isDiverted
            stages[index].isOver = true
        }
        for index in branches.indices { branches[index].target = Target(candidates: [], name: "") }
        best.reset()
        if !edits.hidesCaller, edits.note?.hiddenTag == nil { request = .nothing }
    }

    func branchIndex(of client: SlotID) -> Int? {
        branches.firstIndex { $0.client == client }
    }

    /// The branch that has tried this transaction and gone on to another address.
    func branchIndex(thatGaveUp client: SlotID) -> Int? {
        branches.firstIndex { $0.givenUp.contains(client) }
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
struct Stage {
    var plan: CallPlan?
    /// The diversions that led here, oldest first.
    var diversions: [Diversion] = []
    /// Contacts still to be tried: groups by falling q.
    var waiting: [[Target]] = []
    /// Further groups of destinations that a phone named, tried when this stage's children have failed.
    var waitingDestinations: [[Destination]] = []
    var parent: Int?
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
}

/// Something a request can be sent to: a Request-URI and the ways that lead there.
struct Target {
    /// Nil: the Request-URI stays as it came.
    var uri: [UInt8]?
    /// Path of a registration, to stand as Route (RFC 3327 §5.2).
    var routes: [String] = []
    var candidates: [Candidate]
    /// What the call log calls it.
    var name: String
    /// Asserted identities may be told there, whatever its address is: a trunk, our voice mail.
    var isTrusted = false
    /// A contact that somebody has registered.
    var isPhone = false
    var sendsDiversion = true
    var sendsHistoryInfo = true

    /// The phone is reached where its REGISTER came from, over the way that it opened.
    var isBehindNAT = false
    /// Tried in order when this one can not be reached or is overloaded: the further hops of a trunk.
    var alternatives: [Target] = []
}

/// One way to a target: an address, or a name to be looked up first.
enum Candidate: Hashable {
    case address(TransportProtocol, Endpoint)
    case name(TransportProtocol, String, UInt16)
}

/// One copy of the request on its way to one target; when an address fails, the same branch goes on to the next.
struct Branch {
    enum State { case resolving, calling, proceeding, finished }

    let stage: Int
    var target: Target
    var client: SlotID?
    var state: State
    /// Addresses not tried yet.
    var remaining: [Candidate]
    var hop: Hop?
    /// Timer C and the no-provisional timer: later of several wins.
    var timerCDeadline: Instant?
    var breadth: Int
    var isCancelled = false
    var hasProvisional = false
    /// Timer C has cancelled it.
    var isOvertime = false
    /// Transactions that were given up as silent, and may still be answered.
    var givenUp: [SlotID] = []
    /// Counts the addresses that were tried.
    var attempt = 0
    /// The request went there by TCP because of its size; if that fails, UDP has to do (RFC 3261 §18.1.1).
    var withoutStream: Endpoint?
    var leg: Int?
    /// While a name is looked up: by which way its addresses are used.
    var lookup: (TransportProtocol, UInt16)?

    var isLive: Bool { state != .finished }

    /// Whether there is another address to try.
    var hasMoreWays: Bool { !remaining.isEmpty || !target.alternatives.isEmpty }
}
