import Directory
package import Storage

/// Many numbers, by what they stand under or one by one.
package enum NumberSelection: Sendable {
    /// Numbers that are changed at once.
    static let limit = 100_000

    /// A contract may be named by a voice contract (N…) too.
    case filter(NumberFilter)
    /// As typed, and where they stand: `numbers.txt`.
    case list([String], named: String)

    /// `contract Y0001234, site TOKYO`.
    var scope: String {
        switch self {
        case .list(_, let name): return name
        case .filter(let filter):
            let parts = [
                filter.company.map { "company \($0)" }, filter.contract.map { "contract \($0)" },
                filter.voiceContract.map { "voice contract \($0)" }, filter.site.map { "site \($0)" },
            ]
            return parts.compactMap(\.self).joined(separator: ", ")
        }
    }
}

/// Numbers that were found, and texts that are none.
struct SelectedNumbers {
    var numbers: [PhoneNumber] = []
    var refused: [ForwardingOutcome.Refusal] = []
}

extension ControlSession {
    /// - Throws: ``ControlError``, for what is named and is not there, and where there are no numbers.
    func numbers(of selection: NumberSelection, in snapshot: ControlSnapshot) throws -> SelectedNumbers {
        let selected =
            switch selection {
            case .filter(let filter): try numbers(in: filter, snapshot)
            case .list(let texts, _): try numbers(typed: texts, in: snapshot)
            }
        guard !selected.numbers.isEmpty || !selected.refused.isEmpty else {
            throw ControlError.noNumbers(selection.scope)
        }
        return selected
    }

    private func numbers(in filter: NumberFilter, _ snapshot: ControlSnapshot) throws -> SelectedNumbers {
        var filter = filter
        if let text = filter.contract, filter.voiceContract == nil,
            try !snapshot.has(.contract(ContractText.code(text)), within: reach),
            try snapshot.has(.voiceContract(ContractText.code(text)), within: reach)
        {
            (filter.contract, filter.voiceContract) = (nil, text)
        }
        let found = try refusing {
            try snapshot.numbers(
                in: try existing(filter, in: snapshot), within: reach, limit: NumberSelection.limit + 1)
        }
        guard found.count <= NumberSelection.limit else {
            throw ControlError.tooManyNumbers(limit: NumberSelection.limit)
        }
        return SelectedNumbers(numbers: found.map(\.number))
    }

    /// Each number once, in the order in which they stand.
    private func numbers(typed texts: [String], in snapshot: ControlSnapshot) throws -> SelectedNumbers {
        guard texts.count <= NumberSelection.limit else {
            throw ControlError.tooManyNumbers(limit: NumberSelection.limit)
        }
        var (selected, seen) = (SelectedNumbers(), Set<PhoneNumber>())
        for text in texts {
            do {
                let number = try Self.parsed(text)
                guard seen.insert(number).inserted else { continue }
                guard try snapshot.has(.number(number), within: reach) else { throw ControlError.noSuchNumber(number) }
                selected.numbers.append(number)
            } catch let error as ControlError {
                selected.refused.append(
                    ForwardingOutcome.Refusal(number: text, reason: error.description, error: error))
            }
        }
        return selected
    }
}
