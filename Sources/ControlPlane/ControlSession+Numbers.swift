package import Directory
package import Foundation
package import Storage

/// One of our numbers, for showing and for history. The password's hashes are never in it.
package struct NumberState: Codable, Sendable, Equatable {
    /// As it is dialled.
    package let number: String
    package let canonical: String
    /// What a phone signs in with; nil: no password, it registers only from a trusted network.
    package let username: String?
    package let createdAt: Date
    /// Nil: the number is under no contract; then so is all that follows.
    package let company: String?
    package let contract: String?
    package let voiceContract: String?
    package let site: String?
    package let kind: ContractedNumberKind?
    package let options: [OptionService]?
    /// The login ID that it is managed by; nil: none.
    package let login: String?
    /// What is held back from the number, whether or not its contract has it now; nil in old entries of the history.
    package let withheld: [OptionService]?

    package init(_ entry: NumberEntry, login: String? = nil, withheld: [OptionService]? = nil) {
        number = entry.number.national
        canonical = entry.number.canonical
        username = entry.username
        createdAt = Date(milliseconds: entry.createdAt)
        company = entry.place?.company
        contract = entry.place?.contract
        voiceContract = entry.place?.voiceContract
        site = entry.place?.site
        kind = entry.place?.kind
        options = entry.place?.options
        self.login = login
        self.withheld = entry.place.flatMap { _ in withheld }
    }
}

/// How many numbers something has.
package struct NumberTally: Sendable, Equatable {
    package let numbers: Int
    /// With an active rule, or a temporary one.
    package let forwarding: Int
    /// Otherwise there may be more.
    package let isComplete: Bool
}

extension ControlSession {
    package static let passwordLimit = 128

    /// Makes a number ours.
    ///
    /// - Parameters:
    ///   - password: nil: the number registers only from a trusted network.
    ///   - place: nil: it is under no contract.
    /// - Throws: ``ControlError``, `StorageError`.
    package func addNumber(
        typed text: String, password: String? = nil, at place: ContractPlace? = nil,
        as kind: ContractedNumberKind = .pilot
    ) throws -> NumberState {
        let number = try Self.newNumber(text)
        try password.map(Self.check)
        return try write(.addNumber, on: .service) { transaction in
            try refusing { try add(number, password: password, at: place, as: kind, in: transaction) }
        }
    }

    func add(
        _ number: PhoneNumber, password: String? = nil, at place: ContractPlace?, as kind: ContractedNumberKind,
        in transaction: ControlTransaction
    ) throws -> NumberState {
        guard try !transaction.snapshot.hasNumber(number) else { throw ControlError.numberExists(number) }
        try transaction.addNumber(number, createdAt: now)
        try put(number, at: place, as: kind, in: transaction)
        if let password { try setPassword(password, of: number, in: transaction) }
        let state = try state(of: number, in: transaction.snapshot)
        try record("number add", of: .number(number), from: Nothing.none, to: state, in: transaction)
        return state
    }

    /// A page of our numbers: those behind `number`, or the first.
    ///
    /// - Throws: ``ControlError`` when the filter names what does not exist.
    package func numbers(
        after number: PhoneNumber? = nil, in filter: NumberFilter = NumberFilter(), limit: Int
    ) throws -> [NumberEntry] {
        try refusing {
            try read(.listNumbers, on: .reached) { snapshot in
                try snapshot.numbers(
                    after: number, in: try existing(filter, in: snapshot), within: reach, limit: limit)
            }
        }
    }

    /// How many numbers a contract has, and how many of them forward calls.
    ///
    /// - Parameter limit: no more than these are looked at.
    /// - Throws: ``ControlError`` when there is no such contract.
    package func numberTally(of contract: String, limit: Int = 1_000) throws -> NumberTally {
        try refusing {
            try read(.listNumbers, on: .contract(contract)) { snapshot in
                let contract = try require(contract: contract, in: snapshot).number
                let (numbers, forwarding) = try snapshot.numberTally(
                    of: contract, within: reach, at: now, limit: limit)
                return NumberTally(numbers: numbers, forwarding: forwarding, isComplete: numbers < limit)
            }
        }
    }

    package func number(_ number: PhoneNumber) throws -> NumberState {
        try read(.showNumber, on: .number(number)) { try state(of: number, in: $0) }
    }

