import Foundation
import Testing

@testable import Storage

/// What ends with what it was reached with, whoever writes.
@Suite struct SignInSchemaTests {
    private let temporary: TemporaryDataDirectory
    private let database: ControlDatabase
    private let id = "6755d14e-1a60-4527-931a-de5fc00d8659"

    init() throws {
        temporary = try TemporaryDataDirectory()
        database = try ControlDatabase(temporary.directory)
        let (id, hash) = (id, String(repeating: "a", count: 43))
        try temporary.sqlite(
            "control.db",
            """
            INSERT INTO account (id, kind, name, password_hash, password_set_at, totp_secret, created_at)
            VALUES ('\(id)', 'login-id', 'tokyo01', '$scrypt$1', 1, 'sealed/1 a', 1)
            """)
        try database.write { transaction in
            try transaction.save(
                NewSession(
                    id: "session-1", hash: hash, accountID: id, representedID: nil, parentID: nil, source: "192.0.2.1",
                    value: "session/1", startedAt: 1))
            try transaction.save(
                SignInEntry(hash: hash, accountID: id, value: "sign-in/1", newTOTPSecret: nil, expiresAt: 9))
            try transaction.setOneTimeCode("code/1", of: id, expiresAt: 9)
            try transaction.save(LinkEntry(hash: hash, accountID: id, value: "link/1", expiresAt: 9))
        }
    }

    /// Sessions, sign-ins, codes and links that are left after a change.
    private func left(after sql: String) throws -> [Bool] {
        let (id, hash) = (id, String(repeating: "a", count: 43))
        try temporary.sqlite("control.db", sql)
        return try database.read { snapshot in
            [
                try snapshot.session(id: "session-1") != nil, try snapshot.signIn(hash: hash) != nil,
                try snapshot.oneTimeCode(of: id) != nil, try snapshot.link(hash: hash) != nil,
            ]
        }
    }

    @Test("another password ends sessions and sign-ins, and voids codes and links")
    func password() throws {
        #expect(try left(after: "UPDATE account SET password_hash = '$scrypt$2'") == [false, false, false, false])
    }

    @Test("setting the same password again ends nothing, and neither does a lock")
    func samePassword() throws {
        let same = "UPDATE account SET password_hash = '$scrypt$1', lockout = 'lockout/1 failures=4'"
        #expect(try left(after: same) == [true, true, true, true])
    }

    @Test("a second factor that is taken away ends sessions and sign-ins")
    func factor() throws {
        #expect(try left(after: "UPDATE account SET totp_secret = NULL") == [false, false, true, true])
    }

    @Test("another mobile number or name voids codes and links that went to the former one")
    func address() throws {
        #expect(try left(after: "UPDATE account SET sms_number = '09012345678'") == [true, true, false, false])
    }

    @Test("with the account everything goes")
    func removal() throws {
        #expect(try left(after: "DELETE FROM account") == [false, false, false, false])
    }
}
