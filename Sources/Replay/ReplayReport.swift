package import CallRouting
package import Directory

/// Rules and settings that a replay reads instead of its own.
package struct ReplayRules {
    package let directory: any CallDirectory
    package let configuration: RoutingConfiguration

    /// - Parameter configuration: of it, a script takes the realm alone, and a capture everything but the listeners and
    ///   domains, which are found in the capture.
    package init(directory: any CallDirectory, configuration: RoutingConfiguration) {
        self.directory = directory
        self.configuration = configuration
    }
}

/// What came of a replay.
package struct ReplayReport: Sendable {
    package internal(set) var ladder: Ladder
    /// What the engine wrote down of each call, in the order in which they ended.
    package internal(set) var records: [CallRecord] = []
    /// What went otherwise than it must; empty if nothing did.
    package internal(set) var failures: [String] = []
    /// What a reader should know beside: which messages of a capture had no place, and why.
    package internal(set) var remarks: [String] = []
    /// Of a capture: what became of its messages.
    package internal(set) var tally: CaptureTally?

    init(ladder: Ladder) {
        self.ladder = ladder
    }
}
