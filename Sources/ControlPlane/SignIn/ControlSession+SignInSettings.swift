package import Foundation
import SignIn
import Storage

/// The terms that portal users accept, as they hold now.
package struct TermsState: Codable, Sendable, Equatable {
    package let version: String
    package let japanese: String
    package let english: String
    package let publishedAt: Date

    init(_ entry: TermsEntry) {
        version = entry.version
        japanese = entry.japanese
        english = entry.english
        publishedAt = Date(milliseconds: entry.publishedAt)
    }
}

extension ControlSession {
    private static let termsLimit = 200_000

    package func signInPolicy() throws -> SignInPolicy {
        try read(.showSignInPolicy, on: .service) { try SignInPolicy($0) }
    }

    /// Changes how strict signing in is. What is stricter holds for the next try, and for sessions that there are.
    ///
    /// - Throws: ``ControlError/signInPolicy(_:)``.
    package func setSignInPolicy(_ change: (inout SignInPolicy) throws -> Void) throws -> SignInPolicy {
        try judging {
            try write(.setSignInPolicy, on: .service) { transaction in
                let before = try SignInPolicy(transaction.snapshot)
                var policy = before
                try change(&policy)
                try policy.judge()
                for ((setting, old), (_, new)) in zip(before.settings, policy.settings) where old != new {
                    try transaction.set(setting, to: new)
                    try record("settings sign-in", of: .setting(setting), from: old, to: new, in: transaction)
                }
                return policy
            }
        }
    }

    /// Nil: there are none to accept.
    package func terms() throws -> TermsState? {
        try read(.showTerms, on: .service) { try $0.terms().map(TermsState.init) }
    }

    /// Publishes terms. Everybody has to accept them at the next sign-in.
    ///
    /// - Throws: ``ControlError/signInPolicy(_:)``.
    package func publishTerms(version: String, japanese: String, english: String) throws -> TermsState {
        try judging {
            let isVersion = version.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
                    || $0 == 0x2E || $0 == 0x2D
            }
            guard isVersion, (1...64).contains(version.utf8.count) else {
                throw SignInPolicyRefusal.termsVersion(version)
            }
            for text in [japanese, english] where !(1...Self.termsLimit).contains(text.unicodeScalars.count) {
                throw SignInPolicyRefusal.termsText(limit: Self.termsLimit)
            }
            return try write(.publishTerms, on: .service) { transaction in
                guard try !transaction.snapshot.hasTerms(version: version) else {
                    throw SignInPolicyRefusal.termsExist(version: version)
                }
                let before = try transaction.snapshot.terms()?.version
                let terms = TermsEntry(version: version, japanese: japanese, english: english, publishedAt: now)
                try transaction.addTerms(terms)
                try record("terms publish", of: .terms, from: before, to: version, in: transaction)
                return TermsState(terms)
            }
        }
    }

    func judging<T>(_ work: () throws -> T) throws -> T {
        do {
            return try work()
        } catch let refusal as SignInPolicyRefusal {
            throw ControlError.signInPolicy(refusal)
        } catch let error as SignInError {
            throw ControlError.signInPolicy(.rule(error))
        }
    }
}
