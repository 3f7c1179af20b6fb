import Directory
import SignIn
import Storage

@testable import ControlPlane

/// A company with an administrator and a general user, and a contract with numbers, an administrator ID and login IDs.
final class AccountFixture {
    let fixture: ControlFixture
    var session: ControlSession { fixture.session }
    let cost: ScryptCost

    init() throws {
        fixture = try ControlFixture(numbers: ["05011111111", "05022222222", "05033333333"])
        cost = try ScryptCost(exponent: 1)
        for (company, contract) in [("Alpha", "C-1"), ("Beta", "C-2")] {
            _ = try session.addCompany(named: company)
            _ = try session.addContract(contract, kind: "dotphone-office", company: company)
            _ = try session.addOption(.forwarding, toContract: contract)
        }
        for (text, kind) in [
            ("05011111111", ContractedNumberKind.pilot), ("05022222222", .directDial), ("05033333333", .multiple),
        ] { _ = try session.assignNumber(number(text), to: .contract("C-1"), as: kind) }
        _ = try session.addUser(profile("hanako@example.co.jp", .administrator), to: "Alpha")
        _ = try session.addUser(profile("taro@example.co.jp"), to: "Alpha")
        _ = try session.addGroup("Sales", to: "Alpha")
        _ = try session.addAdministratorID("admin1", to: "C-1")
        _ = try session.addLoginID("tokyo01", to: "C-1", numbers: [number("05011111111")])
        _ = try session.addLoginID("tokyo02", to: "C-1", numbers: [number("05022222222")])
    }

    func profile(_ email: String, _ role: PortalUserProfile.Role = .general) -> PortalUserProfile {
        PortalUserProfile(email: email, name: "Name", telephone: "03-1234-5678", role: role)
    }

    func lastChange() throws -> HistoryEntry { try session.history(limit: 1)[0] }
}

/// Why the accounts do not allow it; nil if they do.
func accountRefusal(_ work: () throws -> Void) throws -> AccountRefusal? {
    do {
        try work()
        return nil
    } catch ControlError.account(let refusal) {
        return refusal
    }
}
