import SignIn
import Synchronization

/// How often addresses and accounts have tried of late. It is kept in memory, because a flood must not become as many
/// writes; a server that starts anew has forgotten it, and the lockout of each account has not.
final class SignInTries: Sendable {
    /// Sign-ins with a right password that were not finished: so often codes can be guessed.
    private static let unfinishedRate = ThrottleRate(burst: 10, interval: .seconds(120))

    private struct State {
        var rate = ThrottleRate()
        var addresses = Throttle<NetworkOrigin>(ThrottleRate())
        var accounts = Throttle<String>(SignInTries.unfinishedRate)
    }

    private let state = Mutex(State())

    /// - Throws: ``SignInDeskRefusal/tooManyTries(until:)``.
    func take(_ address: String, _ rate: ThrottleRate, at now: Timestamp) throws {
        let verdict = state.withLock { state in
            if state.rate != rate {
                state.rate = rate
                state.addresses = Throttle(rate)
            }
            return state.addresses.take(NetworkOrigin(address: address), at: now)
        }
        if case .refused(let until) = verdict { throw SignInDeskRefusal.tooManyTries(until: until) }
    }

    /// Nil: the account may begin one more.
    func begun(_ accountID: String, at now: Timestamp) -> SignInDeskRefusal? {
        switch state.withLock({ $0.accounts.take(accountID, at: now) }) {
        case .allowed: nil
        case .refused(let until): .tooManyTries(until: until)
        }
    }

    func finished(_ accountID: String) {
        state.withLock { $0.accounts.forget(accountID) }
    }
}
