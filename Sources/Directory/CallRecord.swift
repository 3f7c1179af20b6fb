/// What happened to one call: written once, when it was set up or has failed.
package struct CallRecord: Sendable, Equatable, Codable {
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

    package var id: String
    package var callID: String
    /// Milliseconds since the Unix epoch.
    package var startedAt: Int64
    package var answeredAt: Int64?
    package var endedAt: Int64
    /// The caller as it may be shown: a withheld number is not here.
    package var caller: String
    package var callee: String
    /// The final status that the caller was sent.
    package var status: Int
    /// In the order in which they were taken.
    package var decisions: [Decision]
    package var legs: [Leg]
    package var ladder: [LadderStep]

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
}
