import CallPlanning
import Directory

/// Numbers, records and calls that the tests of this room share.
enum Sample {
    static let caller = PhoneNumber(trustedCanonical: "+819011112222")
    static let callee = PhoneNumber(trustedCanonical: "+815012345678")
    static let second = PhoneNumber(trustedCanonical: "+815022222222")
    static let third = PhoneNumber(trustedCanonical: "+815033333333")
    static let outside = Destination.number(PhoneNumber(trustedCanonical: "+81312345678"))

    static let identified = CallerIdentity(number: caller, isVerified: true)

    /// Each condition has a destination of its own, so that a test sees which rule acted.
    static func destination(_ condition: ForwardingCondition) -> Destination {
        .uri("sip:\(condition.rawValue)@elsewhere.test")
    }

    static func record(
        _ number: PhoneNumber = callee, forwarding conditions: [ForwardingCondition] = [],
        to destination: Destination? = nil, ringSeconds: Int = 20, rejecting reasons: Set<NonPresentationReason> = [],
        blocking blocked: Set<PhoneNumber> = []
    ) -> NumberRecord {
        var rules = ForwardingRules(ringSeconds: ringSeconds)
        for condition in conditions {
            rules.active[condition] = destination ?? self.destination(condition)
        }
        return NumberRecord(
            number: number, forwarding: rules, anonymousCalls: AnonymousCallPolicy(rejected: reasons),
            blockedCallers: blocked)
    }

    static func plan(
        _ record: NumberRecord, caller: CallerIdentity = identified, callback: Bool = false, diversions: Int = 0,
        path: [PhoneNumber] = [], policy: PlanningPolicy = .init()
    ) -> CallPlan {
        CallPlan(
            call: OfferedCall(
                caller: caller, callee: record, isEmergencyCallback: callback, diversionsSoFar: diversions,
                path: path),
            policy: policy)
    }
}

extension CallPlan {
    /// Feeds events in order and returns all that they led to.
    mutating func play(_ events: CallEvent...) -> [CallCommand] {
        events.flatMap { Array(handle($0)) }
    }
}

extension Sequence<CallCommand> {
    var diversions: [Diversion] {
        compactMap { if case .divert(let diversion) = $0 { diversion } else { nil } }
    }

    var rejections: [Int] {
        compactMap { if case .reject(let status, _, _) = $0 { status } else { nil } }
    }
}

/// SplitMix64: one seed reproduces a run.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
