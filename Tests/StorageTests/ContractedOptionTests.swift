import Directory
import Testing

@testable import Storage

@Suite struct ContractedOptionTests {
    let temporary: TemporaryDataDirectory
    let control: ControlDatabase
    let reader: ControlReader

    init() throws {
        temporary = try TemporaryDataDirectory()
        control = try ControlDatabase(temporary.directory)
        try control.write { transaction in
            try transaction.addCompanyWithContracts()
            try transaction.addNumber(.alice, createdAt: 1)
            try transaction.save(.init(slot: 1, destination: .number(.office), typed: "x", savedAt: 1), of: .alice)
            try transaction.setRule(.busy, to: .slot(1), of: .alice)
            try transaction.setRule(.noAnswer, to: .voicemail, of: .alice)
            try transaction.setAnonymousCalls(.init(rejected: [.withheld]), of: .alice)
        }
        reader = try ControlReader(temporary.directory)
    }

    private func record() throws -> NumberRecord {
        reader.refresh()
        return try #require(try reader.record(of: .alice))
    }

    @Test("under no contract every rule applies")
    func appliesWithoutContract() throws {
        #expect(try record().forwarding.active == [.busy: .number(.office), .noAnswer: .voicemail])
        #expect(try record().anonymousCalls.rejected == [.withheld])
    }

    @Test("under a contract only the rules of its options apply, from the next call on")
    func appliesContracted() throws {
        _ = try record()
        try control.write { try $0.place(.alice, at: .voiceContract("N1"), as: .pilot) }
        #expect(try record().forwarding.active == [:])
        #expect(try record().forwarding.saved.first == .number(.office))
        #expect(try record().anonymousCalls.rejected == [])
        try control.write { try $0.set(.forwarding, of: "Y1", to: true) }
        #expect(try record().forwarding.active == [.busy: .number(.office)])
        try control.write { try $0.set(.messageBox, of: "Y1", to: true) }
        #expect(try record().forwarding.active == [.busy: .number(.office), .noAnswer: .voicemail])
        try control.write { try $0.set(.anonymousRejection, of: "Y1", to: true) }
        #expect(try record().anonymousCalls.rejected == [.withheld])
    }

    @Test("all rules at once and one number's are read with the same options, under a contract and under none")
    func readsAlike() throws {
        for place in [ContractPlace?.none, .voiceContract("N1")] {
            try control.write { try $0.place(.alice, at: place, as: .pilot) }
            try control.read { snapshot in
                let own = try #require(try snapshot.savedRecord(of: .alice)).options
                #expect((own.contracted == nil) == (place == nil))
                var told: [NumberOptions] = []
                try snapshot.eachRule(at: 0) { told.append($0.options) }
                #expect(told == [own, own])
            }
        }
    }

    @Test("an option that is taken away and contracted again finds its rules as they were")
    func keepsRules() throws {
        try control.write { transaction in
            try transaction.place(.alice, at: .voiceContract("N1"), as: .pilot)
            for option in OptionService.allCases { try transaction.set(option, of: "Y1", to: true) }
        }
        let before = try record()
        try control.write { transaction in
            for option in OptionService.allCases { try transaction.set(option, of: "Y1", to: false) }
        }
        #expect(try record().forwarding.active == [:])
        let saved = try control.read { try $0.savedRecord(of: .alice) }
        #expect(saved?.record.forwarding.active.count == 2)
        #expect(saved?.options.contracted == [])
        try control.write { transaction in
            for option in OptionService.allCases { try transaction.set(option, of: "Y1", to: true) }
        }
        #expect(try record() == before)
    }

    @Test("an option that is withheld from a number does not apply to it alone")
    func withholds() throws {
        try control.write { transaction in
            try transaction.place(.alice, at: .contract("C-1"), as: .directDial)
            try transaction.set(.forwarding, of: "C-1", to: true)
        }
        // Voice mail belongs to this service's forwarding.
        #expect(try record().forwarding.active.count == 2)
        try control.write { try $0.withhold(.forwarding, from: .alice, true) }
        #expect(try record().forwarding.active == [:])
        try control.write { try $0.withhold(.forwarding, from: .alice, false) }
        #expect(try record().forwarding.active.count == 2)
    }

    @Test("what the sqlite3 tool changes above a number is seen too")
    func seesForeignTool() throws {
        try control.write { transaction in
            try transaction.place(.alice, at: .contract("C-1"), as: .directDial)
            try transaction.set(.forwarding, of: "C-1", to: true)
        }
        #expect(try record().forwarding.active.count == 2)
        try temporary.sqlite(
            "control.db", "UPDATE service_kind SET voicemail_option = 'message-box' WHERE kind = 'dotphone-office'")
        #expect(try record().forwarding.active == [.busy: .number(.office)])
        try temporary.sqlite("control.db", "DELETE FROM contract_option")
        #expect(try record().forwarding.active == [:])
        try temporary.sqlite("control.db", "DELETE FROM contracted_number")
        #expect(try record().forwarding.active.count == 2)
    }
}
