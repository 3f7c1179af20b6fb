package import Directory
package import SIPMessage
package import SIPTransaction
internal import Synchronization

/// What is known of sources that misbehave: wrong passwords, unanswered challenges, and who is banned until when. Shared
/// by all shards. A ban holds at once; who keeps bans on a disk asks for new ones from time to time.
package final class SourceLedger: Sendable {
    /// What makes a source suspicious. Only what is known to come from there may be held against it: over TCP, or with
    /// something that it has received.
    package enum Offence: Sendable {
        case wrongPassword
        case scanner
    }

    private static let capacity = 8_192
    /// How many bans make room at once.
    private static let portion = Ban.limit / 10

    fileprivate struct Book {
        var offences: SourceTable
        var callers: SourceTable
        var bans: [SourceKey: Ban] = [:]
        /// How often the bans have become others than before and some more.
        var edition = 0
        /// Those made since then, in their order: what a shard has to learn that knows the edition.
        var additions: [(key: SourceKey, until: Instant)] = []
        /// Bans that nobody was told of yet, in their order; ``Ban/limit`` at most.
        var untold: [(key: SourceKey, ban: Ban)] = []
        var made = 0
    }

    package let limits: SourceLimits
    private let sign: SipHash
    private let book: Mutex<Book>
    private let count = Atomic(0)

    /// - Parameter seed: nobody outside may know it.
    package init(_ limits: SourceLimits = SourceLimits(), seed: UInt64) {
        self.limits = limits
        sign = SipHash((~seed, seed))
        book = Mutex(
            Book(
                offences: SourceTable(capacity: Self.capacity, seed: seed),
                callers: SourceTable(capacity: Self.capacity, seed: ~seed)))
    }

    // MARK: - What sources do

    /// - Returns: whether the source is banned now.
    @discardableResult
    package func note(_ offence: Offence, by address: IPAddress, at now: Instant) -> Bool {
        guard watches(address) else { return false }
        let reason: Ban.Reason? =
            switch offence {
            case .wrongPassword:
                book.withLock { book in
                    book.offences.update(SourceKey(address)) { $0.allowance.take(limits.passwords, at: now) }
                } ? nil : .passwords
            case .scanner: .scanner
            }
        guard let reason else { return false }
        ban(address, for: reason, at: now)
        return true
    }

    /// Whether anything is held against a source.
    package func watches(_ address: IPAddress) -> Bool {
        limits.banTime.milliseconds > 0 && !limits.isExempt(address)
    }

    /// Counts a challenge, which ``proved(_:at:)`` takes back.
    ///
    /// - Parameter isProven: whether it was asked for from there, beyond doubt: then whoever goes on is banned.
    /// - Returns: false if too many were not answered, and this one is not to be sent.
    package func admitsChallenge(to address: IPAddress, isProven: Bool, at now: Instant) -> Bool {
        guard watches(address) else { return true }
        let isAdmitted = book.withLock { book in
            book.offences.update(SourceKey(address)) { $0.strikes.take(limits.challenges, at: now) }
        }
        if !isAdmitted, isProven { ban(address, for: .guessing, at: now) }
        return isAdmitted
    }

    /// The source has answered a challenge with the right password.
    package func proved(_ address: IPAddress, at now: Instant) {
        guard !limits.isExempt(address) else { return }
        book.withLock { book in book.offences.update(SourceKey(address)) { $0.strikes.giveBack(limits.challenges) } }
    }

    /// - Parameter caller: one of our numbers, which has proved itself.
    /// - Returns: whether it may begin one more call now.
    package func admitsCall(of caller: PhoneNumber, at now: Instant) -> Bool {
        guard limits.callsPerSecond > 0 else { return true }
        var state = sign.state()
        state.add(caller.canonical.utf8.span)
        let signature = state.finish()
        return book.withLock { book in
            book.callers.update(SourceKey(signature: signature)) { $0.allowance.take(limits.calls, at: now) }
        }
    }

    // MARK: - Who is banned

    func ban(_ address: IPAddress, for reason: Ban.Reason, at now: Instant) {
        let ban = Ban(
            source: "\(address)", reason: reason, since: now.milliseconds,
            until: (now + limits.banTime).milliseconds)
        let key = SourceKey(address)
        book.withLock { book in
            // Other shards may have found out at the same time.
            if let known = book.bans[key], known.until > now.milliseconds { return }
            Self.makeRoom(&book, at: now)
            // Where the same few are banned again and again.
            if book.additions.count >= Ban.limit { Self.beginEdition(&book) }
            book.bans[key] = ban
            book.additions.append((key, Instant(milliseconds: ban.until)))
            // Nobody takes them while the disk is away.
            if book.untold.count >= Ban.limit { book.untold.removeFirst(Self.portion) }
            book.untold.append((key, ban))
            book.made += 1
            count.add(1, ordering: .relaxed)
        }
    }

    /// Room for many at once, so that a ban among many costs no more than the first one.
    private static func makeRoom(_ book: inout Book, at now: Instant) {
        guard book.bans.count >= Ban.limit else { return }
        beginEdition(&book)
        book.bans = book.bans.filter { $0.value.until > now.milliseconds }
        let surplus = book.bans.count - (Ban.limit - portion)
        guard surplus > 0 else { return }
        let firstToEnd = book.bans.sorted {
            ($0.value.until, $0.key.high, $0.key.low) < ($1.value.until, $1.key.high, $1.key.low)
        }
        for ban in firstToEnd.prefix(surplus) { book.bans[ban.key] = nil }
    }

    /// Shards that know an earlier one learn all bans anew.
    private static func beginEdition(_ book: inout Book) {
        book.edition += 1
        book.additions = []
    }

    /// Changes with every change of the bans.
    var generation: Int { count.load(ordering: .relaxed) }

    /// What a shard knows of the bans.
    struct KnownBans {
        fileprivate(set) var until: [SourceKey: Instant] = [:]
        fileprivate(set) var generation = -1
        private var edition = -1
        private var additions = 0

        /// Takes up what has changed: of many bans only the new ones, because whoever forges addresses can have one made by
        /// each datagram.
        fileprivate mutating func follow(_ book: Book, generation: Int) {
            if edition == book.edition {
                for addition in book.additions[additions...] { until[addition.key] = addition.until }
            } else {
                until = book.bans.mapValues { Instant(milliseconds: $0.until) }
            }
            (edition, additions) = (book.edition, book.additions.count)
            self.generation = generation
        }
    }

    func tellChanges(to known: inout KnownBans) {
        book.withLock { book in known.follow(book, generation: generation) }
    }

    /// Bans made here since the start.
    package var bansMade: Int { book.withLock { $0.made } }

    /// The bans made here that nobody was told of yet. Who could not keep them says so by ``untell(_:)``.
    package func takeUntold() -> [Ban] {
        book.withLock { book in
            defer { book.untold = [] }
            return book.untold.map(\.ban)
        }
    }

    /// What ``takeUntold()`` has given is told again. When there are too many, the oldest are not.
    package func untell(_ bans: [Ban]) {
        let bans = bans.compactMap { ban in SourceKey(ban.source).map { ($0, ban) } }
        book.withLock { $0.untold = Array((bans + $0.untold).suffix(Ban.limit)) }
    }

    /// Puts the bans as they are kept in the place of those known here, but for those that nobody was told of yet.
    package func replaceBans(_ kept: [Ban]) {
        let kept = kept.sorted { $0.until > $1.until }
        book.withLock { book in
            var bans: [SourceKey: Ban] = [:]
            for ban in kept.prefix(Ban.limit - book.untold.count) {
                if let key = SourceKey(ban.source) { bans[key] = ban }
            }
            for (key, ban) in book.untold { bans[key] = ban }
            guard bans != book.bans else { return }
            book.bans = bans
            Self.beginEdition(&book)
            count.add(1, ordering: .relaxed)
        }
    }
}
