/// Which algorithms a phone is offered.
///
/// A phone is to pass over a challenge whose algorithm it does not know (RFC 7616 §3.7). Some give up at the first
/// such line instead, whatever stands beside it, and could never sign in: those are offered MD5 alone. Whoever
/// pretends to be one weakens nobody's credentials but their own.
enum ChallengeOffer {
    static func algorithms(for userAgent: String?) -> [DigestAlgorithm] {
        userAgent.map(givesUpAtUnknownAlgorithms) == true ? [.md5] : DigestAlgorithm.allCases
    }

    /// baresip learned SHA-256 in 3.12.
    private static func givesUpAtUnknownAlgorithms(_ userAgent: String) -> Bool {
        let words = userAgent.lowercased().split(separator: " ")
        guard words.count >= 2, words[0] == "baresip", words[1].hasPrefix("v") else { return false }
        let version = words[1].dropFirst().split(separator: ".").map { Int($0) ?? 0 }
        return version.lexicographicallyPrecedes([3, 12])
    }
}