    /// Removes a number with its password, rules and lists; its history stays.
    ///
    /// - Returns: the numbers whose rules still lead to it.
    package func removeNumber(_ number: PhoneNumber) throws -> [PhoneNumber] {
        try write(.removeNumber, on: .number(number)) { transaction in
            let before = try state(of: number, in: transaction.snapshot)
            try transaction.removeNumber(number)
            try record("number remove", of: .number(number), from: before, to: Nothing.none, in: transaction)
            return try transaction.snapshot.numbersForwarding(to: number, at: now)
        }
    }

    /// - Parameter password: nil takes the password away.
    package func setPassword(_ password: String?, of number: PhoneNumber) throws -> NumberState {
        try password.map(Self.check)
        return try write(.setNumberPassword, on: .number(number)) { transaction in
            guard let password else {
                try takePassword(of: number, in: transaction)
                return try state(of: number, in: transaction.snapshot)
            }
            let before = try state(of: number, in: transaction.snapshot)
            try setPassword(password, of: number, in: transaction)
            let state = try state(of: number, in: transaction.snapshot)
            try recordPassword(of: number, from: before.username, to: state.username, isNew: true, in: transaction)
            return state
        }
    }

    func takePassword(of number: PhoneNumber, in transaction: ControlTransaction) throws {
        let before = try state(of: number, in: transaction.snapshot).username
        try transaction.setCredentials(nil, realm: "", of: number)
        try recordPassword(of: number, from: before, to: nil, isNew: false, in: transaction)
    }

    /// The hashes are no one's to read, so history says only that there is a new one.
    private func recordPassword(
        of number: PhoneNumber, from before: String?, to username: String?, isNew: Bool,
        in transaction: ControlTransaction
    ) throws {
        try record(
            "number password", of: .number(number), from: PasswordChange(username: before, isNew: false),
            to: PasswordChange(username: username, isNew: isNew), in: transaction)
    }

    /// Whether this is the number's password now.
    package func hasPassword(_ password: String, _ number: PhoneNumber) throws -> Bool {
        try read(.setNumberPassword, on: .number(number)) { snapshot in
            let realm = try snapshot.setting(.realm)
            return try require(number, in: snapshot).credentials
                == DigestCredentials(number: number, password: password, realm: realm)
        }
    }

    private struct PasswordChange: Encodable {
        let username: String?
        let isNew: Bool
    }

    func setPassword(_ password: String, of number: PhoneNumber, in transaction: ControlTransaction) throws {
        let realm = try transaction.snapshot.setting(.realm)
        try transaction.setCredentials(
            DigestCredentials(number: number, password: password, realm: realm), realm: realm, of: number)
    }

    func state(of number: PhoneNumber, in snapshot: ControlSnapshot) throws -> NumberState {
        guard let entry = try snapshot.entry(of: number) else { throw ControlError.noSuchNumber(number) }
        return NumberState(
            entry, login: try snapshot.loginID(of: number), withheld: try snapshot.withheldOptions(of: number))
    }

    /// A number that is to be ours. What is already may be anything; what comes must not be a mistake.
    static func newNumber(_ text: String) throws(ControlError) -> PhoneNumber {
        let number = try parsed(text)
        if let character = number.strayCharacter { throw .invalidNumber(.mistyped(text, character)) }
        if let (prefix, rest) = number.presentationPrefix, let wanted = try? PhoneNumber(rest), wanted.kind == .global,
            wanted.isComplete
        {
            throw .invalidNumber(.prefixed(prefix, rest: rest))
        }
        guard number.isComplete else { throw .invalidNumber(.notAssigned(text)) }
        guard number.canonical.lowercased() != "voicemail" else { throw .reservedName(text) }
        return number
    }

    /// A number as a person typed it.
    package static func parsed(_ text: String) throws(ControlError) -> PhoneNumber {
        do {
            return try PhoneNumber(typed: text)
        } catch {
            throw .invalidNumber(error)
        }
    }

    private static func check(_ password: String) throws(ControlError) {
        guard !password.isEmpty else { throw .emptyPassword }
        guard password.count <= passwordLimit else { throw .passwordTooLong(limit: passwordLimit) }
    }
}
