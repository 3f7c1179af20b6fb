package import Directory
package import Storage

/// All that the form of a number's anonymous call rejection shows, as it is at one moment.
package struct AnonymousSheet: Sendable, Equatable {
    package let anonymous: AnonymousState
    /// 番号非通知拒否サービス is contracted.
    package let hasRejection: Bool
    /// The last entry of the history: what a form that was made of this sheet was made on.
    package let lastChange: Int64
    /// The last change of the number's anonymous call rejection that the principal may see.
    package let lastAnonymousChange: HistoryEntry?
}

extension ControlSession {
    package func anonymousSheet(of number: PhoneNumber) throws -> AnonymousSheet {
        try read(.showAnonymous, on: .number(number)) { snapshot in
            AnonymousSheet(
                anonymous: try shownAnonymous(of: number, in: snapshot),
                hasRejection: try optionState(of: number, in: snapshot).options.contains(.anonymousRejection),
                lastChange: try snapshot.lastChange(),
                lastAnonymousChange: try lastChange(of: ["anonymous"], of: number, in: snapshot))
        }
    }
}
