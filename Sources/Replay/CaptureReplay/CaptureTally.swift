/// What became of the messages of a capture.
package struct CaptureTally: Sendable, Equatable, Codable, CustomStringConvertible {
    package internal(set) var messages = 0
    /// Went through, with everything that nobody had to change as it came.
    package internal(set) var passed = 0
    /// Went through with another status, as the RFC wants it of a proxy.
    package internal(set) var rewritten = 0
    /// Meant for the next element only (100, CANCEL and its 200, ACK), come again, or one of several answers of which
    /// one goes on.
    package internal(set) var takenIn = 0
    /// Requests to which the engine gave the final response.
    package internal(set) var answered = 0
    /// Had no place: responses without their request, what goes on between elements that the engine stands for.
    package internal(set) var leftOut = 0

    package var description: String {
        "\(messages) messages: \(passed) passed unchanged, \(rewritten) with another status, \(takenIn) taken in, "
            + "\(answered) answered here, \(leftOut) left out"
    }
}
