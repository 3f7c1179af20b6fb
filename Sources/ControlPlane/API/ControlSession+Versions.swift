package import Directory
import Storage

/// The last change of an object, by which a later one is noticed (``ControlSession/unlessChanged(since:)``).
extension ControlSession {
    /// The last change of all that the principal may see; 0: none.
    package func lastChangeSeen() throws -> Int64 { try history(limit: 1).first?.id ?? 0 }

    package func lastChange(ofNumber number: PhoneNumber) throws -> Int64 {
        try read(.showNumber, on: .number(number)) {
            guard try $0.hasNumber(number) else { throw ControlError.noSuchNumber(number) }
            return try $0.lastChange(of: "number", key: number.canonical)
        }
    }

    package func lastChange(ofUser text: String) throws -> Int64 {
        try refusing {
            let email = try AccountText.email(text)
            return try read(.showUser, on: .user(email)) { snapshot in
                let entry = try require(user: email, in: snapshot)
                return try snapshot.lastChange(of: "user", key: entry.account.id)
            }
        }
    }

    package func lastChange(ofContract text: String) throws -> Int64 {
        try refusing {
            try read(.showContract, on: .contract(text)) { snapshot in
                let entry = try require(contract: ContractText.code(text), in: snapshot)
                return try snapshot.lastChange(of: "contract", key: entry.number)
            }
        }
    }
}
