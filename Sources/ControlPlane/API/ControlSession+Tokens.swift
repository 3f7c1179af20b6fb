package import Foundation
import SignIn
package import Storage

/// What a program signs in with, for showing and for history. The secret is not in it.
package struct TokenState: Codable, Sendable, Equatable {
    /// By which it is ended. It opens nothing.
    package let id: String
    package let kind: String
    /// What the account signs in with.
    package let account: String
    package let name: String
    package let mayWrite: Bool
    package let numbersOnly: Bool
    package let createdAt: Date
    package let expiresAt: Date
    /// To the hour; nil: never, and in history.
    package let usedAt: Date?
    /// The address that it was used from then.
    package let usedFrom: String?
    /// Those that were made with it, and with those, and were ended with it; nil: not shown.
    package private(set) var heirs: [TokenState]?

    init(_ entry: APITokenEntry, isShown: Bool = true) {
        id = entry.id
        kind = entry.accountKind.rawValue
        account = entry.accountName
        name = entry.name
        mayWrite = entry.mayWrite
        numbersOnly = entry.numbersOnly
        createdAt = Date(milliseconds: entry.createdAt)
        expiresAt = Date(milliseconds: entry.expiresAt)
        usedAt = isShown ? entry.usedAt.map(Date.init(milliseconds:)) : nil
        usedFrom = isShown ? entry.usedFrom : nil
    }

    fileprivate init(_ entry: APITokenEntry, endedWith heirs: [APITokenEntry]) {
        self.init(entry)
        self.heirs = heirs.map { TokenState($0) }
    }

    package var scope: TokenScope { TokenScope(mayWrite: mayWrite, numbersOnly: numbersOnly) }
}

/// A token that was just made: the only time that its secret is told.
package struct IssuedToken: Codable, Sendable {
    package let token: TokenState
    /// What the program sends: `Authorization: Bearer …`.
    package let secret: String
}

/// Whom a token is for.
package enum TokenOwner: Sendable {
    case user(String)
    case administratorID(String)
    case loginID(String)
    /// Whoever makes it.
    case oneself
}

/// The use of a token in the Authorization header of a program.
enum APITokenUse: TokenUse {
    static let name: StaticString = "api"
}

typealias APIToken = SecretToken<APITokenUse>

extension ControlSession {
    package static let tokenDays = 1...3_660
    private static let tokensOfOne = 50
    private static let tokenNameLimit = 100
    private static let tokenIDLength = 16

    /// Makes a token for an account: one's own, or one in one's care.
    ///
    /// - Parameters:
    ///   - name: what it is for.
    ///   - days: it is over then; with the token that makes it, if that is over before.
    /// - Throws: ``ControlError``.
    package func addToken(_ name: String, for owner: TokenOwner, _ scope: TokenScope, days: Int) throws -> IssuedToken {
        try refusing {
            guard Self.tokenDays.contains(days) else { throw AccountRefusal.tokenDays(days) }
            let name = try Self.tokenName(name)
            let account = try read(.addToken, on: .reached) { try tokenAccount(owner, in: $0) }
            return try write(.addToken, on: .account(account.id, name: account.name, account.kind, owner: ownAccount)) {
                transaction in
                if let own = principal.scope, !own.covers(scope) { throw AccountRefusal.tokenScope }
                guard try transaction.snapshot.apiTokenCount(of: account.id) < Self.tokensOfOne else {
                    throw AccountRefusal.tooManyTokens(limit: Self.tokensOfOne)
                }
                var generator = SystemRandomNumberGenerator()
                let secret = APIToken(using: &generator)
                let token = NewAPIToken(
                    id: Self.tokenID(using: &generator), hash: secret.hash.text, accountID: account.id, name: name,
                    mayWrite: scope.mayWrite, numbersOnly: scope.numbersOnly, createdAt: now,
                    expiresAt: min(now + Int64(days) * 86_400_000, principal.end ?? .max), madeWith: principal.tokenID)
                try transaction.add(token)
                guard let entry = try transaction.snapshot.apiToken(id: token.id) else {
                    throw AccountRefusal.noSuchToken(token.id)
                }
                try record(
                    "token add", of: account.kind.object(account.id), from: Nothing.none,
                    to: TokenState(entry, isShown: false), in: transaction)
                return IssuedToken(token: TokenState(entry), secret: secret.text)
            }
        }
    }

