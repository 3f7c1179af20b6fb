import Glibc

/// SIGTERM and SIGINT: the first asks the server to stop, the next one ends it at once.
final class ShutdownSignals {
    private let signals: TakenSignals
    private let arrivals: AsyncStream<Void>

    init() {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        arrivals = stream
        signals = TakenSignals([SIGTERM, SIGINT]) { _ in continuation.yield() }
    }

    /// Returns when the first signal has come.
    func first() async {
        var iterator = arrivals.makeAsyncIterator()
        await iterator.next()
        signals.handle { _ in _exit(1) }
    }
}
