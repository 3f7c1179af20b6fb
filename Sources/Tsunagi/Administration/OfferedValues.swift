import ArgumentParser
import Directory
import Storage

/// What a shell offers for a word that is being typed, from the data directory that the line names.
enum OfferedValues: Sendable {
    case numbers, companies, contracts, voiceContracts, sites
    /// The saved destinations of the number that stands before it.
    case destinations
    case portalUsers, administratorIDs, loginIDs
    /// The user groups of the company that the line names, or of all.
    case groups

    /// - Parameters:
    ///   - words: of the line, the one that is being typed included.
    ///   - prefix: what of it stands before the cursor.
    /// - Returns: nothing, where anything goes wrong: a shell has no place for what might be said of it.
    func offered(for prefix: String, in words: [String]) -> [String] {
        let prefix = Self.unquoted(prefix)
        guard let directory = try? DataDirectory(existing: Self.value(of: "--data", in: words)),
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
        case .groups: try reader.groups(prefix, of: Self.value(of: "--company", in: words))
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

    private static func value(of option: String, in words: [String]) -> String? {
        for (index, word) in words.enumerated() {
            if word == option, words.indices.contains(index + 1) { return unquoted(words[index + 1]) }
            if word.hasPrefix("\(option)=") { return unquoted(String(word.dropFirst(option.count + 1))) }
        }
        return nil
    }

    /// Words come as they were typed.
    private static func unquoted(_ word: String) -> String { word.filter { !"\\\"'".contains($0) } }
}

extension CompletionKind {
    static func offered(_ values: OfferedValues) -> CompletionKind {
        .custom { words, _, prefix in values.offered(for: prefix, in: words) }
    }
}
