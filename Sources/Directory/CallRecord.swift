/// What happened to one call: written once, when it was set up or has failed.
///
/// Never changed, and handed from the engine to the disk through several hands: so it is one shared object, of whose
/// many texts nobody has to make copies.
package final class CallRecord: Sendable, Equatable, Codable {
    /// One attempt to reach somebody.
    package struct Leg: Sendable, Equatable, Codable {
        /// The URI that was rung.
        package var target: String
        /// Where the request was sent, `udp:192.0.2.1:5060`; empty if it never was.
        package var sentTo: String
        /// Milliseconds since the Unix epoch.
        package var startedAt: Int64
        package var ringingAt: Int64?
        package var endedAt: Int64?
        /// The leg's final status, 0 while it has none.
        package var status: Int

        package init(
            target: String, sentTo: String, startedAt: Int64, ringingAt: Int64? = nil, endedAt: Int64? = nil,
            status: Int = 0
        ) {
            self.target = target
            self.sentTo = sentTo
            self.startedAt = startedAt
            self.ringingAt = ringingAt
            self.endedAt = endedAt
            self.status = status
        }
    }

    /// One message in the picture of the call.
    package struct LadderStep: Sendable, Equatable, Codable {
        /// Milliseconds since the Unix epoch.
        package var at: Int64
        package var from: String
        package var to: String
        /// `INVITE sip:…` or `180 Ringing`.
        package var label: String

        package init(at: Int64, from: String, to: String, label: String) {
            self.at = at
            self.from = from
            self.to = to
            self.label = label
        }
    }

    package let id: String
    package let callID: String
    /// Milliseconds since the Unix epoch.
    package let startedAt: Int64
    package let answeredAt: Int64?
    package let endedAt: Int64
    /// The caller as it may be shown: a withheld number is not here.
    package let caller: String
    package let callee: String
    /// The final status that the caller was sent.
    package let status: Int
    /// In the order in which they were taken.
    package let decisions: [Decision]
    package let legs: [Leg]
    package let ladder: [LadderStep]

    package init(
        id: String, callID: String, startedAt: Int64, answeredAt: Int64? = nil, endedAt: Int64, caller: String,
        callee: String,
        status: Int, decisions: [Decision], legs: [Leg], ladder: [LadderStep]
    ) {
        self.id = id
        self.callID = callID
        self.startedAt = startedAt
        self.answeredAt = answeredAt
        self.endedAt = endedAt
        self.caller = caller
        self.callee = callee
        self.status = status
        self.decisions = decisions
        self.legs = legs
        self.ladder = ladder
    }

    package static func == (left: CallRecord, right: CallRecord) -> Bool {
        left.id == right.id && left.callID == right.callID && left.startedAt == right.startedAt
            && left.answeredAt == right.answeredAt && left.endedAt == right.endedAt && left.caller == right.caller
            && left.callee == right.callee && left.status == right.status && left.decisions == right.decisions
            && left.legs == right.legs && left.ladder == right.ladder
    }
}
