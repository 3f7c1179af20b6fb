import ArgumentParser
import Directory
import Storage

/// What a shell offers for a word that is being typed, from the data directory that the line names.
enum OfferedValues: Sendable {
    case numbers, companies, contracts, voiceContracts, sites
    /// The saved destinations of the number that stands before it.
    case destinations
    case portalUsers, administratorIDs, loginIDs

    /// - Parameters:
    ///   - words: of the line, the one that is being typed included.
    ///   - prefix: what of it stands before the cursor.
    /// - Returns: nothing, where anything goes wrong: a shell has no place for what might be said of it.
    func offered(for prefix: String, in words: [String]) -> [String] {
        let prefix = prefix.filter { !"\\\"'".contains($0) }
        guard let directory = try? DataDirectory(existing: Self.dataDirectory(in: words)),
            let reader = try? CompletionReader(directory)
        else { return [] }
        return (try? offered(by: reader, prefix, words)) ?? []
    }

    private func offered(by reader: CompletionReader, _ prefix: String, _ words: [String]) throws -> [String] {
        switch self {
        case .numbers: try reader.numbers(prefix)
        case .companies: try reader.companies(prefix)
        case .contracts: try reader.contracts(prefix)
        case .voiceContracts: try reader.voiceContracts(prefix)
        case .sites: try reader.sites(prefix)
        case .portalUsers: try reader.accounts(.portalUser, prefix)
        case .administratorIDs: try reader.accounts(.administratorID, prefix)
        case .loginIDs: try reader.accounts(.loginID, prefix)
        case .destinations: try destinations(by: reader, words) + ["voicemail"]
        }
    }

    private func destinations(by reader: CompletionReader, _ words: [String]) throws -> [String] {
        for word in words {
            guard let number = try? PhoneNumber(typed: word) else { continue }
            let saved = try reader.destinations(of: number)
            if !saved.isEmpty { return saved }
        }
        return []
    }

    private static func dataDirectory(in words: [String]) -> String? {
        for (index, word) in words.enumerated() {
            if word == "--data", words.indices.contains(index + 1) { return words[index + 1] }
            if word.hasPrefix("--data=") { return String(word.dropFirst("--data=".count)) }
        }
        return nil
    }
}

extension CompletionKind {
    static func offered(_ values: OfferedValues) -> CompletionKind {
        .custom { words, _, prefix in values.offered(for: prefix, in: words) }
    }
}
