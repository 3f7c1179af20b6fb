import ControlPlane
import Directory
import Foundation
import Storage

/// A data directory of its own with one number, gone afterwards.
final class Lab {
    let directory: DataDirectory
    let session: ControlSession
    let number: PhoneNumber
    /// Milliseconds since the Unix epoch, at which everything happens: 2027-01-15 17:00 in Tokyo.
    let now: Int64 = 1_800_000_000_000

    init() throws {
        let path = FileManager.default.temporaryDirectory.path + "/tsunagi-portal-" + UUID().uuidString
        directory = try DataDirectory(path: path, environment: [:])
        session = ControlSession(
            try ControlDatabase(directory), principal: Principal(actor: "tester", source: "cli", role: .operator),
            clock: { Date(milliseconds: 1_800_000_000_000) })
        number = try PhoneNumber(typed: "05012345601")
        _ = try session.addNumber(typed: number.national)
    }

    deinit { try? FileManager.default.removeItem(atPath: directory.path) }
}
