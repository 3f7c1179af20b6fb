package import SignIn
package import Storage
import Synchronization

/// Where programs become who they are, request by request, and where it is known what they were answered.
package struct APIDesk: Sendable {
    /// How exactly the last use of a token is kept: a write for every request would be too many.
    private static let usedGrain: Int64 = 3_600_000
    /// Milliseconds that an answer is kept under its idempotency key.
    static let answerLife: Int64 = 24 * 3_600_000

    private let database: ControlDatabase
    /// Wrong tokens of late, by address.
    private let tries = Tries()
    private let uses: UseNotes

    package init(_ database: ControlDatabase, uses: UseNotes = UseNotes()) {
        self.database = database
        self.uses = uses
    }

    private final class Tries: Sendable {
        let state = Mutex(Throttle<NetworkOrigin>(ThrottleRate(burst: 30, interval: .seconds(2))))
    }

    /// Whom a request with a token comes from: for each request anew.
    ///
    /// - Throws: ``APIRefusal``, `StorageError`.
    package func principal(of text: String, from address: String, at now: Timestamp) throws -> Principal {
        guard let token = APIToken(text), let entry = try database.read({ try $0.apiToken(hash: token.hash.text) }),
            now.milliseconds < entry.expiresAt
        else { throw wrongToken(from: address, at: now) }
        if now.milliseconds >= (entry.usedAt ?? 0) + Self.usedGrain {
            try uses.write(to: database, at: now) {
                try $0.setAPITokenUsed(entry.id, at: now.milliseconds, from: address)
            }
        }
        do {
            return try Principal(
                ofAccount: entry.accountID, from: "\(address) token \(entry.id)",
                scope: TokenScope(mayWrite: entry.mayWrite, numbersOnly: entry.numbersOnly), until: entry.expiresAt,
                token: entry.id, in: database)
        } catch ControlError.account(.signInForbidden) {
            throw APIRefusal.unknownToken
        }
    }

    private func wrongToken(from address: String, at now: Timestamp) -> APIRefusal {
        switch tries.state.withLock({ $0.take(NetworkOrigin(address: address), at: now) }) {
        case .allowed: .unknownToken
        case .refused(let until): .tooManyTries(until: until)
        }
    }
}

/// Requests that are made again because nobody knows whether they were heard: done once, and answered the same.
extension APIDesk {
    /// Begins a request under its key.
    ///
    /// - Parameter request: by which it is known to be the same: 64 hexadecimal digits.
    /// - Returns: what it was answered before; nil: it is to be done now, and ``keep(_:of:key:)`` or ``forget(_:of:)``
    ///   has to follow.
    /// - Throws: ``APIRefusal/otherRequest(key:)``, ``APIRefusal/unanswered(key:)``; `StorageError`.
    package func begin(_ request: String, of accountID: String, key: String, at now: Timestamp) throws
        -> APIAnswerEntry?
    {
        try database.write { transaction in
            guard let entry = try transaction.apiAnswer(of: accountID, key: key) else {
                try transaction.beginAPIAnswer(of: accountID, key: key, request: request, at: now.milliseconds)
                return nil
            }
            guard entry.request == request else { throw APIRefusal.otherRequest(key: key) }
            guard entry.status != nil else { throw APIRefusal.unanswered(key: key) }
            return entry
        }
    }

    package func keep(_ answer: APIAnswerEntry, of accountID: String, key: String) throws {
        guard let status = answer.status else { return }
        try database.write {
            try $0.setAPIAnswer(
                of: accountID, key: key, status: status, headers: answer.headers, body: answer.body)
        }
    }

    /// It came to nothing, and may be made again.
    package func forget(_ key: String, of accountID: String) throws {
        try database.write { try $0.removeAPIAnswer(of: accountID, key: key) }
    }
}

/// Why a program is not heard.
package enum APIRefusal: Error, Equatable, CustomStringConvertible {
    /// It is none, it is over, or its account may do nothing now.
    case unknownToken
    case tooManyTries(until: Timestamp)
    case otherRequest(key: String)
    case unanswered(key: String)

    package var description: String {
        switch self {
        case .unknownToken: "there is no such token, or it is over: give one as \"Authorization: Bearer …\""
        case .tooManyTries: "too many wrong tokens came from this address: wait a while"
        case .otherRequest(let key): "the idempotency key \(key) was used for another request: give another one"
        case .unanswered(let key):
            "the request with the idempotency key \(key) is under way or was cut off: see whether it was done, and "
                + "make it again with another key"
        }
    }
}
