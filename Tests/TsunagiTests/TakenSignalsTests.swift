import Glibc
import Testing

@testable import Tsunagi

@Suite("Signals that a part of the process takes") struct TakenSignalsTests {
    private func action(of number: CInt) -> Int {
        var action = sigaction()
        unsafe sigaction(number, nil, &action)
        return unsafe unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
    }

    @Test("they are told until they are given back, and do then what they did before; what is ignored stays so")
    func takenAndGivenBack() async {
        _ = signal(SIGUSR1, SIG_IGN)
        defer { _ = signal(SIGUSR1, SIG_DFL) }
        let (ignoring, usual) = (action(of: SIGUSR1), action(of: SIGUSR2))
        let (arrivals, continuation) = AsyncStream.makeStream(of: CInt.self)
        let signals = TakenSignals([SIGUSR1, SIGUSR2]) { continuation.yield($0) }
        #expect(action(of: SIGUSR1) == ignoring && action(of: SIGUSR2) != usual)
        var iterator = arrivals.makeAsyncIterator()
        kill(getpid(), SIGUSR1)
        kill(getpid(), SIGUSR2)
        #expect(await iterator.next() == SIGUSR2)
        let (later, laterContinuation) = AsyncStream.makeStream(of: CInt.self)
        signals.handle { laterContinuation.yield($0) }
        kill(getpid(), SIGUSR2)
        var laterIterator = later.makeAsyncIterator()
        #expect(await laterIterator.next() == SIGUSR2)
        signals.giveBack()
        #expect(action(of: SIGUSR1) == ignoring && action(of: SIGUSR2) == usual)
    }
}
