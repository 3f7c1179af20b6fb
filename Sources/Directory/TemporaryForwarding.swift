/// What lies over a number's own rule for one condition until a point in time: another destination, or none. The rule
/// itself stays as it is, and holds again by itself from then on.
package struct TemporaryForwarding: Sendable, Equatable {
    /// Nil: calls are not forwarded.
    package var destination: Destination?
    package var until: Deadline

    package init(destination: Destination?, until: Deadline) {
        self.destination = destination
        self.until = until
    }
}
