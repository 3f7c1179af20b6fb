/// A call as a ladder: who took part, and what passed between them, in order. Rendered as text by `text(...)` and as a
/// picture by `svg(...)`; both depend on nothing but this value.
package struct Ladder: Sendable, Equatable {
    /// One of the columns.
    package enum Participant: Hashable, Sendable, CustomStringConvertible {
        case named(String)
        case endpoint(CaptureEndpoint)

        package var description: String {
            switch self {
            case .named(let name): name
            case .endpoint(let endpoint): endpoint.description
            }
        }
    }

    package enum Kind: Sendable, Equatable {
        /// An arrow; its label begins with the method.
        case request
        /// A broken arrow; its label begins with the status code.
        case response
        /// A remark beside a lifeline.
        case note
        /// What the proxy decided and why, on its lifeline.
        case decision
    }

    package struct Event: Sendable, Equatable {
        /// Nanoseconds from any origin that all events of a ladder share; shown relative to the earliest.
        package let time: UInt64
        package let from: Participant
        /// The same as `from` for notes, decisions, and messages a participant sends to itself.
        package let to: Participant
        package let label: String
        package let kind: Kind

        package init(time: UInt64, from: Participant, to: Participant, label: String, kind: Kind) {
            self.time = time
            self.from = from
            self.to = to
            self.label = label
            self.kind = kind
        }

        package static func note(at time: UInt64, on participant: Participant, _ label: String) -> Event {
            Event(time: time, from: participant, to: participant, label: label, kind: .note)
        }

        package static func decision(at time: UInt64, by participant: Participant, _ label: String) -> Event {
            Event(time: time, from: participant, to: participant, label: label, kind: .decision)
        }
    }

    package let title: String
    /// From left to right: those given first, then others in the order in which events brought them.
    package private(set) var participants: [Participant] = []
    package private(set) var events: [Event] = []
    private var known: Set<Participant> = []

    package init(title: String, participants: [Participant] = [], events: [Event] = []) {
        self.title = title
        for participant in participants {
            introduce(participant)
        }
        for event in events {
            append(event)
        }
    }

    package mutating func append(_ event: Event) {
        introduce(event.from)
        introduce(event.to)
        events.append(event)
    }

    private mutating func introduce(_ participant: Participant) {
        if known.insert(participant).inserted {
            participants.append(participant)
        }
    }
}
