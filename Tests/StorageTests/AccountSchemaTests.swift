import Directory
import Testing

@testable import Storage

@Suite struct AccountSchemaTests {
    private static let user = "00000000-0000-0000-0000-000000000001"
    private static let administrator = "00000000-0000-0000-0000-000000000002"
    private static let login = "00000000-0000-0000-0000-000000000003"
    private static let group = "00000000-0000-0000-0000-000000000004"

    let temporary: TemporaryDataDirectory
    let control: ControlDatabase

    init() throws {
        temporary = try TemporaryDataDirectory()
        control = try ControlDatabase(temporary.directory)
        try control.write { transaction in
            try transaction.addCompanyWithContracts()
            try transaction.addCompany("Beta", createdAt: 1)
            try transaction.addContract("C-2", kind: "dotphone-office", company: "Beta", createdAt: 1)
            for number in [PhoneNumber.alice, .bob, .office] { try transaction.addNumber(number, createdAt: 1) }
            try transaction.place(.alice, at: .contract("C-1"), as: .directDial)
            try transaction.place(.bob, at: .contract("C-1"), as: .multiple)
            try transaction.place(.office, at: .contract("C-2"), as: .pilot)
            let details = PortalUserDetails(
                name: "Taro", telephone: "03-1234-5678", language: "ja", secondFactor: "open", role: "general",
                title: "", mobileNumber: "", timeZone: "Asia/Tokyo", comment: "", wantsNotifications: true)
            try transaction.addPortalUser(
                Self.user, email: "taro@example.co.jp", of: "Alpha", details, createdAt: 1)
            try transaction.addUserGroup(Self.group, named: "Sales", to: "Alpha")
            try transaction.setContracts(["C-1", "Y1"], ofGroup: Self.group)
            try transaction.setMembers(["taro@example.co.jp"], ofGroup: Self.group)
            try transaction.addAdministratorID(Self.administrator, named: "admin1", to: "C-1", createdAt: 1)
            try transaction.addLoginID(Self.login, named: "login1", to: "C-1", createdAt: 1)
            try transaction.giveNumbers([.alice], toLogin: Self.login)
        }
    }

    @Test(
        "the schema itself refuses what no account may be",
        arguments: [
            "INSERT INTO account (id, kind, name, created_at) VALUES "
                + "('00000000-0000-0000-0000-000000000009', 'portal-user', 'TARO@example.co.jp', 1)",
            "UPDATE account SET id = '00000000-0000-0000-0000-000000000009'",
            "UPDATE account SET kind = 'login-id' WHERE kind = 'administrator-id'",
            "UPDATE account SET password_hash = 'secret', password_set_at = 1",
            "UPDATE account SET password_set_at = 1",
            "UPDATE account SET lockout = 'none'",
            "UPDATE account SET sms_number = '0090123456' WHERE kind = 'login-id'",
            "UPDATE account SET sms_number = '09012345678' WHERE kind = 'portal-user'",
            "UPDATE account SET language = 'fr' WHERE kind = 'login-id'",
            "UPDATE account SET language = 'en' WHERE kind = 'portal-user'",
            "UPDATE account SET totp_secret = 'JBSWY3DPEHPK3PXP'",
            "UPDATE portal_user SET account_id = '\(administrator)'",
            "UPDATE portal_user SET role = 'operator'",
            "UPDATE portal_user SET second_factor = 'sms'",
            "UPDATE portal_user SET terms_version = '1'",
            "UPDATE portal_user SET company_id = (SELECT id FROM company WHERE name = 'Beta')",
            "INSERT INTO user_group_contract SELECT g.id, t.id, g.company_id FROM user_group g, contract t "
                + "WHERE t.number = 'C-2'",
            "INSERT INTO user_group_contract SELECT g.id, t.id, t.company_id FROM user_group g, contract t "
                + "WHERE t.number = 'C-2'",
            "INSERT INTO administrator_id (account_id, contract_id) SELECT '\(login)', id FROM contract "
                + "WHERE number = 'C-2'",
            "UPDATE login_number SET kind = 'multiple'",
            "UPDATE login_number SET number_id = (SELECT id FROM number WHERE canonical = '+815022222222')",
            "UPDATE login_number SET number_id = (SELECT id FROM number WHERE canonical = '+81312345678')",
            "UPDATE login_id SET contract_id = (SELECT id FROM contract WHERE number = 'C-2')",
            "DELETE FROM company WHERE name = 'Alpha'",
            "DELETE FROM contract WHERE number = 'C-1'",
            "DELETE FROM contract WHERE number = 'Y1'",
        ])
    func refuses(sql: String) throws {
        #expect(throws: SQLiteToolError.self) { try temporary.sqlite("control.db", sql) }
    }