    /// The tokens of oneself and of those in one's care, the latest first; also those that are over and not forgotten yet.
    package func tokens(after place: ListPlace? = nil, limit: Int) throws -> [TokenState] {
        try read(.listTokens, on: .reached) { snapshot in
            try snapshot.apiTokens(after: place, within: reach, owner: ownAccount, limit: max(0, limit)).map {
                TokenState($0)
            }
        }
    }

    /// One's own tokens alone, the latest first. In somebody else's screen there are none.
    package func ownTokens(limit: Int) throws -> [TokenState] {
        try read(.listTokens, on: .reached) { snapshot in
            guard let ownAccount else { return [] }
            return try snapshot.apiTokens(of: ownAccount, limit: max(0, limit)).map { TokenState($0) }
        }
    }

    /// Those that were made with a token, and with those: they end with it.
    ///
    /// - Throws: ``AccountRefusal/noSuchToken(_:)``.
    package func heirs(ofToken id: String) throws -> [TokenState] {
        try refusing {
            try read(.listTokens, on: .token(id, owner: ownAccount)) { snapshot in
                guard try snapshot.apiToken(id: id) != nil else { throw AccountRefusal.noSuchToken(id) }
                return try snapshot.heirs(ofAPIToken: id).map { TokenState($0) }
            }
        }
    }

    /// Ends a token, and those that were made with it, as whoever should have it no longer may have made them: the next
    /// request with any of them is refused.
    ///
    /// - Throws: ``AccountRefusal/noSuchToken(_:)``.
    package func endToken(_ id: String) throws -> TokenState {
        try refusing {
            try write(.endToken, on: .token(id, owner: ownAccount)) { transaction in
                guard let entry = try transaction.snapshot.apiToken(id: id) else {
                    throw AccountRefusal.noSuchToken(id)
                }
                let heirs = try transaction.snapshot.heirs(ofAPIToken: id)
                try transaction.removeAPIToken(id)
                for ended in [entry] + heirs {
                    try record(
                        "token end", of: ended.accountKind.object(ended.accountID),
                        from: TokenState(ended, isShown: false), to: Nothing.none, in: transaction)
                }
                return TokenState(entry, endedWith: heirs)
            }
        }
    }

    /// In somebody else's screen nothing is one's own.
    private var ownAccount: String? { principal.represented == nil ? principal.accountID : nil }

    private func tokenAccount(_ owner: TokenOwner, in snapshot: ControlSnapshot) throws -> AccountEntry {
        let (kind, name): (AccountKind, String)
        switch owner {
        case .user(let text): (kind, name) = (.portalUser, try AccountText.email(text))
        case .administratorID(let text): (kind, name) = (.administratorID, try AccountText.signInName(text))
        case .loginID(let text): (kind, name) = (.loginID, try AccountText.signInName(text))
        case .oneself:
            guard let id = ownAccount, let account = try snapshot.account(id: id) else {
                throw ControlError.notPermitted(.addToken)
            }
            return account
        }
        guard let account = try snapshot.account(kind, named: name),
            try reach.isEverything || snapshot.has(.account(account.id, owner: ownAccount), within: reach)
        else { throw kind.absence(name) }
        return account
    }

    private static func tokenName(_ text: String) throws -> String {
        let name = try AccountText.note(text, as: "name", limit: tokenNameLimit)
        guard !name.isEmpty else { throw AccountRefusal.tokenWithoutName }
        return name
    }

    /// Without hyphens, so that no command takes it for an option.
    private static func tokenID(using generator: inout some RandomNumberGenerator) -> String {
        let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567")
        return String((0..<tokenIDLength).map { _ in alphabet[Int.random(in: alphabet.indices, using: &generator)] })
    }
}
