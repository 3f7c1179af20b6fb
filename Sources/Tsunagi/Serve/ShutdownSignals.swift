import Dispatch
import Glibc

/// SIGTERM and SIGINT: the first asks the server to stop, the next one ends it at once.
final class ShutdownSignals {
    private let sources: [any DispatchSourceSignal]
    private let arrivals: AsyncStream<Void>

    init() {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        arrivals = stream
        sources = [SIGTERM, SIGINT].map { number in
            // Otherwise the default action comes first.
            _ = signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number)
            source.setEventHandler { continuation.yield() }
            source.activate()
            return source
        }
    }

    /// Returns when the first signal has come.
    func first() async {
        var iterator = arrivals.makeAsyncIterator()
        await iterator.next()
        for source in sources { source.setEventHandler { _exit(1) } }
    }
}