    @Test("a contract has one administrator ID")
    func limitsAdministrators() throws {
        #expect(throws: StorageError.self) {
            try control.write {
                try $0.addAdministratorID(
                    "00000000-0000-0000-0000-000000000009", named: "admin2", to: "C-1", createdAt: 1)
            }
        }
    }

    @Test("a number stays its login ID's only under the same contract, and never as one of multiple numbers")
    func keepsLoginOfNumber() throws {
        func login() throws -> String? { try control.read { try $0.loginID(of: .alice) } }
        try control.write { try $0.place(.alice, at: .contract("C-1"), as: .pilot) }
        #expect(try login() == "login1")
        try control.write { try $0.place(.alice, at: .contract("C-2"), as: .pilot) }
        #expect(try login() == nil)
        try control.write {
            try $0.place(.alice, at: .contract("C-1"), as: .pilot)
            try $0.giveNumbers([.alice], toLogin: Self.login)
            try $0.place(.alice, at: .contract("C-1"), as: .multiple)
        }
        #expect(try login() == nil)
    }

    @Test("what an account signs in with is kept with it, and goes with it")
    func keepsCredentials() throws {
        try control.write { transaction in
            try transaction.setPassword("$scrypt$x", of: Self.login, mustChange: true, at: 7)
            try transaction.setLockout("lockout/1 failures=2", of: Self.login)
            try transaction.setSMSNumber("09012345678", of: Self.login)
            try transaction.setTOTP("totp/1 last=5", of: Self.user)
            try transaction.setSecondFactorSecret("sealed/1 key", of: Self.user)
            try transaction.setRecoveryCodes("recovery/1 x", of: Self.user)
            try transaction.setTermsAccepted("2026-04", byPortalUser: Self.user, at: 9)
        }
        let account = try #require(try control.read { try $0.account(.loginID, named: "LOGIN1") })
        #expect(account.id == Self.login && account.passwordHash == "$scrypt$x" && account.passwordSetAt == 7)
        #expect(account.mustChangePassword && account.lockout == "lockout/1 failures=2")
        #expect(account.smsNumber == "09012345678")
        let user = try #require(try control.read { try $0.portalUser("Taro@Example.co.jp") })
        #expect(user.account.totp == "totp/1" && user.account.totpSecret == "sealed/1 key")
        #expect(user.account.recoveryCodes == "recovery/1 x" && user.termsVersion == "2026-04")
        try control.write { transaction in
            try transaction.setPassword(nil, of: Self.login, mustChange: false, at: 8)
            try transaction.removeAccount(Self.user)
        }
        #expect(try control.read { try $0.account(id: Self.login)?.passwordSetAt } == nil)
        #expect(try control.read { try $0.portalUser(id: Self.user) } == nil)
        #expect(try control.read { try $0.userGroup(id: Self.group)?.members } == [])
    }

    @Test("a login ID that is given another name is listed and found under that one")
    func listsRenamed() throws {
        func names(_ text: String) throws -> [String] {
            try control.read { try $0.loginIDs(matching: text, within: .everything, page: 1, size: 9) }
                .entries.map(\.account.name)
        }
        let id = "00000000-0000-0000-0000-000000000077"
        try control.write { try $0.addLoginID(id, named: "login2", to: "C-1", createdAt: 1) }
        #expect(try names("") == ["login1", "login2"])
        try control.write { try $0.renameAccount(Self.login, to: "Zama") }
        #expect(try names("") == ["login2", "Zama"] && names("zam") == ["Zama"] && names("login1").isEmpty)
    }

    @Test("accounts are found within reach only")
    func reaches() throws {
        func has(_ object: Reach.Object, _ limit: Reach.Limit) throws -> Bool {
            try control.read { try $0.has(object, within: Reach([limit])) }
        }
        let (company, contract) = (Reach.Limit.company("Alpha"), Reach.Limit.contracts(["C-1"], of: nil))
        #expect(try has(.portalUser("taro@example.co.jp"), company))
        #expect(try !has(.portalUser("taro@example.co.jp"), .company("Beta")))
        #expect(try !has(.portalUser("taro@example.co.jp"), .contracts(["C-1"], of: "Alpha")))
        #expect(try has(.userGroup("Sales", company: "Alpha"), company))
        #expect(try !has(.userGroup("Sales", company: "Alpha"), .company("Beta")))
        #expect(try has(.administratorID("admin1"), contract))
        #expect(try !has(.administratorID("admin1"), .contracts(["C-2"], of: nil)))
        #expect(try !has(.administratorID("admin1"), company))
        #expect(try has(.loginID("login1"), contract))
        #expect(try has(.loginID("login1"), .numbers([.alice])))
        #expect(try !has(.loginID("login1"), .numbers([.bob])))
        #expect(try !has(.loginID("login1"), company))
    }
}
