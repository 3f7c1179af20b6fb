package import SIPTransaction
internal import Synchronization

/// Which nonce counts were used, so that nothing is accepted twice (RFC 7616 §3.4, `nc`). Shared by all shards.
///
/// A request may overtake another: of the 64 counts up to the highest one seen, each is accepted once. Only nonces
/// that came with a right password are kept, in two generations: the older one is dropped when all of it has expired,
/// or when room is needed; then nonces of that age which are not known here are taken as stale.
package final class NonceLedger: Sendable {
    /// How long a nonce may be used.
    package static let defaultLifetime: Interval = .seconds(300)

    private struct Uses {
        var highest: UInt32
        /// Bit n: count `highest - n` was used.
        var window: UInt64

        /// Whether the count is used for the first time.
        mutating func take(_ count: UInt32) -> Bool {
            if count > highest {
                let step = count - highest
                window = step < 64 ? window << UInt64(step) | 1 : 1
                highest = count
                return true
            }
            let age = highest - count
            guard age < 64, window & (1 << UInt64(age)) == 0 else { return false }
            window |= 1 << UInt64(age)
            return true
        }
    }

    private struct Book {
        var serial: UInt64 = 0
        var young: [UInt64: Uses] = [:]
        var old: [UInt64: Uses] = [:]
        /// When the young generation began.
        var began = Instant(milliseconds: 0)
        /// Nonces issued up to then are known here or were forgotten.
        var forgottenUntil: Instant?
    }

    /// How long a nonce may be used, from when it was issued.
    package let lifetime: Interval
    private let generationLimit: Int
    private let book = Mutex(Book())

    /// - Parameter limit: nonces that are remembered, about 50 octets each.
    package init(lifetime: Interval = defaultLifetime, limit: Int = 500_000) {
        self.lifetime = lifetime
        generationLimit = max(1, limit / 2)
    }

    /// Nonces that are remembered.
    package var count: Int { book.withLock { $0.young.count + $0.old.count } }

    /// A number for a new nonce.
    func nextSerial() -> UInt64 {
        book.withLock { book in
            book.serial += 1
            return book.serial
        }
    }

    /// Takes a nonce count of credentials that are right.
    ///
    /// - Returns: false if it was used before, is 0 or can't be told.
    func use(_ nonce: Nonce, count: UInt32, at now: Instant) -> Bool {
        guard count > 0 else { return false }
        return book.withLock { book in
            turnGeneration(&book, at: now)
            var uses: Uses
            if let known = book.young[nonce.serial] ?? book.old[nonce.serial] {
                uses = known
            } else if let forgotten = book.forgottenUntil, nonce.issued <= forgotten {
                return false
            } else {
                uses = Uses(highest: 0, window: 0)
            }
            guard uses.take(count) else { return false }
            book.old[nonce.serial] = nil
            book.young[nonce.serial] = uses
            return true
        }
    }

    private func turnGeneration(_ book: inout Book, at now: Instant) {
        let isFull = book.young.count >= generationLimit
        guard isFull || now.milliseconds(since: book.began) > lifetime.milliseconds else { return }
        // All in the old generation were issued before the young one began.
        if !book.old.isEmpty { book.forgottenUntil = book.began }
        book.old = book.young
        book.young = [:]
        book.began = now
    }
}
