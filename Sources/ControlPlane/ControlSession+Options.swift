package import Directory
import Storage

/// The options that a number has, for showing and for history.
package struct NumberOptionState: Codable, Sendable, Equatable {
    package let number: String
    /// Nil: under no contract, nothing is held back from it.
    package let contract: String?
    package let options: [OptionService]
}

extension ControlSession {
    /// Adds an option to a contract. What its numbers had set for it holds again at once.
    ///
    /// - Throws: ``ControlError``, `StorageError`; so do the others here.
    package func addOption(_ option: OptionService, toContract text: String) throws -> ContractState {
        try changeContract(.addContractOption, "option add", text) { transaction, entry in
            try transaction.set(option, of: entry.number, to: true)
        }
    }

    /// Takes an option from a contract. The rules of its numbers that need it stay saved and rest until it is back.
    package func removeOption(_ option: OptionService, fromContract text: String) throws -> ContractState {
        try changeContract(.removeContractOption, "option remove", text) { transaction, entry in
            try transaction.set(option, of: entry.number, to: false)
        }
    }

    /// Gives a number an option of its contract that was withheld from it.
    package func addOption(_ option: OptionService, to number: PhoneNumber) throws -> NumberOptionState {
        try changeOption(.giveNumberOption, "option add", option, of: number, isWithheld: false)
    }

    /// Withholds an option of its contract from a number. Rules that need it stay saved and rest.
    package func removeOption(_ option: OptionService, from number: PhoneNumber) throws -> NumberOptionState {
        try changeOption(.withholdNumberOption, "option remove", option, of: number, isWithheld: true)
    }

    package func options(of number: PhoneNumber) throws -> NumberOptionState {
        try read(.showNumberOptions, on: .number(number)) { try optionState(of: number, in: $0) }
    }

    /// What a rule needs before it can be switched on.
    ///
    /// - Throws: ``ContractRefusal`` that says how to add it.
    func require(_ option: OptionService, of number: PhoneNumber, in snapshot: ControlSnapshot) throws {
        guard let place = try snapshot.entry(of: number)?.place, !place.options.contains(option) else { return }
        let isContracted = try snapshot.contract(place.contract)?.options.contains(option) == true
        throw isContracted
            ? ContractRefusal.optionWithheld(option, number)
            : ContractRefusal.optionMissing(option, number, contract: place.contract)
    }

    private func changeOption(
        _ useCase: UseCase, _ action: String, _ option: OptionService, of number: PhoneNumber, isWithheld: Bool
    ) throws -> NumberOptionState {
        try refusing {
            try write(useCase, on: .number(number)) { transaction in
                try changeOption(action, option, of: number, isWithheld: isWithheld, in: transaction)
            }
        }
    }

    @discardableResult
    func changeOption(
        _ action: String, _ option: OptionService, of number: PhoneNumber, isWithheld: Bool,
        in transaction: ControlTransaction
    ) throws -> NumberOptionState {
        let before = try optionState(of: number, in: transaction.snapshot)
        guard let contract = before.contract else { throw ContractRefusal.notUnderContract(number) }
        // What the contract has not can't be held back: the day it is contracted, nobody would know why.
        guard try transaction.snapshot.options(ofContract: contract).contains(option) else {
            throw ContractRefusal.optionMissing(option, number, contract: contract)
        }
        try transaction.withhold(option, from: number, isWithheld)
        let state = try optionState(of: number, in: transaction.snapshot)
        try record(action, of: .number(number), from: before, to: state, in: transaction)
        return state
    }

    func optionState(of number: PhoneNumber, in snapshot: ControlSnapshot) throws -> NumberOptionState {
        guard let entry = try snapshot.entry(of: number) else { throw ControlError.noSuchNumber(number) }
        let every = OptionService.allCases.filter(NumberOptions.withoutContract.has)
        return NumberOptionState(
            number: number.national, contract: entry.place?.contract, options: entry.place?.options ?? every)
    }
}
