import Directory
import Storage

/// What is there already, where a blueprint asks before it changes something.
extension ControlSession {
    func trunk(prefix text: String) throws -> TrunkState? {
        let prefix = NumberPlan.halfWidth(text).filter { $0 != "-" && $0 != " " }
        return try trunks().first { $0.prefix == prefix }
    }

    func hasCompany(named text: String) throws -> Bool {
        let name = try ContractText.name(text)
        return try read(.showCompany, on: .service) { try $0.company(named: name) != nil }
    }

    func contractIfThere(_ text: String) throws -> ContractState? {
        try read(.showContract, on: .service) { snapshot in
            try snapshot.contract(ContractText.code(text)).map { ContractState($0) }
        }
    }

    func hasVoiceGroup(_ contract: ContractState) throws -> Bool {
        try serviceKinds().contains { $0.kind == contract.kind && $0.hasVoiceGroup }
    }

    func numberIfThere(_ number: PhoneNumber) throws -> NumberState? {
        try read(.showNumber, on: .service) { snapshot in try snapshot.entry(of: number).map { NumberState($0) } }
    }
}
