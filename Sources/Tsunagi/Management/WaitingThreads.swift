import Dispatch

/// Where the management address waits for SQLite: on no thread that tasks share.
struct WaitingThreads: Sendable {
    private let queue = DispatchQueue(label: "management", attributes: .concurrent)

    func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result { try work() }) }
        }
    }
}
