import Directory
import Testing

@testable import Storage

@Suite struct ContractSchemaTests {
    let temporary: TemporaryDataDirectory
    let control: ControlDatabase

    init() throws {
        temporary = try TemporaryDataDirectory()
        control = try ControlDatabase(temporary.directory)
        try control.write { transaction in
            try transaction.addCompanyWithContracts()
            try transaction.setRepresentative("S1", of: "Y1")
            try transaction.addNumber(.alice, createdAt: 1)
            try transaction.addNumber(.bob, createdAt: 1)
            try transaction.place(.alice, at: .voiceContract("N1"), as: .pilot)
            try transaction.place(.bob, at: .contract("C-1"), as: .directDial)
        }
    }

    @Test(
        "the schema itself refuses what no contract may be",
        arguments: [
            "INSERT INTO company (name, created_at) VALUES ('Alpha', 1)",
            "INSERT INTO company (name, created_at) VALUES (' Beta', 1)",
            "DELETE FROM company",
            "DELETE FROM contract WHERE number = 'Y1'",
            "DELETE FROM contract WHERE number = 'C-1'",
            "DELETE FROM site",
            "DELETE FROM voice_contract",
            "DELETE FROM service_kind WHERE kind = 'ip-voice'",
            "UPDATE contract SET number = 'Y2' WHERE number = 'C-1'",
            "UPDATE contract SET number = 'C-2' WHERE number = 'Y1'",
            "UPDATE contract SET number = 'N2' WHERE number = 'C-1'",
            "UPDATE contract SET number = 'c 2' WHERE number = 'C-1'",
            "UPDATE contract SET kind = 'ip-voice' WHERE number = 'C-1'",
            "UPDATE contract SET opened_on = '2026-02-30'",
            "UPDATE contract SET opened_on = 'soon'",
            "INSERT INTO site (contract_id, code, name) SELECT id, 'S1', 'x' FROM contract WHERE number = 'C-1'",
            "INSERT INTO site (contract_id, code, name, is_representative) SELECT id, 'S2', 'x', 1 FROM contract "
                + "WHERE number = 'Y1'",
            "UPDATE voice_contract SET number = 'Y5'",
            "UPDATE contracted_number SET voice_contract_id = NULL",
            "UPDATE contracted_number SET kind = 'spare'",
            "UPDATE contracted_number SET voice_contract_id = 1",
            "INSERT INTO contract_option SELECT id, 'wishes' FROM contract",
            "INSERT INTO withheld_option VALUES (99, 'forwarding')",
        ])
    func refuses(sql: String) throws {
        #expect(throws: SQLiteToolError.self) { try temporary.sqlite("control.db", sql) }
    }

    @Test("one number of a voice contract is its pilot")
    func limitsPilots() throws {
        #expect(throws: StorageError.self) {
            try control.write { try $0.place(.bob, at: .voiceContract("N1"), as: .pilot) }
        }
        try control.write { try $0.place(.bob, at: .voiceContract("N1"), as: .multiple) }
        #expect(try control.read { try $0.pilot(of: "N1") } == .alice)
    }

    @Test("a removed number leaves its contract, which can then be removed")
    func removesNumber() throws {
        try control.write { transaction in
            try transaction.withhold(.forwarding, from: .bob, true)
            try transaction.removeNumber(.bob)
            try transaction.set(.forwarding, of: "C-1", to: true)
            try transaction.removeContract("C-1")
        }
        #expect(try control.read { try $0.contract("C-1") } == nil)
    }

    @Test("where a number stands is read with its entry, and lists are narrowed by it")
    func readsPlace() throws {
        try control.write { try $0.set(.membersNet, of: "Y1", to: true) }
        let place = NumberPlace(
            company: "Alpha", contract: "Y1", voiceContract: "N1", site: "S1", kind: .pilot, options: [.membersNet])
        #expect(try control.read { try $0.entry(of: .alice)?.place } == place)
        func numbers(_ filter: NumberFilter) throws -> [PhoneNumber] {
            try control.read { try $0.numbers(in: filter, limit: 9).map(\.number) }
        }
        #expect(try numbers(NumberFilter(contract: "C-1")) == [.bob])
        #expect(try numbers(NumberFilter(contract: "Y1", site: "S1")) == [.alice])
        #expect(try numbers(NumberFilter(voiceContract: "N1")) == [.alice])
        #expect(try numbers(NumberFilter(company: "Alpha")) == [.alice, .bob])
        #expect(try numbers(NumberFilter(company: "Beta")) == [])
    }

    @Test("a database of the first release is brought up to date with all that it holds")
    func migrates() throws {
        let old = try TemporaryDataDirectory()
        let first = Schema(
            applicationID: ControlSchema.schema.applicationID,
            migrations: Array(ControlSchema.schema.migrations.prefix(1)))
        _ = try DatabaseFile.open(old.directory.controlPath, schema: first, directory: old.directory)
        try old.sqlite(
            "control.db",
            """
            INSERT INTO number (canonical, national, created_at) VALUES ('+815011111111', '05011111111', 1);
            INSERT INTO forwarding_rule VALUES (1, 'always', NULL, 1);
            INSERT INTO history (at, actor, source, object, key, action, after)
                VALUES (1, 'root', 'cli', 'number', '+815011111111', 'number add', '{}');
            """)
        let migrated = try ControlDatabase(old.directory)
        #expect(try migrated.read { try $0.record(of: .alice)?.forwarding.active } == [.always: .voicemail])
        #expect(try migrated.read { try $0.entry(of: .alice)?.place } == nil)
        #expect(
            try migrated.read { try $0.serviceKinds().map(\.kind) } == ["dotphone-office", "ip-voice", "smart-pbx"])
        #expect(try migrated.read { try $0.history(of: "number", key: "+815011111111", limit: 9).count } == 1)
    }
}
