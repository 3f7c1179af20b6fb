import NIOPosix

/// The threads that use cases run on: they wait for SQLite, and nothing else may wait for them.
struct Workers: Sendable {
    private let pool: NIOThreadPool

    init(threads: Int) {
        pool = NIOThreadPool(numberOfThreads: threads)
        pool.start()
    }

    func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await pool.runIfActive {
            WebThreads.lower()
            return try work()
        }
    }

    func stop() async throws {
        try await pool.shutdownGracefully()
    }
}
