import ControlPlane
import Directory
import Foundation
import Storage
import Testing

/// A data directory of its own for one test, with a session on it, gone afterwards.
final class ControlFixture {
    let directory: DataDirectory
    let database: ControlDatabase
    let session: ControlSession

    init(numbers: [String] = []) throws {
        let path = FileManager.default.temporaryDirectory.path + "/tsunagi-test-" + UUID().uuidString
        directory = try DataDirectory(path: path, environment: [:])
        database = try ControlDatabase(directory)
        session = ControlSession(
            database, principal: Principal(actor: "tester", source: "cli", role: .operator),
            clock: { Date(milliseconds: 1_800_000_000_000) })
        for number in numbers { _ = try session.addNumber(typed: number) }
    }

    /// The same database in another's name, at another time if need be.
    func session(_ role: Role, for represented: Principal.Represented? = nil, at time: Int64 = 1_800_000_000_000)
        -> ControlSession
    {
        ControlSession(
            database,
            principal: Principal(actor: role.kind.rawValue, source: "192.0.2.7", role: role, for: represented),
            clock: { Date(milliseconds: time) })
    }

    deinit {
        try? FileManager.default.removeItem(atPath: directory.path)
    }
}

func number(_ text: String) throws -> PhoneNumber { try PhoneNumber(typed: text) }

/// Why the contracts do not allow it; nil if they do.
func refusal(_ work: () throws -> Void) -> ContractRefusal? {
    do {
        try work()
        return nil
    } catch ControlError.contract(let refusal) {
        return refusal
    } catch {
        Issue.record("\(error)")
        return nil
    }
}
