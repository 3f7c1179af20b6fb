package import Directory
package import Storage

/// All that the form of a number's forwarding shows, as it is at one moment.
package struct ForwardingSheet: Sendable, Equatable {
    package let forwarding: ForwardingState
    package let anonymous: AnonymousState
    /// Nil: the number is under no contract.
    package let place: NumberPlace?
    /// Characters of an entry.
    package let typedLimit: Int
    /// 転送・留守番サービス is contracted.
    package let hasForwarding: Bool
    /// 留守番電話 can be chosen.
    package let hasVoicemail: Bool
    /// 番号非通知拒否サービス is contracted.
    package let hasRejection: Bool
    /// The last entry of the history: what a form that was made of this sheet was made on.
    package let lastChange: Int64
    /// The last change of the number's forwarding that the principal may see.
    package let lastForwardingChange: HistoryEntry?
}

extension ControlSession {
    /// How many changes of a number are looked through for the last one of a part of it.
    private static let historyLimit = 50

    package func forwardingSheet(of number: PhoneNumber) throws -> ForwardingSheet {
        try read(.showForwarding, on: .number(number)) { snapshot in
            guard let options = try snapshot.savedRecord(of: number)?.options else {
                throw ControlError.noSuchNumber(number)
            }
            return ForwardingSheet(
                forwarding: try present(number, in: snapshot), anonymous: try shownAnonymous(of: number, in: snapshot),
                place: try snapshot.entry(of: number)?.place,
                typedLimit: DestinationPolicy(forbidden: [], options: options, uris: .savedOnes).typedLimit,
                hasForwarding: options.has(.forwarding), hasVoicemail: options.missing(for: .voicemail) == nil,
                hasRejection: try optionState(of: number, in: snapshot).options.contains(.anonymousRejection),
                lastChange: try snapshot.lastChange(),
                lastForwardingChange: try lastChange(
                    of: ["forward", "destination", "temporary"], of: number, in: snapshot))
        }
    }

    /// The last change of some subjects of a number that the principal may see.
    func lastChange(of subjects: Set<String>, of number: PhoneNumber, in snapshot: ControlSnapshot) throws
        -> HistoryEntry?
    {
        try snapshot.history(of: "number", key: number.canonical, within: reach, limit: Self.historyLimit)
            .first { subjects.contains($0.subject) }
    }
}
