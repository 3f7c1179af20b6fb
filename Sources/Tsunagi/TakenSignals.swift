import Dispatch
import Glibc

/// Signals that a part of the process takes, in the place of what they would do. One that whoever has started the process
/// lets it ignore, as `nohup` does with SIGHUP, stays ignored.
final class TakenSignals {
    private let taken: [(number: CInt, former: sighandler_t?, source: any DispatchSourceSignal)]

    /// Returns when they are taken.
    ///
    /// - Parameter handler: is given the signal that has come, on a thread of Dispatch.
    init(_ numbers: [CInt], _ handler: @escaping @Sendable (CInt) -> Void) {
        taken = numbers.compactMap { number in
            // Otherwise the default action comes first.
            let former = signal(number, SIG_IGN)
            guard !Self.isIgnoring(former) else { return nil }
            return (number, former, DispatchSource.makeSignalSource(signal: number))
        }
        handle(by: handler)
        let start = DispatchGroup()
        for (_, _, source) in taken {
            start.enter()
            source.setRegistrationHandler { start.leave() }
            source.activate()
        }
        start.wait()
    }

    /// From now on another handler is given those that come.
    func handle(by handler: @escaping @Sendable (CInt) -> Void) {
        for (number, _, source) in taken { source.setEventHandler { handler(number) } }
    }

    /// They do again what they did before.
    func giveBack() {
        for (number, former, source) in taken {
            source.cancel()
            _ = signal(number, former)
        }
    }

    /// Whether the system's action is to do nothing.
    private static func isIgnoring(_ action: sighandler_t?) -> Bool {
        unsafe unsafeBitCast(action, to: Int.self) == unsafeBitCast(SIG_IGN as sighandler_t?, to: Int.self)
    }
}
