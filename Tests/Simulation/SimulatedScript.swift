/// A call of a simulation as a script that can be replayed by itself.
package struct SimulatedScript: Sendable {
    /// The Call-ID that it had.
    package let name: String
    package let text: String
    /// Something was found of this call.
    package let isBroken: Bool
}
